"""The person who acted for an absent applicant at the acceptance of a case, and what the basis allows (代办)."""

from __future__ import annotations

from typing import Protocol

from clerk_app.cases.duplicates import NamedParty, Party
from clerk_app.cases.known_by import KNOWN_BY_DELEGATION
from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

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


def require_representation(tx: Transaction, visit_id: str, party: IdentifiedParty | None) -> CaseRepresentation | None:
    """Return the same; raise Refused if the party is absent and nobody in the visit may apply for them."""
    found = find_representation(tx, visit_id, party)
    if found is None and party is not None and party.known_by == KNOWN_BY_DELEGATION:
        raise Refused(
            "no_delegation",
            "The applicant is absent, and the person served may not apply for them: the codes of both, a written "
            "delegation or a registered relation is needed.",
        )
    return found


def insert_representation(
    tx: Transaction, number: str, found: CaseRepresentation | None, agent: NamedParty | None
) -> None:
    """Insert who acted for the applicant of a new case; the name of the agent is in the personal part."""
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


def read_representation(tx: Transaction, case_number: str) -> Row | None:
    """Return the row of who acted for the applicant of a case; None without one."""
    rows = tx.select("representations", order=("role",), case_number=case_number)
    return rows[0] if rows else None
