"""Tickets that wait for a window or a person: only that window, or the window where the person works, calls them.

While the window is closed, or the person holds no window of the hall, such a ticket waits in the queue of its category
like any other. A paused window counts as there: its tickets wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clerk_app.hall.windows import is_lease_valid, parse_categories
from db.engines import Row, Transaction


def read_holders(tx: Transaction, hall: str, now: int) -> dict[str, str]:
    """Return who holds each window of a hall that is open or paused, by the id of the window."""
    rows = [row for row in tx.query_all("hall.windows_not_closed") if row["hall"] in (hall, "")]
    return {row["id"]: str(row["staff"]) for row in rows if is_lease_valid(tx, row, now)}


def select_for_window(tx: Transaction, waiting: Iterable[Row], hall: str, window: Row, now: int) -> Iterator[Row]:
    """Yield those of the waiting tickets of a hall that a window calls, in the same order."""
    categories, holders = parse_categories(window["categories"]), None
    for ticket in waiting:
        if not ticket["target_window"] and not ticket["target_staff"]:
            if ticket["category"] in categories:
                yield ticket
            continue
        holders = read_holders(tx, hall, now) if holders is None else holders
        if is_called_by(ticket, window, categories, holders):
            yield ticket


def is_called_by(ticket: Row, window: Row, categories: frozenset[str], holders: Mapping[str, str]) -> bool:
    """Return whether a window with these categories calls a waiting ticket; see the module."""
    if ticket["target_window"] in holders:
        return bool(ticket["target_window"] == window["id"])
    if ticket["target_staff"] and ticket["target_staff"] in holders.values():
        return bool(ticket["target_staff"] == window["staff"])
    return ticket["category"] in categories
