"""The person served in a visit, and the absent parties for whom they act."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_app.cases.intake.drafts import DraftParty
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.cases.known_by import KNOWN_BY_CODE
from db.engines import Row, Transaction


def read_served_person(visit: Row | None) -> DraftParty | None:
    """Return the person identified in a visit; None if nobody was."""
    if visit is None or not visit["check_result"]:
        return None
    return DraftParty(name=visit["shown_name"] or "", number=visit["shown_number"] or "", subject=visit["person"] or "")


def read_absent_parties(tx: Transaction, visit: Row | None) -> dict[str, Row]:
    """Return the rows of those for whom the person served may act, by id."""
    rows = tx.select("visit_representations", visit=visit["id"]) if visit is not None else []
    return {row["principal"]: row for row in rows if visit is not None and row["agent"] == visit["person"]}


def find_acting(absent: Mapping[str, Row], parties: Mapping[str, DraftParty]) -> Row | None:
    """Return the row of a party of a draft who is absent, for whom the person served acts; None without one."""
    rows = (absent.get(party.subject) for party in parties.values() if party.subject)
    return next((row for row in rows if row is not None), None)


def build_representative(served: DraftParty | None, representation: Row | None) -> PartyDetails | None:
    """Return the person served if they act for a party; None otherwise."""
    if representation is None or served is None:
        return None
    return PartyDetails(
        role="representative",
        kind="person",
        name=served.name,
        number=served.number,
        subject=served.subject,
        known_by=KNOWN_BY_CODE,
    )
