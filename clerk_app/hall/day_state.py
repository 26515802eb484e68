"""Reads the service day of a hall: which one is open, what was served, whether a command is older than its closing."""

from __future__ import annotations

from clerk_app.ledger.commands import Moment
from db.engines import Row, Transaction


def find_open_day(tx: Transaction, hall: str) -> Row | None:
    """Return the open service day of a hall, or None while the hall is closed."""
    return tx.query_one("hall.open_service_day", hall=hall)


def count_served(tx: Transaction, hall: str) -> list[Row]:
    """Return `category`, `served` and `unserved` for the hall's open service day; while it is closed, for its last one.

    A category without such tickets has no row.
    """
    day = find_open_day(tx, hall) or tx.query_one("hall.last_closed_day", hall=hall)
    return tx.query_all("hall.served_by_category", hall=hall, day=day["day"]) if day is not None else []


def is_older_than_closing(tx: Transaction, ended_at: int | None, moment: Moment) -> bool:
    """Return whether something ended at `ended_at` with its service day, after the command was given.

    A window that was offline sends such commands later. `ended_at` is in microseconds UTC.
    """
    if ended_at is None or moment.corrected_at >= ended_at or not moment.is_authority:
        return False
    return tx.query_one("hall.service_day_closed_at", at=ended_at) is not None
