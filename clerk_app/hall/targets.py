"""Tickets that wait for a window or a person: only that window, or the window where the person works, calls them.

While the window is closed, or the person holds no window of the hall, such a ticket waits in the queue of its category
like any other (`clerk_app.hall.calling_order`). A paused window counts as there: its tickets wait for it.

A ticket whose target is the window to which it returns has come back there: it was at other windows, which have
finished with it.
"""

from __future__ import annotations

from clerk_app.hall.windows import is_lease_valid
from db.engines import Row, Transaction


def read_holders(tx: Transaction, hall: str, now: int) -> dict[str, str]:
    """Return who holds each window of a hall that is open or paused, by the id of the window."""
    rows = [row for row in tx.query_all("hall.windows_not_closed") if row["hall"] in (hall, "")]
    return {row["id"]: str(row["staff"]) for row in rows if is_lease_valid(tx, row, now)}


def has_come_back(ticket: Row) -> bool:
    """Return whether a ticket waits for the window to which it returns, or is served there."""
    return bool(ticket["return_to"]) and ticket["return_to"] == ticket["target_window"]


def is_first_on_return(ticket: Row) -> bool:
    """Return whether the window to which a ticket has come back calls it before others.

    Not after a no-show there, which puts the ticket at the end of the queue: its rank is its entry into it.
    """
    return has_come_back(ticket) and not (ticket["requeued"] and ticket["rank"] >= ticket["waiting_since"])
