"""Converts timestamps to legal dates and back: local days in the time zone of the city.

A period ends with the last microsecond of a local day. Timestamps are microseconds UTC since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from clerk_app.catalogue.deadlines import DueDate, compute_due_date
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import working_days
from db.engines import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_local_time(timestamp: int, zone: str) -> datetime:
    """Return a timestamp as local time of an IANA time zone."""
    return (_EPOCH + timestamp * _MICROSECOND).astimezone(ZoneInfo(zone))


def end_of_day(day: date, zone: str) -> int:
    """Return the timestamp of the last microsecond of a local day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    return (midnight - _EPOCH) // _MICROSECOND - 1


def list_pauses(supplements: Sequence[Row], zone: str) -> list[tuple[date, date | None]]:
    """Return the pauses of a task's clock as pairs of local dates (start, end), one for each supplement.

    The end is None while the supplement is unanswered. It is never before the start, even if the clock of the window
    that took in the materials is slow.
    """
    pauses: list[tuple[date, date | None]] = []
    for supplement in supplements:
        start, answered_at = to_local_time(supplement["asked_at"], zone).date(), supplement["answered_at"]
        end = max(start, to_local_time(answered_at, zone).date()) if answered_at is not None else None
        pauses.append((start, end))
    return pauses


def compute_task_due_date(
    catalogue: Catalogue, started_at: int, days: int, supplements: Sequence[Row] = ()
) -> DueDate | None:
    """Return the date on which a period of working days from `started_at` ends; None while the clock is paused."""
    zone = catalogue.time_zone
    return compute_due_date(
        working_days(catalogue), to_local_time(started_at, zone).date(), days, list_pauses(supplements, zone)
    )


def compute_due_timestamp(
    catalogue: Catalogue, started_at: int, days: int, supplements: Sequence[Row] = ()
) -> int | None:
    """Return the end of the day of `compute_task_due_date` as a timestamp; None while the clock is paused."""
    due = compute_task_due_date(catalogue, started_at, days, supplements)
    return None if due is None else end_of_day(due.date, catalogue.time_zone)
