"""Tickets that have just moved on from this window and wait for another one: how they are taken back.

The window deletes a visit when it ends, so that the route before it is kept in memory, by ticket.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from clerk_app.hall.transfers import TAKE_BACK_PERIOD, TicketRoute, read_route
from db.engines import Row, Transaction

_MOST_KEPT = 8


@dataclass(frozen=True)
class _MovedTicket:
    """The route of a ticket before it moved on at `at`, and its last call (microseconds UTC)."""

    route: TicketRoute
    called_at: int | None
    at: int


@dataclass
class MovedTickets:
    """The tickets that moved on last, the newest last."""

    _tickets: dict[str, _MovedTicket] = field(default_factory=dict)

    def record(self, before: Row, at: int) -> None:
        """Record that a ticket moves on at `at`; `before` is its row while it was served."""
        self._tickets.pop(before["id"], None)
        for oldest in list(self._tickets)[: 1 - _MOST_KEPT]:
            del self._tickets[oldest]
        self._tickets[before["id"]] = _MovedTicket(read_route(before), before["called_at"], at)

    def find_route(self, tx: Transaction, ticket: str, now: int) -> TicketRoute | None:
        """Return the former route of a ticket; None unless it moved on from here a moment ago and still waits."""
        moved, row = self._tickets.get(ticket), tx.get("tickets", id=ticket)
        if moved is None or row is None or now - moved.at > TAKE_BACK_PERIOD:
            return None
        return moved.route if row["state"] == "waiting" and row["called_at"] == moved.called_at else None

    def read_waiting(self, tx: Transaction, now: int) -> list[Row]:
        """Return the rows of the tickets that can be taken back, the newest first."""
        rows = [tx.get("tickets", id=ticket) for ticket in reversed(self._tickets) if self.find_route(tx, ticket, now)]
        return [row for row in rows if row is not None]
