"""Legal dates: a moment is a day in the city's own zone, and a term ends with the last second of a day."""

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
    """A moment (microseconds UTC) as the clock on the wall shows it."""
    return (_EPOCH + timestamp * _MICROSECOND).astimezone(ZoneInfo(zone))


def end_of_day(day: date, zone: str) -> int:
    """The last microsecond of a local day, as a moment."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    return (midnight - _EPOCH) // _MICROSECOND - 1


def list_pauses(supplements: Sequence[Row], zone: str) -> list[tuple[date, date | None]]:
    """The times a task's clock stood, out of its supplements.

    None ends before it began, even where the clock of the window that took the papers in runs behind.
    """
    stood: list[tuple[date, date | None]] = []
    for row in supplements:
        asked, answered = to_local_time(row["asked_at"], zone).date(), row["answered_at"]
        stood.append((asked, max(asked, to_local_time(answered, zone).date()) if answered is not None else None))
    return stood


def compute_task_due_date(
    catalogue: Catalogue, started_at: int, days: int, supplements: Sequence[Row] = ()
) -> DueDate | None:
    """When a term of working days that began at a moment is over; None while its clock stands."""
    zone = catalogue.time_zone
    return compute_due_date(
        working_days(catalogue), to_local_time(started_at, zone).date(), days, list_pauses(supplements, zone)
    )


def compute_due_timestamp(
    catalogue: Catalogue, started_at: int, days: int, supplements: Sequence[Row] = ()
) -> int | None:
    """The same as a moment: the end of that day."""
    last = compute_task_due_date(catalogue, started_at, days, supplements)
    return None if last is None else end_of_day(last.date, catalogue.time_zone)
