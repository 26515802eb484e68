"""The order in which waiting tickets are called: the next one of a window, why, and how many are before a ticket.

`clerk_app.hall.fair_order` computes the order; this module reads what it needs from the store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clerk_app.catalogue.publication import read_hall
from clerk_app.hall.fair_order import (
    CalledTicket,
    CallingWindow,
    CallReason,
    Choice,
    FairnessLimits,
    FairQueue,
    WaitingTicket,
    count_before,
)
from clerk_app.hall.targets import read_holders
from clerk_app.hall.windows import is_lease_valid, parse_categories
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

DEFAULT_OVERTAKEN_AT_MOST = 5
"""Of a city whose catalogue has no section `hall`."""
_FIRST_ROWS = 4  # most windows call one of the first tickets
_NEW = "new"  # id of a ticket that is not stored yet


@dataclass(frozen=True)
class CallPlace:
    """The place of a waiting ticket in the order of calling: its row, and why it is called then.

    `overtaken` tickets that were taken later were called before it until now; `limit` is how many may be.
    """

    ticket: Row
    reason: CallReason
    overtaken: int
    limit: int


def choose_next(tx: Transaction, hall: str, window: Row, now: int) -> Row | None:
    """Return the next ticket for an open window, locked for update; None if nobody waits for it.

    The tickets that this call overtakes are locked before it, in the order in which they entered the queue, so that two
    windows at once do not overtake one of them more often than is allowed.
    """
    own = _calling_window(window)
    while True:
        choice = _choose(tx, hall, own, now)
        if choice is None:
            return None
        if choice.overtaken and not tx.is_sole_writer:
            for overtaken in choice.overtaken:
                tx.lock_rows("tickets", id=overtaken.id)
            if _choose(tx, hall, own, now) != choice:
                continue  # another window called meanwhile
        ticket = tx.get_for_update("tickets", id=choice.ticket.id)
        if ticket is not None and ticket["state"] == "waiting":
            return ticket


def _choose(tx: Transaction, hall: str, window: CallingWindow, now: int) -> Choice | None:
    """Return the next ticket of a window, from as few rows as the choice depends on.

    A ticket that ranks at its time of issue or later overtakes nobody: all that entered the queue before rank before.
    One with a head start may overtake the tickets that were taken earlier; the calls before count only then.
    """
    best = _read_first(tx, hall, window, now)
    if best is None or best.rank >= best.issued_at:
        return Choice(best, "rank") if best is not None else None
    rows = tx.query_all("hall.first_taken_before", hall=hall, serial=best.serial)
    earlier = [ticket for ticket in _waiting_tickets(tx, hall, rows, now) if window.may_call(ticket)]
    if not earlier:
        return Choice(best, "rank")
    limits = _read_limits(tx)
    return FairQueue([best, *earlier], _read_called(tx, hall, earlier, limits), limits).choose(window)


def _read_first(tx: Transaction, hall: str, window: CallingWindow, now: int) -> WaitingTicket | None:
    """Return the ticket with the lowest rank of those that a window may call; None if there is none."""
    rows = tx.query_all("hall.first_waiting", hall=hall, many=_FIRST_ROWS)
    first = next(filter(window.may_call, _waiting_tickets(tx, hall, rows, now)), None)
    if first is not None or len(rows) < _FIRST_ROWS:
        return first
    return next(filter(window.may_call, _waiting_tickets(tx, hall, _read_rows(tx, hall), now)), None)


def explain_order(tx: Transaction, hall: str, window: Row, now: int) -> list[CallPlace]:
    """Return the waiting tickets that a window calls, in the order in which it alone would call them."""
    rows = _read_rows(tx, hall)
    return _explain(tx, hall, rows, _waiting_tickets(tx, hall, rows, now), _calling_window(window))


def explain_category(tx: Transaction, hall: str, category: str) -> list[CallPlace]:
    """Return the waiting tickets of a category in the order in which one window for all of them would call them."""
    rows = [row for row in _read_rows(tx, hall) if row["category"] == category]
    waiting = [_waiting_ticket(row, {}) for row in rows]
    return _explain(tx, hall, rows, waiting, CallingWindow("", "", frozenset({category})))


def _explain(
    tx: Transaction, hall: str, rows: Sequence[Row], waiting: Sequence[WaitingTicket], window: CallingWindow
) -> list[CallPlace]:
    limits, by_id = _read_limits(tx), {row["id"]: row for row in rows}
    queue = FairQueue(waiting, _read_called_of_queue(tx, hall, waiting, limits), limits)
    overtaken = {ticket.id: queue.count_overtaken(ticket) for ticket in waiting}
    return [
        CallPlace(by_id[choice.ticket.id], choice.reason, overtaken[choice.ticket.id], limits.overtaken_at_most)
        for choice in queue.list_order(window)
    ]


def record_call(tx: Transaction, ticket: str, window: str, at: int, categories: Collection[str]) -> None:
    """Mark a ticket as being served at a window, count the call, and add the window's categories to those before.

    A call of an older entry has no categories: it counts for no limit of overtaking, and writes none.
    """
    row = tx.get("tickets", id=ticket)
    before = decode_json_list(row["called_categories"]) if row is not None else ()
    every = sorted({*before, *categories})
    called, first = encode_json_list(every) if every else "", at if categories else None
    tx.execute("hall.start_serving", ticket=ticket, window=window, at=at, first=first, categories=called)


def count_called_before(tx: Transaction, hall: str, categories: Sequence[str], now: int) -> dict[str, int]:
    """Return for each category how many waiting tickets are called before an ordinary ticket that is issued now.

    See `fair_order.count_before`.
    """
    return {category: count_before_rank(tx, hall, category, now, now) for category in categories}


def count_before_rank(tx: Transaction, hall: str, category: str, rank: int, now: int) -> int:
    """Return how many waiting tickets are called before a new ticket with this rank; see `fair_order.count_before`."""
    waiting = _waiting_tickets(tx, hall, _read_rows(tx, hall), now)
    issued_at = max((now, *(ticket.entered_at for ticket in waiting)))
    serial = max((0, *(ticket.serial for ticket in waiting))) + 1
    new = WaitingTicket(_NEW, category, rank, serial, issued_at, issued_at)
    limits = _read_limits(tx)
    queue = FairQueue([*waiting, new], _read_called_of_queue(tx, hall, [*waiting, new], limits), limits)
    return count_before(queue, waiting, new, _read_windows(tx, hall, now))


def _read_rows(tx: Transaction, hall: str) -> list[Row]:
    return tx.query_all("hall.waiting_tickets", hall=hall)


def _read_limits(tx: Transaction) -> FairnessLimits:
    hall = read_hall(tx)
    if hall is None:
        return FairnessLimits(DEFAULT_OVERTAKEN_AT_MOST)
    return FairnessLimits(hall.overtaken_at_most, hall.overtakes_in_a_row)


def _read_called_of_queue(
    tx: Transaction, hall: str, waiting: Sequence[WaitingTicket], limits: FairnessLimits
) -> list[CalledTicket]:
    """Return the called tickets that may count for one of the waiting ones, and the last ones, by time of call.

    Nothing is read where no ticket ranks before one that entered the queue earlier: then no call overtakes.
    """
    by_rank = sorted(waiting, key=lambda ticket: (ticket.rank, ticket.serial))
    if all(first.entry < second.entry for first, second in pairwise(by_rank)):
        return []
    return _read_called(tx, hall, waiting, limits)


def _read_called(
    tx: Transaction, hall: str, overtaken: Sequence[WaitingTicket], limits: FairnessLimits
) -> list[CalledTicket]:
    """Return the called tickets that were taken after one of these tickets, and the last ones, by time of call."""
    rows = tx.query_all("hall.called_after", hall=hall, serial=min(ticket.serial for ticket in overtaken))
    if limits.overtakes_in_a_row is not None:
        rows += tx.query_all("hall.last_called", hall=hall)
    found = {row["id"]: row for row in rows}
    return [
        CalledTicket(row["serial"], row["issued_at"], frozenset(decode_json_list(row["called_categories"])))
        for row in sorted(found.values(), key=lambda row: (row["first_called_at"], row["serial"]))
    ]


def _waiting_tickets(tx: Transaction, hall: str, rows: Sequence[Row], now: int) -> list[WaitingTicket]:
    is_targeted = any(row["target_window"] or row["target_staff"] for row in rows)
    holders = read_holders(tx, hall, now) if is_targeted else {}
    return [_waiting_ticket(row, holders) for row in rows]


def _waiting_ticket(row: Row, holders: Mapping[str, str]) -> WaitingTicket:
    """Return a ticket of the queue. While nobody holds its target, it waits for any window of its category."""
    window = row["target_window"] if row["target_window"] in holders else ""
    staff = row["target_staff"] if row["target_staff"] in holders.values() else ""
    return WaitingTicket(
        id=row["id"],
        category=row["category"],
        rank=row["rank"],
        serial=row["serial"],
        issued_at=row["issued_at"],
        entered_at=max(row["issued_at"], row["waiting_since"]),
        target_window=window,
        target_staff="" if window else staff,
    )


def _calling_window(row: Row) -> CallingWindow:
    return CallingWindow(row["id"], row["staff"] or "", parse_categories(row["categories"]))


def _read_windows(tx: Transaction, hall: str, now: int) -> list[CallingWindow]:
    """Return each window that is open; before any is open, each window of the hall."""
    rows = [row for row in tx.select("windows", order=("id",)) if row["hall"] in (hall, "")]
    is_open = [row for row in rows if row["state"] == "open" and is_lease_valid(tx, row, now)]
    return [_calling_window(row) for row in is_open or rows]
