"""Which party of a draft the holder of a code may be, and what identifies the applicant in a visit."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_app.cases.known_by import KNOWN_BY_CODE, KNOWN_BY_DELEGATION, KNOWN_BY_PARTY_CODE
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.locales import _
from clerk_app.people.masking import mask_number
from clerk_app.roles.counter.draft_state import PROOFS, DraftState
from clerk_app.roles.counter.identification import VerifiedCode, find_served_person
from clerk_app.roles.counter.party_numbers import is_possible_number
from clerk_app.roles.formatting import ORGANISATION, format_holder_name, format_party_name, localize
from clerk_app.views.counter import FoundParty
from clerk_app.views.shared import Option
from db.engines import Row


def belongs_to_other_party(code: VerifiedCode, visit: Row, draft: DraftState | None) -> bool:
    """Return whether the holder of a code is neither the person served nor the applicant of the draft.

    The person served who cannot be the applicant, such as the agent of an enterprise, may be another party too.
    """
    if not code.number:
        return False
    if visit["check_result"] and visit["shown_number"] != code.number:
        return True
    if draft is None:
        return False
    applicant = draft.applicant
    if visit["check_result"]:
        return applicant.known_by in PROOFS and applicant.number != code.number and bool(possible_roles(code, draft))
    role = draft.plan.one_thing.applicant_role().id
    if applicant.number:
        return applicant.number != code.number
    return not is_possible_number(draft.plan, role, code.number)


def possible_roles(code: VerifiedCode, draft: DraftState) -> tuple[str, ...]:
    """Return the roles that the holder of a code may have: that of the party with this number, or all that are open.

    A role that the clerk chose comes first, before those that it may be corrected to, until somebody agreed to
    anything. The person served is taken for the applicant until somebody else is: that role comes last.
    """
    parties = draft.parties
    same = tuple(role for role, party in parties.items() if party.number == code.number)
    if same and (draft.agreed or any(parties[role].known_by != KNOWN_BY_PARTY_CODE for role in same)):
        return same
    possible = {role: party for role, party in parties.items() if is_possible_number(draft.plan, role, code.number)}
    unproved = tuple(role for role, party in possible.items() if party.known_by not in PROOFS)
    assumed = tuple(role for role, party in possible.items() if party.known_by == KNOWN_BY_CODE)
    return (*same, *(tuple(role for role in unproved if not parties[role].number) or unproved), *assumed)


def find_unassigned_person(visit: Row | None, draft: DraftState) -> VerifiedCode | None:
    """Return the code of the person served if they are no party of the draft and may be one; None otherwise."""
    served = find_served_person(visit)
    if draft.representation is not None and draft.applicant.known_by == KNOWN_BY_DELEGATION:
        return None  # the person served acts for the applicant
    if served is None or any(
        party.number == served.number and party.known_by in PROOFS for party in draft.parties.values()
    ):
        return None
    return served if possible_roles(served, draft) else None


def build_found_party(code: VerifiedCode, draft: DraftState) -> FoundParty:
    """Build the view of a code's holder whose role is to be chosen."""
    names = {role.id: localize(role.name) for role in draft.plan.one_thing.parties}
    served = draft.served_person
    return FoundParty(
        name=format_holder_name(code.shown.name if code.shown else "", code.number),
        number=mask_number(code.number),
        roles=tuple(Option(role, names[role]) for role in possible_roles(code, draft)),
        is_served=code.is_served,
        absent_roles=_list_absent_roles(code, draft, names),
        served=format_holder_name(served.name, served.number) if served is not None else "",
    )


def _list_absent_roles(code: VerifiedCode, draft: DraftState, names: Mapping[str, str]) -> tuple[Option, ...]:
    """Return the roles in which the holder of a code may be absent while the person served acts for them."""
    served = draft.served_person
    if code.is_served or served is None or not served.subject:
        return ()
    if is_credit_code(served.number) or served.number == code.number:
        return ()
    possible = set(possible_roles(code, draft))
    roles = sorted(draft.plan.one_thing.parties, key=lambda role: not role.applicant)
    return tuple(Option(role.id, names[role.id]) for role in roles if role.id in possible and role.kind != ORGANISATION)


def describe_masked_draft(draft: DraftState) -> str:
    """Return what the clerk must do before a masked draft is shown in full."""
    return describe_identity_gap(draft) or _("Compare the person with the photo and confirm.")


def describe_identity_gap(draft: DraftState) -> str:
    """Return what the clerk must do before the applicant of a draft counts as identified; empty if nothing."""
    if not draft.identity_gap:
        return ""
    name = format_party_name(draft.applicant.name, draft.plan.one_thing.applicant_role().kind)
    if not name:
        return _("Identify the applicant: scan their code, or F8 for a document.")
    if draft.identity_gap == "other_person":
        sentence = _("The applicant {name} is not the person served: scan their code, or F8 for a document.")
    else:
        sentence = _("Identify the applicant {name}: scan their code, or F8 for a document.")
    return sentence.format(name=name)
