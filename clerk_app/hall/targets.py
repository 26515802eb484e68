"""Tickets that wait for a window or a person: only that window, or the window where the person works, calls them.

While the window is closed, or the person holds no window of the hall, such a ticket waits in the queue of its category
like any other (`clerk_app.hall.calling_order`). A paused window counts as there: its tickets wait for it.
"""

from __future__ import annotations

from clerk_app.hall.windows import is_lease_valid
from db.engines import Transaction


def read_holders(tx: Transaction, hall: str, now: int) -> dict[str, str]:
    """Return who holds each window of a hall that is open or paused, by the id of the window."""
    rows = [row for row in tx.query_all("hall.windows_not_closed") if row["hall"] in (hall, "")]
    return {row["id"]: str(row["staff"]) for row in rows if is_lease_valid(tx, row, now)}
