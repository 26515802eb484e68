"""Objection to an acceptance: the center cannot confirm how the window identified a party."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clerk_app.cases.known_by import KNOWN_BY_CODE, KNOWN_BY_DELEGATION, identified_number
from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Entry
from clerk_app.locales import mark
from db.engines import Row, Transaction

UNPROVED_PARTY = "party"
"""Reason of the objection."""
_NO_CODE = mark("The acceptance says that {name} showed a code, which the center cannot find in that visit.")
_NO_DELEGATION = mark(
    "The acceptance names somebody who acts for {name}; the center has no record of that in the visit."
)
_OTHER_PERSON = mark("The number of {name} is not that of the person whom the acceptance names in the city's register.")


def is_own_visit(tx: Transaction, entry: Entry[Any, Any]) -> bool:
    """Return whether the visit of an acceptance is of its clerk, or of the window of its machine.

    What somebody showed or agreed to in the visit of another window proves nothing here. Unknown visits prove nothing
    in any case.
    """
    visit = tx.get("visits", id=entry.command.visit)
    if visit is None or visit["staff"] == entry.moment.actor.id:
        return True
    node = tx.get("nodes", id=node_of_chain(entry.moment.node))
    return node is not None and visit["window_id"] == node["window_id"]


def find_identity_objection(tx: Transaction, entry: Entry[Any, Any]) -> Refused | None:
    """Return the objection to a party of an acceptance; `name` is the role of the party."""
    command = entry.command
    parties = command.personal.parties if command.personal is not None else ()
    visit = tx.get("visits", id=command.visit) if is_own_visit(tx, entry) else None
    for party in parties:
        if party.known_by == KNOWN_BY_CODE and party.number != identified_number(visit):
            return Refused(UNPROVED_PARTY, _NO_CODE, name=party.role)
        if party.known_by == KNOWN_BY_DELEGATION and not _is_acted_for(tx, visit, party.subject):
            return Refused(UNPROVED_PARTY, _NO_DELEGATION, name=party.role)
        if party.number and party.number not in _registered_numbers(tx, party.subject, party.number):
            return Refused(UNPROVED_PARTY, _OTHER_PERSON, name=party.role)
    return None


def _is_acted_for(tx: Transaction, visit: Row | None, subject: str) -> bool:
    return visit is not None and tx.get("visit_representations", visit=visit["id"], principal=subject) is not None


def _registered_numbers(tx: Transaction, subject: str, default: str) -> Iterable[str]:
    """Return the numbers of a registered person or organisation; `default` if the register has none."""
    rows: list[Row] = [*tx.select("persons", id=subject), *tx.select("organisations", id=subject)] if subject else []
    numbers = [row.get("id_number") or row.get("credit_code") or default for row in rows]
    return numbers or [default]
