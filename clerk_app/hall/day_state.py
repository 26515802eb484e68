"""Reads which service day of a hall is open, and whether a command was given before a service day was closed."""

from __future__ import annotations

from clerk_app.ledger.commands import Moment
from db.engines import Row, Transaction


def find_open_day(tx: Transaction, hall: str) -> Row | None:
    """Return the open service day of a hall, or None while the hall is closed."""
    return tx.query_one("hall.open_service_day", hall=hall)


def is_older_than_closing(tx: Transaction, ended_at: int | None, moment: Moment) -> bool:
    """Return whether something ended at `ended_at` with its service day, after the command was given.

    A window that was offline sends such commands later. `ended_at` is in microseconds UTC.
    """
    if ended_at is None or moment.corrected_at >= ended_at or not moment.is_authority:
        return False
    return tx.query_one("hall.service_day_closed_at", at=ended_at) is not None
