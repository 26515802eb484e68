"""The fair order of calling, a pure computation: by rank, with a limit on how often a ticket is overtaken.

A ticket that comes back to a window from another one is called there before tickets that do not, under the same limit.

A waiting ticket *is overtaken* when a ticket that was taken after it entered its queue is called by a window that
serves its category. A window calls the ticket that comes back to it, then the one with the lowest rank (time of issue
less head start), unless this would overtake one of its tickets that reached the limit: then it calls the one of these
that entered its queue first.

The guarantee (`tests/hall/test_fair_order.py`): as long as a ticket waits for windows of its category, calls
of the next ticket overtake it by `overtaken_at_most` tickets at most. Proof: the count of T only grows when a ticket
taken after T's entry is called. If T has reached the limit, the called ticket D entered no later than T, and was taken
no later than it entered, so it does not count for T. A ticket that waits for a certain window or person is outside of
the guarantee, because the other windows may not call it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

import msgspec

CallReason = Literal["rank", "comes_back", "overtaken", "in_a_row"]
"""Why a ticket is called next: it has the lowest rank; it comes back to the window; it was overtaken as often as
allowed; the calls before it overtook it, as many in a row as allowed."""


class WaitingTicket(msgspec.Struct, frozen=True):  # each call reads all waiting tickets
    """A ticket in the queue. Times are in microseconds UTC; `entered_at` is not before `issued_at`.

    With a target, only that window, or the window of that person, calls it. `comes_back`: it was at that window before,
    which calls it before other tickets.
    """

    id: str
    category: str
    rank: int
    serial: int
    issued_at: int
    entered_at: int
    target_window: str = ""
    target_staff: str = ""
    comes_back: bool = False

    @property
    def entry(self) -> tuple[int, int]:
        """Order in which tickets entered their queues."""
        return self.entered_at, self.serial


class CalledTicket(msgspec.Struct, frozen=True):
    """A ticket that was called, with the categories of the windows that called it.

    It has overtaken the tickets of these categories that entered their queues before it was taken.
    """

    serial: int
    issued_at: int
    categories: frozenset[str]


class CallingWindow(msgspec.Struct, frozen=True):
    """A window that calls: its categories, and the person who holds it."""

    id: str
    staff: str
    categories: frozenset[str]

    def may_call(self, ticket: WaitingTicket) -> bool:
        """Return whether the ticket waits for this window, for its person, or for any window of its category."""
        if ticket.target_window:
            return ticket.target_window == self.id
        if ticket.target_staff:
            return ticket.target_staff == self.staff
        return ticket.category in self.categories


@dataclass(frozen=True, slots=True)
class FairnessLimits:
    """How many tickets taken later are called before a waiting one, altogether and in a row (None: no limit)."""

    overtaken_at_most: int
    overtakes_in_a_row: int | None = None


class Choice(msgspec.Struct, frozen=True):
    """The ticket that a window calls next, why, and its ticket that is first without the limits."""

    ticket: WaitingTicket
    reason: CallReason
    first: WaitingTicket


_BY_RANK = attrgetter("rank", "serial", "id")
_BY_RETURN = attrgetter("comes_back")
_BY_ENTRY = attrgetter("entered_at", "serial")  # as WaitingTicket.entry


class FairQueue:
    """The waiting tickets of a hall. `called` has the tickets called before, in the order of their calls.

    Of the tickets called before, only those matter that were taken after one of the waiting tickets entered its queue,
    and the last ones.
    """

    def __init__(
        self, waiting: Iterable[WaitingTicket], called: Iterable[CalledTicket], limits: FairnessLimits
    ) -> None:
        self._limits = limits
        self._gone: set[str] = set()
        self._taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
        """When the called tickets were taken (time and serial), by category of the windows, in the order of calls."""
        for ticket in called:
            for category in ticket.categories:
                self._taken[category].append((ticket.issued_at, ticket.serial))
        self._sorted_taken = {category: sorted(taken) for category, taken in self._taken.items()}
        queues: dict[tuple[str, str, str, bool], list[WaitingTicket]] = defaultdict(list)
        for waits in waiting:
            queues[waits.category, waits.target_window, waits.target_staff, waits.comes_back].append(waits)
        self._by_rank = [deque(sorted(queue, key=_BY_RANK)) for queue in queues.values()]
        self._by_entry = [deque(sorted(queue, key=_BY_ENTRY)) for queue in queues.values()]

    def choose(self, window: CallingWindow) -> Choice | None:
        """Return the ticket that a window calls next, or None if nobody waits for it."""
        heads = sorted(self._heads(self._by_rank, window), key=_BY_RANK)
        first = max(heads, key=_BY_RETURN, default=None)  # the first of those that come back
        if first is None:
            return None
        taken = first.issued_at, first.serial
        passed = [ticket for ticket in self._heads(self._by_entry, window) if taken > ticket.entry]
        passed.sort(key=_BY_ENTRY)
        for ticket in passed:
            if self.count_overtaken(ticket) >= self._limits.overtaken_at_most:
                return Choice(ticket, "overtaken", first)
            if self._is_overtaken_in_a_row(ticket):
                return Choice(ticket, "in_a_row", first)
        return Choice(first, "comes_back" if first.comes_back else "rank", first)

    def call(self, ticket: WaitingTicket, window: CallingWindow) -> None:
        """Remove a ticket that the window calls."""
        self._gone.add(ticket.id)
        taken = ticket.issued_at, ticket.serial
        for category in window.categories:
            self._taken[category].append(taken)
            insort(self._sorted_taken.setdefault(category, []), taken)

    def list_order(self, window: CallingWindow, most: int | None = None) -> list[Choice]:
        """Remove and return the tickets that a window alone calls, in the order of calling, up to `most`."""
        order: list[Choice] = []
        while (most is None or len(order) < most) and (choice := self.choose(window)) is not None:
            order.append(choice)
            self.call(choice.ticket, window)
        return order

    def count_overtaken(self, ticket: WaitingTicket) -> int:
        """Return how many tickets that were taken later were called before a waiting one."""
        taken = self._sorted_taken.get(ticket.category, ())
        return len(taken) - bisect_right(taken, ticket.entry)

    def _is_overtaken_in_a_row(self, ticket: WaitingTicket) -> bool:
        """Return whether the last calls for the category of a ticket overtook it, as many as are allowed in a row."""
        limit = self._limits.overtakes_in_a_row
        if limit is None:
            return False
        last = self._taken[ticket.category][-limit:]
        return len(last) == limit and all(taken > ticket.entry for taken in last)

    def _heads(self, queues: Sequence[deque[WaitingTicket]], window: CallingWindow) -> list[WaitingTicket]:
        """Return the first waiting ticket of each queue that the window may call."""
        heads = []
        for queue in queues:
            while queue and queue[0].id in self._gone:
                queue.popleft()
            if queue and window.may_call(queue[0]):
                heads.append(queue[0])
        return heads


def count_before(
    queue: FairQueue, waiting: Sequence[WaitingTicket], new: WaitingTicket, windows: Sequence[CallingWindow]
) -> int:
    """Return how many tickets the windows of a category call before the ticket `new`, which is in the queue too.

    Each window calls one ticket in turn, the window with the fewest to call first. A window with several categories so
    also calls tickets of the others before. If no window serves the category, its tickets with a lower rank count.
    """
    if not any(window.may_call(new) for window in windows):
        return sum(
            ticket.category == new.category and (ticket.rank, ticket.serial) < (new.rank, new.serial)
            for ticket in waiting
        )
    in_turn = sorted(windows, key=lambda window: sum(window.may_call(ticket) for ticket in waiting))
    before = 0
    while True:
        for window in in_turn:
            choice = queue.choose(window)
            if choice is None:
                continue
            if choice.ticket.id == new.id:
                return before
            queue.call(choice.ticket, window)
            before += window.may_call(new)
