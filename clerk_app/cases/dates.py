"""Legal dates: a moment is a day in the city's own zone, and a term ends with the last second of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from clerk_app.catalogue.deadline import Due, due
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.published import working_days
from db.engines import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def local(moment: int, zone: str) -> datetime:
    """A moment (microseconds UTC) as the clock on the wall shows it."""
    return (_EPOCH + moment * _MICROSECOND).astimezone(ZoneInfo(zone))


def end_of_day(day: date, zone: str) -> int:
    """The last microsecond of a local day, as a moment."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    return (midnight - _EPOCH) // _MICROSECOND - 1


def pauses(supplements: Sequence[Row], zone: str) -> list[tuple[date, date | None]]:
    """The times a task's clock stood, out of its supplements.

    None ends before it began, even where the clock of the window that took the papers in runs behind.
    """
    stood: list[tuple[date, date | None]] = []
    for row in supplements:
        asked, answered = local(row["asked_at"], zone).date(), row["answered_at"]
        stood.append((asked, max(asked, local(answered, zone).date()) if answered is not None else None))
    return stood


def due_on(catalogue: Catalogue, started_at: int, days: int, supplements: Sequence[Row] = ()) -> Due | None:
    """When a term of working days that began at a moment is over; None while its clock stands."""
    zone = catalogue.time_zone
    return due(working_days(catalogue), local(started_at, zone).date(), days, pauses(supplements, zone))


def due_at(catalogue: Catalogue, started_at: int, days: int, supplements: Sequence[Row] = ()) -> int | None:
    """The same as a moment: the end of that day."""
    last = due_on(catalogue, started_at, days, supplements)
    return None if last is None else end_of_day(last.date, catalogue.time_zone)
