"""The order in which tickets are called: the tickets of a window, and how many are called before a new ticket."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence

from clerk_app.hall.targets import select_for_window
from clerk_app.hall.windows import is_lease_valid, parse_categories
from db.engines import Row, Transaction


def list_callable(tx: Transaction, hall: str, window: Row, now: int) -> Iterator[Row]:
    """Yield the waiting tickets that a window calls, in the order of calling: see `targets`."""
    waiting = tx.query_all("hall.waiting_tickets", hall=hall)
    return select_for_window(tx, waiting, hall, window, now)


def count_called_before(tx: Transaction, hall: str, categories: Sequence[str], now: int) -> dict[str, int]:
    """Return for each category how many waiting tickets are called before an ordinary ticket that is issued now.

    See `count_before`.
    """
    waiting = [row["category"] for row in tx.query_all("hall.waiting_tickets", hall=hall)]
    windows = _read_windows(tx, hall, now)
    return {category: count_before(waiting, category, windows) for category in categories}


def count_before_rank(tx: Transaction, hall: str, category: str, rank: int, now: int) -> int:
    """Return how many waiting tickets are called before a new ticket with this rank; see `count_before`."""
    rows = tx.query_all("hall.waiting_tickets", hall=hall)
    waiting = [row["category"] for row in rows if row["rank"] <= rank]
    return count_before(waiting, category, _read_windows(tx, hall, now))


def count_before(waiting: Sequence[str], category: str, windows: Sequence[frozenset[str]]) -> int:
    """Return how many tickets the windows of a category call before a new ticket of this category.

    `waiting` has the categories of the tickets in front of the new one, in the order of calling; `windows` the
    categories of each open window. Each window calls one ticket in turn, the window with the fewest to call first. A
    window with several categories so also calls tickets of the others before. If no open window serves the category,
    the waiting tickets of the category are counted.
    """
    if not any(category in served for served in windows):
        return waiting.count(category)
    amounts = Counter(waiting)
    in_turn = sorted(windows, key=lambda served: sum(amounts[letter] for letter in served))
    queues: dict[str, deque[int]] = defaultdict(deque)
    for place, letter in enumerate(waiting):
        queues[letter].append(place)
    before = 0
    while True:
        for served in in_turn:
            heads = [(queues[letter][0], letter) for letter in served if queues[letter]]
            if heads:
                queues[min(heads)[1]].popleft()
                before += category in served
            elif category in served:
                return before


def _read_windows(tx: Transaction, hall: str, now: int) -> list[frozenset[str]]:
    """Return the categories of each window that is open; before any is open, of each window of the hall."""
    rows = [row for row in tx.select("windows", order=("id",)) if row["hall"] in (hall, "")]
    is_open = [row for row in rows if row["state"] == "open" and is_lease_valid(tx, row, now)]
    return [parse_categories(row["categories"]) for row in is_open or rows]
