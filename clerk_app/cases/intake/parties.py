"""Parties and form values of a new case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.field_differences import FieldDifference, insert_differences
from clerk_app.ledger.commands import MessagePart
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import Plan


class PartyDetails(MessagePart, frozen=True, kw_only=True):
    """A party of the case: applicant, agent, mother, enterprise."""

    role: str
    kind: str  # person | organisation
    name: str
    number: str
    subject: str = ""  # id of the person or organisation; empty if not registered
    known_by: str = ""  # code | party_code | document | delegation | earlier | typed | the source of the name


class CaseDetails(MessagePart, frozen=True, kw_only=True):
    """Personal part of a case: its parties and the values of its form; `representative` acts for the applicant."""

    parties: tuple[PartyDetails, ...]
    values: dict[str, str]
    claims: dict[str, str] = {}  # JSON of the licence claims, by material id
    differences: tuple[FieldDifference, ...] = ()
    representative: PartyDetails | None = None


def find_applicant(plan: Plan, details: CaseDetails) -> PartyDetails | None:
    """Return the party in the role of the applicant."""
    role = plan.one_thing.applicant_role().id
    return next((party for party in details.parties if party.role == role), None)


def insert_parties_and_values(
    tx: Transaction, number: str, details: CaseDetails | None, sources: Mapping[str, str]
) -> None:
    """Insert the parties and form values of a new case; `sources` gives the origin of each value."""
    if details is None:
        return
    tx.insert_many(
        "parties",
        [
            {
                "case_number": number,
                "role": party.role,
                "kind": party.kind,
                "subject": party.subject or None,
                "name": party.name,
                "number": party.number,
                "known_by": party.known_by,
            }
            for party in details.parties
        ],
    )
    tx.insert_many(
        "field_values",
        [
            {"case_number": number, "field": field, "value": value, "source": sources.get(field, "typed")}
            for field, value in details.values.items()
        ],
    )
    insert_differences(tx, number, details.differences)
