"""What the applicant of a draft is also eligible for, from what this draft may use."""

from __future__ import annotations

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.cases.duplicates import ApplicantIdentity, find_duplicates, identify_party
from clerk_app.cases.field_differences import list_known_values
from clerk_app.cases.intake.drafts import DraftContent, DraftParty
from clerk_app.cases.intake.parties import find_applicant
from clerk_app.catalogue.also_eligible import KnownFacts
from clerk_app.errors import Refused
from clerk_app.roles.also_eligible import list_case_rows, list_eligible_rows, list_left_out
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.party_licences import read_claims
from clerk_app.roles.unreadable import UNREADABLE
from clerk_app.views.navigation import EligibleRow
from db.engines import Row, Transaction


def build_draft_facts(draft: DraftState) -> KnownFacts:
    """Return what is known of the applicant: answers, and licences and materials to whose use they agreed.

    A value that a licence filled in counts only while the licence is released in this visit.
    """
    values = {name: value for name, value in draft.case_details().values.items() if _is_usable(draft, name)}
    return KnownFacts(
        today=draft.today,
        values=values,
        claims=list_known_values({}, read_claims(draft.matches, draft.consented)),
        materials=frozenset(given.material for given in draft.given_materials),
    )


def _is_usable(draft: DraftState, field: str) -> bool:
    kind, _colon, rest = draft.content.sources.get(field, "typed").partition(":")
    if kind != "licence":
        return True
    match = draft.matches.get(rest.partition(".")[0])
    licence = match.licence if match is not None else None
    return licence is not None and licence["id"] in draft.consented


def list_also_eligible(tx: Transaction, draft: DraftState | None, notice: Row | None) -> tuple[EligibleRow, ...]:
    """Return what the applicant of a draft, or of the case whose paper is shown, is also eligible for.

    What they have under way already, as far as this store has it, is left out; so is everything of a masked draft.
    """
    if draft is not None:
        if draft.is_masked:
            return ()
        left_out = list_left_out(draft.plan.one_thing.id, draft.plan.one_thing.matters)
        rows = list_eligible_rows(tx, build_draft_facts(draft), left_out)
        details = draft.case_details()
        applicant = identify_party(find_applicant(draft.plan, details), draft.catalogue.fields, details.values)
        return tuple(row for row in rows if not _is_under_way(tx, row, applicant))
    if notice is None or notice["kind"] != "receipt":
        return ()
    try:
        case = read_case(tx, notice["case_number"])
    except (*UNREADABLE, Refused):
        return ()
    applicant = ApplicantIdentity(name="", number=case.row["applicant_number"] or "")
    return tuple(row for row in list_case_rows(tx, case) if not _is_under_way(tx, row, applicant))


def _is_under_way(tx: Transaction, row: EligibleRow, applicant: ApplicantIdentity) -> bool:
    return any(not case.name_only for case in find_duplicates(tx, row.id, applicant))


def carry_answers(former: DraftState, begun: DraftState) -> DraftContent:
    """Return the content of a new draft with what a person stated in a former one and the new form asks too."""
    stated = former.content.stated_fields
    wanted = stated.intersection(field.id for field in begun.catalogue.fields)
    values = {name: value for name, value in former.content.values.items() if value and name in wanted}
    return msgspec.structs.replace(begun.content, values={**values, **begun.content.values})


def find_carried_party(former: DraftState, begun: DraftState) -> tuple[str, DraftParty] | None:
    """Return the role and the party to carry over: the applicant, if the new one thing has no other one yet."""
    old, new = former.plan.one_thing.applicant_role(), begun.plan.one_thing.applicant_role()
    party = former.content.parties.get(old.id)
    if party is None or old.kind != new.kind or begun.applicant.number == party.number or not party.name:
        return None
    return new.id, party
