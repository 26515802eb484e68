"""The parties of a draft whose consent only the clerk has stated, each with the list that this party signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clerk_app.locales import _, format_list
from clerk_app.roles.counter.draft_state import PROOFS, DraftState
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.views.consent import ConsentListRow
from clerk_app.views.shared import Option


@dataclass(frozen=True)
class PartyConsents:
    """What one party agreed to without a confirmation, as ids; the number of the list that names exactly this."""

    person: str
    role: str
    licences: tuple[str, ...]
    number: str  # empty before it was printed


def list_party_consents(draft: DraftState) -> Iterator[PartyConsents]:
    """Yield each party who let licences be used, as long as no second scan and no signed list confirms it."""
    stated: dict[str, list[str]] = {}
    for licence, how in sorted(draft.consent_states.items()):
        if not how:
            stated.setdefault(draft.providers[licence], []).append(licence)
    for role, party in draft.parties.items():
        licences = stated.pop(party.subject, []) if party.subject else []
        if licences:
            numbers = {draft.list_numbers[licence] for licence in licences}
            yield PartyConsents(party.subject, role, tuple(licences), numbers.pop() if len(numbers) == 1 else "")


def build_list_rows(draft: DraftState) -> tuple[ConsentListRow, ...]:
    """Return the lists that are to be signed, each with the role and masked name of its party."""
    return tuple(
        ConsentListRow(name_party(draft, found.role), _name_materials(draft, found.licences), found.number)
        for found in list_party_consents(draft)
    )


def name_party(draft: DraftState, role: str) -> str:
    """Return the role and the masked name of a party."""
    defined = next(party for party in draft.plan.one_thing.parties if party.id == role)
    name = format_party_name(draft.parties[role].name, defined.kind)
    return _("{role} {name}").format(role=localize(defined.name), name=name)


def name_signer(draft: DraftState, role: str) -> str:
    """Return the masked name of the person who signs for a party: who acts for an absent one, or the party."""
    party = draft.parties[role]
    if party.subject in draft.absent and draft.served_person is not None:
        return format_party_name(draft.served_person.name, "person")
    defined = next(known for known in draft.plan.one_thing.parties if known.id == role)
    return format_party_name(party.name, defined.kind)


def list_absent_parties(draft: DraftState) -> tuple[Option, ...]:
    """Return the parties who have shown no code, and whose licences could be used with a list that they sign.

    The form has to name them with a number. `hint` names the materials.
    """
    return tuple(
        Option(role, name_party(draft, role), format_list(_name_needed(draft, materials)))
        for role in draft.parties
        if (materials := list_absent_materials(draft, role))
    )


def list_absent_materials(draft: DraftState, role: str) -> tuple[str, ...]:
    """Return the materials of a party who has shown no code that are licences and not given yet."""
    party = draft.parties[role]
    if not party.name or not party.number or party.known_by in PROOFS:
        return ()
    own = draft.plan.one_thing.applicant_role().id
    return tuple(
        need.material.id
        for need in draft.plan.materials
        if (need.material.holder or own) == role
        and need.material.licence_type
        and draft.matches[need.material.id].state in ("missing", "absent_holder")
        and need.material.id not in draft.content.papers
    )


def _name_needed(draft: DraftState, materials: tuple[str, ...]) -> list[str]:
    return [localize(draft.catalogue.material(name).name) for name in materials]


def _name_materials(draft: DraftState, licences: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        localize(match.material.name)
        for match in draft.matches.values()
        if match.licence is not None and match.licence["id"] in licences
    )
