"""Licences that the city itself has issued: a register changes only their state.

The organ in whose name a result was made out suspends, reinstates and revokes it by its feed, like its other licences.
Holder, content and validity stay those of the case.
"""

from __future__ import annotations

from clerk_app.registry.columns import CLAIM
from clerk_app.registry.correctable import read_claims
from clerk_app.registry.refusals import NEEDED, STATE_ONLY, RowRefusal
from clerk_app.registry.rows import LicenceRow
from db.engines import Transaction

_FIXED = ("issuer", "issuer_code", "valid_from", "valid_to")


def check_state_row(tx: Transaction, row: LicenceRow, licence: str, holder: str) -> None:
    """Raise RowRefusal if a row changes more of an issued licence than its state, or has no day of the change.

    `holder` is the id of the person or organisation of the row. Values of the content that the row lacks are not
    compared: a register may send the state alone.
    """
    stored = tx.get("licences", id=licence)
    assert stored is not None
    if stored["holder"] != holder:
        raise RowRefusal(STATE_ONLY, "holder")
    for field in _FIXED:
        if getattr(row, field) != stored[field]:
            raise RowRefusal(STATE_ONLY, field)
    claims = read_claims(stored)
    for claim, value in sorted(row.claims.items()):
        if claims.get(claim, "") != value:
            raise RowRefusal(STATE_ONLY, CLAIM + claim)
    if row.state != stored["state"] and not row.changed_on:
        raise RowRefusal(NEEDED, "changed_on")


def change_state(tx: Transaction, licence: str, state: str, at: int) -> None:
    """Change the state of an issued licence at `at` (microseconds UTC); an empty state leaves it as it is."""
    if state:
        tx.update("licences", {"id": licence}, state=state, updated_at=at)
