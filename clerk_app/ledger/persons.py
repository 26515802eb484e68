"""The natural person behind an account: four eyes are those of two persons, not of two accounts."""

from __future__ import annotations

from db.engines import Row, Transaction


def person_of(tx: Transaction, staff: str) -> str:
    """Return the id of the natural person of an account; the id of the account if it is unknown or the only one."""
    row = tx.get("staff", id=staff)
    return person_of_row(row) if row is not None else staff


def person_of_row(row: Row) -> str:
    """Return the id of the natural person of a row of the staff list."""
    return str(row["person"] or row["id"])
