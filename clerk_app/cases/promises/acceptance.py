"""Promises of an acceptance: checked where it is made, and again by the authority."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from clerk_app.cases.completeness import GivenMaterial, may_be_missing
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.identity_objection import is_own_visit
from clerk_app.cases.promises.offers import (
    GAP,
    MATERIAL,
    GivenPromise,
    MadePromise,
    find_bar,
    list_required,
    make_promises,
    require_allowed,
)
from clerk_app.cases.promises.records import find_broken
from clerk_app.cases.promises.signed_promise import build_promise_form, find_promise_signature
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Entry
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import GRADE_PROMISED, grade_of_paper
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.cases.duplicates import NamedParty, Party
    from clerk_app.catalogue.model import Catalogue

UNPROMISED = "promise"
"""Reason of the objection to an acceptance that lacks a promise, or the signature under one."""
BROKEN_BEFORE = "broken_promise"
"""Reason of the objection to a promise of an applicant with a record of a false one."""
_MISSING = mark("Accepted without a signed promise for: {subjects}. Ask the applicant for the signature.")
_BROKEN = mark(
    "The applicant made a promise in case {other} that proved false. No promise is taken before that is repaired: ask "
    "for the papers, or use the ordinary procedure."
)
_NOT_PROMISED = {
    False: mark("The signed promise for {name} is missing (F8 66). Nothing was accepted."),
    True: mark("The signed promise for {name} is missing (F8 67). Nothing was accepted."),
}
"""By whether it is a gap."""
_UNSIGNED = {
    False: mark(
        "The promise for {name} is not signed, or something was changed after the signature: print the sheet again "
        "(F8 66)."
    ),
    True: mark(
        "The promise for {name} is not signed, or something was changed after the signature: print the sheet again "
        "(F8 67)."
    ),
}
"""By whether it is a gap."""
_WRONG_PROMISE = mark("It names promises that the catalogue does not allow.")
_DAY = 86_400_000_000  # microseconds
_OTHER_CALENDAR = 30  # days by which holidays published since may move a date


def list_promised_papers(catalogue: Catalogue, materials: Iterable[GivenMaterial]) -> tuple[str, ...]:
    """Return the materials that are given as a promise now: not those of an earlier case, which is promised again."""
    return tuple(
        given.material
        for given in materials
        if given.how == "paper" and given.grade == GRADE_PROMISED and catalogue.material(given.material).promise_allowed
    )


def list_later(promises: Iterable[GivenPromise | MadePromise]) -> frozenset[str]:
    """Return the materials that are promised to be brought later."""
    return frozenset(promise.subject for promise in promises if promise.kind == GAP)


def describe_broken(tx: Transaction, record: Row) -> Refused:
    """Return why an applicant gets no promise, with the source of the record."""
    catalogue = publication.load_frame(tx)
    names = [organ.name for organ in catalogue.organs if organ.id == record["organ"]]
    return Refused(
        BROKEN_BEFORE,
        "No promise is taken from this applicant: one in case {number} proved false, recorded by {organ} on {day}. "
        "The ordinary procedure is used until it is repaired.",
        number=record["case_number"],
        organ=join_names(names) if names else record["organ"],
        day=to_local_time(record["recorded_at"], catalogue.time_zone).date().isoformat(),
    )


def find_promise_bar(tx: Transaction, applicant: NamedParty, now: int) -> Refused | None:
    """Return why no promise is taken from an applicant; None if nothing is known against them in this store."""
    record = find_broken(tx, applicant.subject, applicant.number, now)
    return describe_broken(tx, record) if record is not None else None


def require_promises(
    tx: Transaction, catalogue: Catalogue, plan: Plan, command: Any, applicant: Party | None, now: int
) -> tuple[MadePromise, ...]:
    """Return the promises of an acceptance. Raises Refused for one that is missing, not allowed or not signed.

    `now` is in microseconds UTC.
    """
    promises: tuple[GivenPromise, ...] = command.promises
    pairs = [(promise.kind, promise.subject) for promise in promises]
    if len(set(pairs)) != len(pairs):
        raise BadData("A promise is given twice.")
    for kind, subject in list_required(plan, list_promised_papers(catalogue, command.materials)):
        if (kind, subject) not in pairs:
            raise Refused(
                UNPROMISED,
                _NOT_PROMISED[kind == GAP],
                name=name_subject(catalogue, kind, subject),
            )
    if not promises:
        return ()
    require_allowed(catalogue, plan, promises)
    record = find_broken(tx, applicant.subject, applicant.number, now) if applicant is not None else None
    if record is not None:
        raise describe_broken(tx, record)
    own = {given.material for given in command.materials if _is_own_commitment(catalogue, given)}
    on_sheet = [(promise.kind, promise.subject) for promise in promises if promise.sheet]
    form = build_promise_form(catalogue, plan, command.personal.values, command.personal.parties, on_sheet)
    rows = tx.select("co_signatures", visit=command.visit, purpose=command.one_thing)
    signature = find_promise_signature(rows, form)
    for promise in promises:
        is_paper = promise.kind == MATERIAL and not promise.sheet and promise.subject in own
        is_signed = signature is not None and signature.counts and signature.sheet == promise.sheet
        if not is_paper and not (promise.sheet and is_signed):
            raise Refused(
                "unsigned_promise",
                _UNSIGNED[promise.kind == GAP],
                name=name_subject(catalogue, promise.kind, promise.subject),
            )
    return make_promises(publication.read_calendar(tx, catalogue), catalogue, plan, promises, now)


def keep_allowed(
    tx: Transaction, catalogue: Catalogue, plan: Plan, promises: Iterable[GivenPromise], accepted_at: int
) -> tuple[MadePromise, ...]:
    """Return those promises of a rejected acceptance that the catalogue allows, when a supervisor accepts it."""
    allowed = [given for given in promises if find_bar(catalogue, plan, given.kind, given.subject) is None]
    return make_promises(publication.read_calendar(tx, catalogue), catalogue, plan, allowed, accepted_at)


def _is_own_commitment(catalogue: Catalogue, given: GivenMaterial) -> bool:
    """Return whether a paper is the signed commitment itself, as for kinship."""
    return given.how == "paper" and grade_of_paper(catalogue.material(given.material)) == GRADE_PROMISED


def name_subject(catalogue: Catalogue, kind: str, subject: str) -> str:
    """Return the name of the matter or material of a promise as a fact of an error; its id if it is not known."""
    try:
        known = catalogue.material(subject) if kind in (MATERIAL, GAP) else catalogue.matter(subject)
    except KeyError:
        return subject
    return join_names([known.name])


def require_allowed_promises(tx: Transaction, entry: Entry[Any, Any], catalogue: Catalogue) -> None:
    """Raise Refused ("form") for promises that no honest window takes: other ones than the catalogue allows."""
    made: tuple[MadePromise, ...] = entry.decision.promises
    if not (made or getattr(entry.command, "promises", ())):
        return
    command, details = entry.command, entry.command.personal
    if details is None:  # erased since: checked before
        return
    given = {(promise.kind, promise.subject): promise for promise in getattr(command, "promises", ())}
    plan = _make_plan(catalogue, command)
    start = entry.decision.deemed_from or entry.moment.corrected_at
    if entry.decision.state != "accepted" or any(find_bar(catalogue, plan, *pair) is not None for pair in given):
        raise Refused("form", _WRONG_PROMISE)
    expected = make_promises(publication.read_calendar(tx, catalogue), catalogue, plan, given.values(), start)
    if list(map(_identify, made)) != list(map(_identify, expected)):
        raise Refused("form", _WRONG_PROMISE)
    if entry.moment.time_bounded:
        return
    for promise, own in zip(made, expected, strict=True):
        if not start - _DAY <= promise.due_at <= own.due_at + _OTHER_CALENDAR * _DAY:
            raise Refused("form", _WRONG_PROMISE)


def _identify(promise: MadePromise) -> tuple[Any, ...]:
    return promise.kind, promise.subject, promise.organ, promise.matters, promise.sheet


def _make_plan(catalogue: Catalogue, command: Any) -> Plan:
    chosen = None if command.chosen is None else frozenset(command.chosen)
    return make_plan(catalogue, command.one_thing, chosen, command.personal.values)


def find_promise_objections(
    tx: Transaction, entry: Entry[Any, Any], catalogue: Catalogue, applicant: Party | None
) -> Sequence[Refused]:
    """Return the objections to an acceptance whose promises are missing, not signed, or of an excluded applicant."""
    command = entry.command
    if command.personal is None or not hasattr(command, "chosen"):  # erased, or not accepted
        return ()
    plan = _make_plan(catalogue, command)
    promises: tuple[GivenPromise, ...] = getattr(command, "promises", ())
    pairs = {(promise.kind, promise.subject) for promise in promises}
    given = {material.material for material in command.materials}
    later = list_later(promises)
    lacking = [
        subject
        for kind, subject in list_required(plan, list_promised_papers(catalogue, command.materials))
        if (kind, subject) not in pairs
    ]
    for need in plan.materials:
        material = need.material
        if (
            material.id not in given
            and material.gap_allowed
            and not may_be_missing(material, later)
            and not material.main
        ):
            lacking.append(material.id)
    sheets = {promise.sheet for promise in promises if promise.sheet}
    rows = tx.select("co_signatures", visit=command.visit, purpose=command.one_thing) if is_own_visit(tx, entry) else []
    signed = {row["sheet"] for row in rows if row["how"]}
    lacking += [promise.subject for promise in promises if promise.sheet in sheets - signed]
    found = [Refused(UNPROMISED, _MISSING, subjects=",".join(dict.fromkeys(lacking)))] if lacking else []
    subject, number = (applicant.subject, applicant.number) if applicant is not None else ("", "")
    record = find_broken(tx, subject, number, entry.moment.decided_at) if promises else None
    if record is not None:
        found.append(Refused(BROKEN_BEFORE, _BROKEN, other=record["case_number"]))
    return found
