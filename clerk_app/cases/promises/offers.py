"""What an applicant may promise at an acceptance, why something is excluded, and until when the promise is checked.

Source: 上海市行政审批告知承诺管理办法 (沪府发〔2017〕82号): no commitment in matters of public
safety, ecology and health, nor by an applicant with a bad record that is not repaired. The period of a gap is not
longer than the promised term.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart
from clerk_app.locales import mark

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition, Text
    from clerk_app.catalogue.plan import Plan, PlannedMaterial, PlannedMatter

MATTER, MATERIAL, GAP, RELIED = "matter", "material", "gap", "relied"
"""Kinds of promises: a matter by commitment, a commitment instead of a material, a material to be brought later. The
last kind is the check of an approval that relied on one that was revoked."""
KINDS = (MATTER, MATERIAL, GAP)

EXCLUSION_SENTENCES = {
    "public_safety": mark("{name} concerns public safety: no commitment replaces what is checked there."),
    "ecology": mark("{name} concerns the environment: no commitment replaces what is checked there."),
    "health": mark("{name} concerns health: no commitment replaces what is checked there."),
}
"""Sentences by `commitment_excluded` of a matter."""


class GivenPromise(MessagePart, frozen=True, kw_only=True):
    """A promise of the applicant: its kind, and the matter or material.

    `sheet` is the number of the signed sheet, empty where the signed commitment itself was handed in as a paper;
    `signed_at` is when the signature was recorded, microseconds UTC.
    """

    kind: str
    subject: str
    sheet: str = ""
    signed_at: int = 0


class MadePromise(MessagePart, frozen=True, kw_only=True):
    """A promise that an acceptance takes, for one organ: `matters` are those of the organ that rely on it.

    `due_at` is until when it is checked, or the material brought; `expected`: beyond the published calendar.
    """

    kind: str
    subject: str
    organ: str
    matters: tuple[str, ...]
    due_at: int
    expected: bool = False
    sheet: str = ""
    signed_at: int = 0


class PromiseOffer(msgspec.Struct, frozen=True):
    """What may be promised: kind, matter or material with its name, and the working days until it is checked."""

    kind: str
    subject: str
    name: Text
    days: int


def split_promised(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the promises that a draft lists as `kind:subject`, as pairs."""
    return tuple((kind, subject) for kind, _colon, subject in (text.partition(":") for text in texts))


def find_bar(catalogue: Catalogue, plan: Plan, kind: str, subject: str) -> Refused | None:
    """Return why the catalogue does not allow a promise for this application; None if it does."""
    if kind == MATTER:
        planned = next((planned for planned in plan.active_matters if planned.id == subject), None)
        if planned is None or not planned.by_commitment or not planned.matter.commitment_allowed:
            return Refused(
                "no_promise", "{name} is not handled by commitment here.", name=_name_matter(planned, subject)
            )
        return _find_excluded([planned])
    need = next((need for need in plan.materials if need.material.id == subject), None)
    if need is None or kind not in KINDS:
        return Refused("no_promise", "The application needs no material {name}.", name=subject)
    name = join_names([need.material.name])
    if kind == MATERIAL:
        if not need.material.promise_allowed:
            return Refused("no_promise", "No commitment replaces {name}: the paper is needed.", name=name)
        return _find_excluded(planned for planned in plan.active_matters if planned.id in need.needed_by)
    if need.material.main:
        return Refused("main_material", "{name} is a main material: it is needed now.", name=name)
    if not need.material.gap_allowed:
        return Refused("no_gap", "{name} cannot be brought later.", name=name)
    if not find_gap_days(catalogue, plan, need):
        return Refused("no_gap", "{name} cannot be brought later: it is decided on the spot.", name=name)
    return None


def _name_matter(planned: PlannedMatter | None, subject: str) -> str:
    return join_names([planned.matter.name]) if planned is not None else subject


def _find_excluded(matters: Iterable[PlannedMatter]) -> Refused | None:
    """Return the refusal for the first matter that is excluded from commitments."""
    for planned in matters:
        if planned.matter.commitment_excluded is not None:
            sentence = EXCLUSION_SENTENCES[planned.matter.commitment_excluded]
            return Refused("excluded", sentence, name=join_names([planned.matter.name]))
    return None


def find_gap_days(catalogue: Catalogue, plan: Plan, need: PlannedMaterial) -> int:
    """Return the working days in which a material can be brought later; 0 if there is no time for it.

    It is not longer than the promised term of any matter that may not be decided without it.
    """
    terms = [planned.promised_days for planned in plan.active_matters if planned.id in need.needed_by]
    if need.material.decides_without:
        terms = [days for days in terms if days] or [plan.promised_days]
    return min(need.material.gap_days or catalogue.city_policy.gap_working_days, *terms)


def find_check_days(catalogue: Catalogue, matters: Collection[str]) -> int:
    """Return the working days in which a commitment for these matters is checked."""
    days = [catalogue.matter(matter).check_days for matter in matters]
    return min((found for found in days if found is not None), default=catalogue.city_policy.commitment_check_days)


def list_offers(catalogue: Catalogue, plan: Plan, given: Collection[str]) -> tuple[PromiseOffer, ...]:
    """Return what may be promised: matters by commitment first, then the materials that are not `given`."""
    return tuple(offer for offer in _list_candidates(catalogue, plan, given) if _is_open(catalogue, plan, offer))


def _is_open(catalogue: Catalogue, plan: Plan, offer: PromiseOffer) -> bool:
    return find_bar(catalogue, plan, offer.kind, offer.subject) is None


def _list_candidates(catalogue: Catalogue, plan: Plan, given: Collection[str]) -> Iterator[PromiseOffer]:
    for planned in plan.active_matters:
        if planned.by_commitment:
            days = find_check_days(catalogue, [planned.id])
            yield PromiseOffer(MATTER, planned.id, planned.matter.name, days)
    for need in plan.materials:
        if need.material.id not in given:
            name, checked = need.material.name, find_check_days(catalogue, need.needed_by)
            yield PromiseOffer(MATERIAL, need.material.id, name, checked)
            yield PromiseOffer(GAP, need.material.id, name, find_gap_days(catalogue, plan, need))


def list_required(plan: Plan, promised_papers: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
    """Return the promises, by kind and subject, without which a plan is not accepted.

    `promised_papers` are the materials that are given as a promise (grade D).
    """
    by_commitment = [(MATTER, planned.id) for planned in plan.active_matters if planned.by_commitment]
    needed = {need.material.id for need in plan.materials}
    return (*by_commitment, *((MATERIAL, name) for name in promised_papers if name in needed))


def require_allowed(catalogue: Catalogue, plan: Plan, promises: Iterable[GivenPromise | MadePromise]) -> None:
    """Raise Refused for a promise that the catalogue does not allow."""
    for promise in promises:
        bar = find_bar(catalogue, plan, promise.kind, promise.subject)
        if bar is not None:
            raise bar


def make_promises(
    calendar: LegalCalendar, catalogue: Catalogue, plan: Plan, promises: Iterable[GivenPromise], accepted_at: int
) -> tuple[MadePromise, ...]:
    """Return the promises of an acceptance with who follows them up and until when; one for each organ."""
    made: list[MadePromise] = []
    for promise in promises:
        matters, days = _find_term(catalogue, plan, promise)
        for organ in dict.fromkeys(planned.organ for planned in matters):
            own = tuple(planned.id for planned in matters if planned.organ == organ)
            due_at, expected = compute_follow_up(calendar, organ, accepted_at, days)
            made.append(
                MadePromise(
                    kind=promise.kind,
                    subject=promise.subject,
                    organ=organ,
                    matters=own,
                    due_at=due_at,
                    expected=expected,
                    sheet=promise.sheet,
                    signed_at=promise.signed_at,
                )
            )
    return tuple(made)


def _find_term(catalogue: Catalogue, plan: Plan, promise: GivenPromise) -> tuple[list[PlannedMatter], int]:
    """Return the matters that rely on a promise, and the working days until it is followed up."""
    if promise.kind == MATTER:
        matters = [planned for planned in plan.active_matters if planned.id == promise.subject]
        return matters, find_check_days(catalogue, [promise.subject])
    need = next(need for need in plan.materials if need.material.id == promise.subject)
    matters = [planned for planned in plan.active_matters if planned.id in need.needed_by]
    if promise.kind == MATERIAL:
        return matters, find_check_days(catalogue, need.needed_by)
    return matters, find_gap_days(catalogue, plan, need)


def compute_follow_up(calendar: LegalCalendar, organ: str, since: int, days: int) -> tuple[int, bool]:
    """Return the end of a term of working days of an organ (microseconds UTC), and whether it is only expected."""
    start, working = to_local_time(since, calendar.zone).date(), calendar.working_days_of(organ)
    end = working.add_working_days(start, days)
    return end_of_day(end, calendar.zone), working.depends_on_unpublished(start, end)


def waits_for(material: MaterialDefinition) -> bool:
    """Return whether a matter waits with its decision for a material that was promised to be brought."""
    return not material.decides_without
