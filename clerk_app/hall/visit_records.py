"""What is recorded of each visit for the measures of the day: wait before it, arrival at the window, how it ended."""

from __future__ import annotations

from typing import Any, Literal

from clerk_app.hall.scopes import hall_scope
from db.engines import Row, Transaction

VisitEnd = Literal["finished", "unserved", "no_show", "held", "moved", "requeued"]
"""How a visit ended: `moved` to another window, `requeued` to wait again."""

OPEN = "open"
"""`end_state` of a visit that has not ended. A visit that a version before 0035 started has no state, also at its end:
its entries recorded neither arrival nor end, and a rebuild from them gives the same rows."""


def mark_visit_changed(tx: Transaction, visit: str) -> None:
    """Mark a visit as changed for its window."""
    row = tx.get("visits", id=visit)
    if row is not None:
        tx.mark_changed(f"window/{row['window_id']}", f"visit/{visit}")


def mark_papers_changed(tx: Transaction, ticket: str | None) -> None:
    """Mark the papers that the reception scanned for a ticket as changed: who sees them depends on its state."""
    if ticket is not None and tx.select("ticket_papers", ticket=ticket):
        tx.mark_changed(hall_scope(ticket), f"ticket_papers/{ticket}")


def describe_called_ticket(ticket: str | None, row: Row | None, at: int) -> dict[str, Any]:
    """Return category, wait, arrival and state as columns of a visit that starts at `at` (microseconds UTC).

    `row` is that of the ticket, read before the ticket is called; None if this store does not have it. A person without
    a ticket is at the window when the visit starts, and has not waited. `waited` is the time in the present queue, in
    microseconds: 0 for a held ticket, whose person is known.
    """
    if ticket is None:
        return {"category": "", "waited": 0, "arrived_at": at, "end_state": OPEN}
    if row is None:
        return {"category": "", "waited": 0, "end_state": OPEN}
    since = row["waiting_since"] or row["issued_at"]
    waited = max(0, at - since) if row["state"] == "waiting" else 0
    return {"category": row["category"], "waited": waited, "end_state": OPEN}


def record_arrival(tx: Transaction, visit: str, at: int) -> None:
    """Record the first act of a visit, which shows that the person is at the window; later acts change nothing."""
    tx.execute("hall.record_arrival", visit=visit, at=at)


def end_visit(tx: Transaction, visit: str, at: int, state: VisitEnd) -> None:
    """Record the end of a visit and how it ended."""
    tx.execute("hall.end_visit", visit=visit, at=at, state=state)
    mark_visit_changed(tx, visit)
    row = tx.get("visits", id=visit)
    mark_papers_changed(tx, row["ticket"] if row is not None else None)


def is_measured(tx: Transaction, visit: str) -> bool:
    """Return whether arrival and end of a visit are recorded: it is in this store, and has a state."""
    row = tx.get("visits", id=visit)
    return row is not None and row["end_state"] != ""
