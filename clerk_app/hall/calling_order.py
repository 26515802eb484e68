"""The order in which waiting tickets are called: the next one of a window, why, and how many are before a ticket.

`clerk_app.hall.fair_order` computes the order; this module reads what it needs from the store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clerk_app.catalogue.publication import read_hall
from clerk_app.hall.fair_order import (
    CalledTicket,
    CallingWindow,
    CallReason,
    FairnessLimits,
    FairQueue,
    WaitingTicket,
    count_before,
)
from clerk_app.hall.targets import is_first_on_return, read_holders
from clerk_app.hall.windows import is_lease_valid, parse_categories
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

DEFAULT_OVERTAKEN_AT_MOST = 5
"""Of a city whose catalogue has no section `hall`."""
_FIRST_ROWS = 24  # more than the windows of a large hall that call within one group of commands
_NEW = "new"  # id of a ticket that is not stored yet
_CHOSEN = "chosen_ticket"  # name of the result for `read_ticket_to_call`
_OTHER_DOCUMENTS = ("visit/", "announcement/")  # a call changes them, and the order does not depend on them


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
    """Return the next ticket for an open window; None if nobody waits for it.

    The caller holds the writer's lock of the log (`ChainTips`), so that no other window calls meanwhile. Windows that
    call in one transaction share what was read of the queue.
    """
    name, own = f"call_queue/{hall}", _calling_window(window)
    queue = tx.computed.get(name)
    if not isinstance(queue, _CallQueue) or not queue.follow(tx.changed_documents):
        rows = tx.query_all("hall.first_in_queue", hall=hall, many=_FIRST_ROWS)
        queue = tx.computed[name] = _CallQueue(tx, hall, now, rows, is_part=len(rows) >= _FIRST_ROWS)
    choice = queue.choose(own)
    if choice is None:
        queue = tx.computed[name] = _CallQueue(tx, hall, now, _read_rows(tx, hall), is_part=False)
        choice = queue.choose(own)
    tx.computed[_CHOSEN] = choice, len(tx.changed_documents)
    return choice


def read_ticket_to_call(tx: Transaction, ticket: str) -> Row | None:
    """Return what the start of a visit needs of its ticket: as `choose_next` read it if nothing changed since."""
    chosen, followed = tx.computed.get(_CHOSEN, (None, 0))
    if chosen is not None and chosen["id"] == ticket and followed == len(tx.changed_documents):
        row: Row = chosen
        return row
    return tx.query_one("hall.ticket_to_call", ticket=ticket)


class _CallQueue:
    """The queue of a hall as one transaction has read it, without the tickets that it called since.

    `is_part`: `rows` are those of `hall.first_in_queue`. Then a choice is that of the whole queue if the window's first
    ticket by rank is one of the first of the hall: any ticket that is not in the rows ranks after all of these were
    taken, and no later than it entered its queue, so that none of these overtakes it. Tickets that come back to a
    window are always in the rows.
    """

    def __init__(self, tx: Transaction, hall: str, now: int, rows: Sequence[Row], *, is_part: bool) -> None:
        waiting, limits = _waiting_tickets(tx, hall, rows, now), read_limits(tx)
        self._queue = FairQueue(waiting, _read_called_of_queue(tx, hall, waiting, limits), limits)
        self._rows = {row["id"]: row for row in rows}
        # who holds the target of a ticket depends on the time
        self._is_lasting = not any(row["target_window"] or row["target_staff"] for row in rows)
        self._last_rank: int | None = rows[0]["last_rank"] if is_part else None
        self._followed = len(tx.changed_documents)
        self._chosen: tuple[WaitingTicket, CallingWindow] | None = None

    def choose(self, window: CallingWindow) -> Row | None:
        """Return the row of the ticket that a window calls next, which the caller then calls.

        Return None if nobody waits for it, or the rows are a part of the queue in which the first ticket may not be.
        """
        choice = self._queue.choose(window)
        if choice is None or (self._last_rank is not None and choice.first.rank >= self._last_rank):
            return None
        self._chosen = choice.ticket, window
        return self._rows[choice.ticket.id]

    def follow(self, changed: Sequence[tuple[str, str]]) -> bool:
        """Remove the chosen ticket if it was called. Return False if something else changed, so that rows are read."""
        news = {document for _scope, document in changed[self._followed :] if not document.startswith(_OTHER_DOCUMENTS)}
        chosen, self._chosen, self._followed = self._chosen, None, len(changed)
        if not news or not self._is_lasting:
            return self._is_lasting
        # the categories of an earlier call of the ticket count too
        if chosen is None or len(news) > 1 or self._rows[chosen[0].id]["called_at"] is not None:
            return False
        self._queue.call(*chosen)
        return f"ticket/{chosen[0].id}" in news


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
    limits, by_id = read_limits(tx), {row["id"]: row for row in rows}
    queue = FairQueue(waiting, _read_called_of_queue(tx, hall, waiting, limits), limits)
    overtaken = {ticket.id: queue.count_overtaken(ticket) for ticket in waiting}
    return [
        CallPlace(by_id[choice.ticket.id], choice.reason, overtaken[choice.ticket.id], limits.overtaken_at_most)
        for choice in queue.list_order(window)
    ]


def record_call(tx: Transaction, ticket: Row, window: str, at: int, categories: Collection[str]) -> None:
    """Mark a ticket as being served at a window, count the call, and add the window's categories to those before.

    A call of an older entry has no categories: it counts for no limit of overtaking, and writes none.
    """
    before = decode_json_list(ticket["called_categories"])
    every = sorted({*before, *categories}) if before else sorted(categories)
    called, first = encode_json_list(every) if every else "", at if categories else None
    tx.execute("hall.start_serving", ticket=ticket["id"], window=window, at=at, first=first, categories=called)


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
    limits = read_limits(tx)
    queue = FairQueue([*waiting, new], _read_called_of_queue(tx, hall, [*waiting, new], limits), limits)
    return count_before(queue, waiting, new, _read_windows(tx, hall, now))


def count_before_ticket(tx: Transaction, hall: str, ticket: str, now: int) -> int:
    """Return how many waiting tickets are called before one that waits; see `fair_order.count_before`.

    Return 0 for a ticket that does not wait.
    """
    waiting = _waiting_tickets(tx, hall, _read_rows(tx, hall), now)
    own = next((known for known in waiting if known.id == ticket), None)
    if own is None:
        return 0
    limits = read_limits(tx)
    queue = FairQueue(waiting, _read_called_of_queue(tx, hall, waiting, limits), limits)
    others = [known for known in waiting if known.id != ticket]
    return count_before(queue, others, own, _read_windows(tx, hall, now))


def _read_rows(tx: Transaction, hall: str) -> list[Row]:
    return tx.query_all("hall.waiting_tickets", hall=hall)


def read_limits(tx: Transaction) -> FairnessLimits:
    """Return how often a waiting ticket may be overtaken."""
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
    entries = [ticket.entry for ticket in sorted(waiting, key=lambda ticket: (ticket.rank, ticket.serial))]
    if entries == sorted(entries):
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
        comes_back=bool(window) and is_first_on_return(row),
    )


def _calling_window(row: Row) -> CallingWindow:
    return CallingWindow(row["id"], row["staff"] or "", parse_categories(row["categories"]))


def _read_windows(tx: Transaction, hall: str, now: int) -> list[CallingWindow]:
    """Return each window that is open; before any is open, each window of the hall."""
    rows = [row for row in tx.select("windows", order=("id",)) if row["hall"] in (hall, "")]
    is_open = [row for row in rows if row["state"] == "open" and is_lease_valid(tx, row, now)]
    return [_calling_window(row) for row in is_open or rows]
