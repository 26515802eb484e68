"""Names of members of staff, for people to read."""

from __future__ import annotations

from db.engines import Transaction


def read_staff_name(tx: Transaction, staff: str | None) -> str:
    """Return the name of a member of staff by id; the id if this store does not have them, empty for None."""
    row = tx.get("staff", id=staff) if staff else None
    return str(row["name"]) if row is not None else staff or ""
