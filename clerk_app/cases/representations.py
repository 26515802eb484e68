"""The person who acted for absent parties at the acceptance of a case, and what the basis allows (代办)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from clerk_app.cases.duplicates import NamedParty, Party
from clerk_app.cases.known_by import KNOWN_BY_DELEGATION
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan

IN_PERSON = "presence"
"""Reason of the refusal, and of the objection: nobody may act for a party."""
APPLY, COLLECT = "apply", "collect"  # of `clerk_app.catalogue.acting.Act`


class IdentifiedParty(Party, Protocol):
    """A party of a new case, and how it is known."""

    @property
    def known_by(self) -> str: ...


class CaseRepresentation(MessagePart, frozen=True, kw_only=True):
    """Who acted for the party `role`: id of the person, basis, kind of a registered relation, what it allows."""

    role: str
    agent: str
    basis: str
    relation: str = ""
    acts: tuple[str, ...] = ()
    valid_to: str = ""


def find_representation(tx: Transaction, visit_id: str, party: IdentifiedParty | None) -> CaseRepresentation | None:
    """Return who may apply for a party in a visit; None if nobody does."""
    visit = tx.get("visits", id=visit_id)
    if party is None or not party.subject or visit is None:
        return None
    row = tx.get("visit_representations", visit=visit_id, principal=party.subject)
    acts = decode_json_list(row["acts"]) if row is not None else ()
    if row is None or row["agent"] != visit["person"] or APPLY not in acts:
        return None
    return CaseRepresentation(
        role=party.role,
        agent=row["agent"],
        basis=row["basis"],
        relation=row["relation"],
        acts=acts,
        valid_to=row["valid_to"],
    )


def require_representations(
    tx: Transaction, visit_id: str, plan: Plan, parties: Iterable[IdentifiedParty]
) -> dict[str, CaseRepresentation]:
    """Return who acts for the applicant and for each other absent party, by role.

    Raises Refused if a party is absent and nobody in the visit may apply for them, or if a matter of the plan does not
    allow it.
    """
    found: dict[str, CaseRepresentation] = {}
    own = plan.one_thing.applicant_role().id
    for party in parties:
        is_absent = party.known_by == KNOWN_BY_DELEGATION
        acting = find_representation(tx, visit_id, party) if is_absent or party.role == own else None
        if acting is not None:
            found[party.role] = acting
        elif is_absent:
            raise Refused(
                "no_delegation",
                "{role} is absent, and the person served may not apply for them: the codes of both, a written "
                "delegation or a registered relation is needed.",
                role=join_names(role.name for role in plan.one_thing.parties if role.id == party.role),
            )
    for role in found:
        require_no_presence(plan, role)
    return found


def name_representations(plan: Plan, acting: Mapping[str, CaseRepresentation]) -> dict[str, Any]:
    """Return the fields of the decision of an acceptance: who acts for its applicant, and for other parties."""
    own = plan.one_thing.applicant_role().id
    others = tuple(found for role, found in acting.items() if role != own)
    return {"representation": acting.get(own), "other_representations": others}


def require_no_presence(plan: Plan, role: str) -> None:
    """Raise Refused if a matter of a plan does not allow that somebody acts for a role (`in_person`)."""
    matters = [planned.matter for planned in plan.active_matters if role in planned.matter.in_person]
    if matters:
        raise Refused(
            IN_PERSON,
            "{role} has to come in person: nobody may act for them in {matters}.",
            role=join_names(known.name for known in plan.one_thing.parties if known.id == role),
            matters=join_names(matter.name for matter in matters),
        )


def find_presence_objection(command: Any, catalogue: Catalogue) -> Refused | None:
    """Return the objection to an acceptance for an absent party who has to come in person."""
    details = command.personal
    if details is None or not hasattr(command, "chosen"):  # erased, or not accepted
        return None
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    try:
        for party in details.parties:
            if party.known_by == KNOWN_BY_DELEGATION:
                require_no_presence(plan, party.role)
    except Refused as refused:
        return refused
    return None


def insert_representation(
    tx: Transaction, number: str, found: CaseRepresentation | None, agent: NamedParty | None
) -> None:
    """Insert who acted for a party of a new case; the name of the agent is in the personal part."""
    if found is None:
        return
    tx.insert(
        "representations",
        case_number=number,
        role=found.role,
        agent=found.agent,
        agent_name=agent.name if agent is not None else None,
        agent_number=agent.number if agent is not None else None,
        basis=found.basis,
        relation=found.relation,
        acts=encode_json_list(found.acts),
        valid_to=found.valid_to,
    )


def list_representations(tx: Transaction, case_number: str) -> list[Row]:
    """Return the rows of who acted for parties of a case, in the order of the roles."""
    return tx.select("representations", order=("role",), case_number=case_number)
