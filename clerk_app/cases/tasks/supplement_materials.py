"""Materials that are taken in for a running case: what may be taken in, when, and what they complete.

A requested material is met by paper, or by what the city holds of a party who agrees to its use in the visit: a
licence, or a material of an earlier case. Paper for a licence that was listed in the visit needs a written reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.checks import require_place, require_site
from clerk_app.cases.completeness import GivenMaterial, check_materials, lacks_pages
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.earlier_use import require_usable_materials
from clerk_app.cases.form_limits import is_plausible_supplement
from clerk_app.cases.known_by import KNOWN_BY_CODE
from clerk_app.cases.licence_holders import require_own_licences
from clerk_app.cases.objections import insert_objection
from clerk_app.cases.paper_facts import has_expired, lacks_facts
from clerk_app.cases.paper_objections import INVALID_PAPER, PAPER_OF_HELD
from clerk_app.cases.paper_reasons import list_unfounded_papers
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import Role
from clerk_app.ledger.commands import MessagePart, Moment
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import decode_json_list

UNUSABLE_SUPPLEMENT = "supplement_use"
"""Reason of the objection: what the city holds was used for a supplement without consent, or of somebody else."""
_UNUSABLE = mark("Taken in without the consent of its holder, or not of a party of the case: {materials}.")
_INVALID = mark("Papers that had expired, or whose validity was not recorded: {materials}. Ask for new ones.")
_OF_HELD = mark(
    "Paper was taken for what the city holds, without a written reason: {materials}. Add the reason in the note."
)


class SupplementClaims(MessagePart, frozen=True, kw_only=True):
    """JSON of the claims of licences that are taken in for a running case, by material."""

    claims: dict[str, str] = {}


class CaseParty(msgspec.Struct, frozen=True, kw_only=True):
    """A party of a running case; `known_by` is `code` if its code was shown in the visit, and empty otherwise."""

    role: str
    name: str
    number: str
    subject: str
    known_by: str


class SupplementObjection(MessagePart, frozen=True, kw_only=True):
    """An objection of the authority to materials that another machine has taken in; `materials` are ids."""

    reason: str
    sentence: str
    materials: tuple[str, ...]


def check_supplement_materials(
    tx: Transaction, case: CaseRecord, visit: str, materials: Sequence[GivenMaterial], moment: Moment
) -> tuple[dict[str, str], tuple[SupplementObjection, ...]]:
    """Return how consents were confirmed, by material, and the objections. Raise Refused or BadData at the window.

    What another machine has taken in is a fact: what should have been refused there is an objection of the authority.
    """
    check_materials(materials, case.catalogue.materials)
    if not all(map(is_plausible_supplement, materials)):
        raise BadData("Its fields have values that no program of a window writes.")
    found: dict[tuple[str, str], list[str]] = {}
    for name, reason, sentence, refusal in _find_faults(tx, case, visit, materials, moment):
        if not moment.is_remote:
            raise refusal
        found.setdefault((reason, sentence), []).append(name)
    consents: dict[str, str] = {}
    for given in materials:
        row = tx.get("consents", visit=visit, licence=given.consent_id) if given.consent_id else None
        if row is not None and row["given_at"] is not None:
            consents[given.material] = row["how"] or "stated"
    return consents, tuple(
        SupplementObjection(reason=reason, sentence=sentence, materials=tuple(names))
        for (reason, sentence), names in found.items()
    )


def require_place_of_taking(
    tx: Transaction, case: CaseRecord, materials: Sequence[GivenMaterial], moment: Moment
) -> None:
    """Raise Refused unless the actor may take these materials in: a clerk at the site of the case, or an officer.

    An officer takes in papers that the own organ has asked for and still lacks. What another machine has taken in while
    somebody brought the same paper elsewhere is a fact: there it is enough that the organ had asked for it.
    """
    if moment.actor.role != Role.OFFICER:
        require_site(tx, moment, case.row)
        return
    check_materials(materials, case.catalogue.materials)
    tasks = {task["id"] for task in case.tasks if task["organ"] == moment.actor.organ}
    require_place(moment.actor, *{task["organ"] for task in case.tasks})
    asked: set[str] = set()
    for supplement in case.supplements if moment.is_remote else case.outstanding_supplements():
        if supplement["task"] in tasks and not supplement["kind"]:
            names = decode_json_list(supplement["materials"])
            asked.update(names if moment.is_remote else case.missing_materials(supplement))
    others = [given.material for given in materials if given.material not in asked or given.how != "paper"]
    if others:
        raise Refused(
            "not_asked",
            "Your department has not asked for this paper, or has it already: {names}. The service centre takes it in.",
            names=join_names([case.catalogue.material(name).name for name in others]),
        )


def insert_supplement_objections(
    tx: Transaction, case: str, first: int, found: Sequence[SupplementObjection], raised_at: int
) -> None:
    """Insert objections, numbered from `first`; 0 inserts none. `raised_at` is in microseconds UTC."""
    for number, each in enumerate(found if first else (), first):
        facts = {"materials": ",".join(each.materials)}
        insert_objection(tx, case, number, each.reason, facts=facts, raised_at=raised_at, sentence=each.sentence)


def _find_faults(
    tx: Transaction, case: CaseRecord, visit: str, materials: Sequence[GivenMaterial], moment: Moment
) -> Iterator[tuple[str, str, str, Refused]]:
    """Yield each material that may not be taken in: its id, reason and sentence of the objection, and the refusal."""
    parties, catalogue, one_thing = read_case_parties(tx, case, visit), case.catalogue, case.row["one_thing"]
    values = {row["field"]: row["value"] for row in tx.select("field_values", case_number=case.number)}
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    for given in materials:
        try:
            _require_valid_paper(case, given, moment)
        except Refused as refusal:
            yield given.material, INVALID_PAPER, _INVALID, refusal
        try:
            _require_consent(tx, visit, one_thing, given)
            require_own_licences(tx, catalogue, visit, one_thing, [given], parties, values)
            require_usable_materials(tx, visit, catalogue, one_thing, [given], parties)
        except Refused as refusal:
            yield given.material, UNUSABLE_SUPPLEMENT, _UNUSABLE, refusal
    newest = {row["material"]: row["how"] for row in case.materials}  # a paper may correct a licence that the case has
    papers = [given for given in materials if newest.get(given.material) != "licence"]
    for name in list_unfounded_papers(tx, visit, catalogue, case.plan, papers, parties, values, today):
        error = Refused(
            "paper_of_held",
            "The city holds it: {names}. Use what it holds, or give the reason in writing why paper is taken.",
            names=join_names([catalogue.material(name).name]),
            materials=name,
        )
        yield name, PAPER_OF_HELD, _OF_HELD, error


def _require_consent(tx: Transaction, visit: str, one_thing: str, given: GivenMaterial) -> None:
    """Raise Refused for what the city holds if nobody agreed to its use in the visit, or it was not released."""
    if not given.consent_id:
        return
    row = tx.get("visits", id=visit)
    if row is None or (row["check_result"] and not row["confirmed"]):
        raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
    consent = tx.get("consents", visit=visit, licence=given.consent_id, purpose=one_thing)
    if consent is None or consent["given_at"] is None:
        raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
    if consent["released_at"] is None:
        raise Refused("unreleased", "Agreed to, but not released by the center yet: F8.")


def read_case_parties(tx: Transaction, case: CaseRecord, visit: str) -> list[CaseParty]:
    """Return the parties of a case; those who are identified in the visit are known by their code."""
    row = tx.get("visits", id=visit) if visit else None
    found: list[CaseParty] = []
    for party in tx.select("parties", case_number=case.number, order=("role",)):
        is_served = row is not None and bool(party["number"]) and row["shown_number"] == party["number"]
        subject = party["subject"] or (row["person"] if row is not None and is_served else "") or ""
        is_shown = bool(subject) and tx.get("identity_proofs", visit=visit, person=subject) is not None
        found.append(
            CaseParty(
                role=party["role"],
                name=party["name"] or "",
                number=party["number"] or "",
                subject=subject,
                known_by=KNOWN_BY_CODE if is_shown else "",
            )
        )
    return found


def _require_valid_paper(case: CaseRecord, given: GivenMaterial, moment: Moment) -> None:
    """Raise Refused for a material that has expired, or a paper whose validity the catalogue asks for."""
    definition = case.catalogue.material(given.material)
    name = join_names([definition.name])
    if has_expired(given.valid_to, to_local_time(moment.corrected_at, case.catalogue.time_zone).date()):
        raise Refused("expired_paper", "{name} expired on {day}: ask for a new one.", name=name, day=given.valid_to)
    if given.how == "paper" and lacks_facts(definition, given.issued_on, given.valid_to):
        raise Refused("validity", "Type when {name} was issued, or until when it is valid.", name=name)
    if moment.is_authority and moment.is_remote:
        return  # the paper is at the window; a later version of the catalogue does not make it wrong
    if lacks_pages(given, definition):
        raise Refused("pages", "The pages of {name} have to be taken in first (F8 56).", name=name)


def find_time_of_materials(case: CaseRecord, moment: Moment) -> int:
    """Return when materials are taken in, microseconds UTC: now, but after all that the case has already.

    So a wrong clock does not date a paper before the request that it answers. A request that was made while the window
    was cut off did not know the paper either.
    """
    times = [row["taken_at"] for row in case.materials] + [row["asked_at"] for row in case.supplements]
    return max(moment.corrected_at, max(times, default=int(case.row["accepted_at"])) + 1)


def list_completed(case: CaseRecord, brought: set[str]) -> tuple[str, ...]:
    """Return the open tasks that went on without requested papers, and have them all with those brought now."""
    return tuple(
        task["id"]
        for task in case.open_tasks()
        if task["papers_overdue"] and not case.lacks_overdue_papers(task["id"], brought)
    )
