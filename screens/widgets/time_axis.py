"""Axis of time in cells: hours of one day, working days, or weeks. Days off take one cell, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from rich.cells import cell_len

from clerk_app.locales import _

MOST_CELLS = 10  # of a day or an hour
MOST_WEEK_CELLS = 5
CLOSING_HOUR = 18  # an axis of hours reaches at least so far
DAY_CELLS = 4  # of a day from which each day has a text; otherwise the first one after days off
OFF = ">"  # mark of days off
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_HOUR = timedelta(hours=1)


class AxisPart(NamedTuple):
    """A part of the axis: a day, a run of days off, a week or an hour. `labels` are its texts, longest first."""

    begin: datetime
    end: datetime
    cells: int
    labels: tuple[str, ...] = ()
    is_off: bool = False


class TimeAxis:
    """Positions of moments on an axis, and the texts of its parts."""

    def __init__(self, parts: Collection[AxisPart]) -> None:
        self.parts = tuple(parts)
        self.width = sum(part.cells for part in self.parts)

    def position(self, moment: datetime) -> float:
        """Return the cell of a moment, from 0 to `width`, with its fraction."""
        left = 0
        for part in self.parts:
            if moment < part.end:
                share = max(timedelta(), moment - part.begin) / (part.end - part.begin)
                return left + part.cells * share
            left += part.cells
        return float(left)

    def cell(self, moment: datetime) -> int:
        """Return the cell in which a moment lies; a moment just before a boundary counts as on it."""
        return int(self.position(moment) + 0.05)

    def labels(self) -> Iterator[tuple[int, str]]:
        """Yield texts with the cell of their begin; between two texts is at least one empty cell."""
        left = free_from = 0
        for index, part in enumerate(self.parts):
            if left >= free_from and part.labels:
                room = part.cells - (1 if index + 1 < len(self.parts) else 0)
                text = next((form for form in part.labels if cell_len(form) <= room), part.labels[-1])
                yield left, text
                free_from = left + cell_len(text) + (0 if part.is_off else 1)
            left += part.cells


def make_axis(begin: datetime, end: datetime, days_off: Collection[date], cells: int) -> TimeAxis:
    """Return an axis from `begin` to `end` in the largest scale that fits into `cells`, and longer if there is room.

    If not even weeks of one cell fit, the axis is wider than `cells`.
    """
    if begin.date() == end.date():
        return TimeAxis(tuple(_hours(begin, end, cells)))
    days = list(_days(begin.date(), end.date(), days_off))
    working = sum(not is_off for _first, _last, is_off in days)
    if working and working + len(days) - working <= cells:
        size = min(MOST_CELLS, (cells - len(days) + working) // working)
        return TimeAxis(tuple(_day_parts(begin, end, days_off, size, cells)))
    return TimeAxis(tuple(_weeks(begin, end, cells)))


def _midnight(moment: datetime, day: date) -> datetime:
    return datetime.combine(day, time.min, moment.tzinfo)


def _hours(begin: datetime, end: datetime, cells: int) -> Iterator[AxisPart]:
    first = begin.hour
    last = min(24, max(CLOSING_HOUR, end.hour + 1, first + 1))
    size = max(1, min(MOST_CELLS, cells // (last - first)))
    start = _midnight(begin, begin.date())
    for hour in range(first, last):
        label = _("{hour}:00").format(hour=hour)
        yield AxisPart(start + hour * _HOUR, start + (hour + 1) * _HOUR, size, (label, str(hour)))


def _days(first: date, last: date, days_off: Collection[date]) -> Iterator[tuple[date, date, bool]]:
    """Yield (first day, day after, whether off): each working day alone, each run of days off together."""
    day = first
    while day <= last:
        start, is_off = day, day in days_off
        day += _DAY
        while is_off and day in days_off:
            day += _DAY
        yield start, day, is_off


def _day_parts(begin: datetime, end: datetime, days_off: Collection[date], size: int, cells: int) -> Iterator[AxisPart]:
    """Yield the days from `begin` to `end`, and those after it for which there is room."""
    used, month, is_first = 0, 0, True
    for first, after, is_off in _days(begin.date(), end.date() + cells * _DAY, days_off):
        width = 1 if is_off else size
        if first > end.date() and used + width > cells:
            return
        used += width
        if is_off:
            labels: tuple[str, ...] = (OFF,)
        elif size < DAY_CELLS:
            labels = (f"{first:%m-%d}",) if is_first else ()
        else:
            labels = tuple(_day_labels(first, with_month=first.month != month))
            month = first.month
        is_first = is_off
        yield AxisPart(_midnight(begin, first), _midnight(begin, after), width, labels, is_off)


def _day_labels(day: date, *, with_month: bool) -> Iterator[str]:
    weekday = _("Mo Tu We Th Fr Sa Su").split()[day.weekday()]
    number = f"{day:%m-%d}" if with_month else f"{day:%d}"
    yield _("{day} {weekday}").format(day=number, weekday=weekday)
    yield number


def _weeks(begin: datetime, end: datetime, cells: int) -> Iterator[AxisPart]:
    monday = begin.date() - begin.weekday() * _DAY
    count = (end.date() - monday).days // 7 + 1
    size = max(1, min(MOST_WEEK_CELLS, cells // count))
    count = max(count, cells // size)
    for index in range(count):
        start = _midnight(begin, monday + index * _WEEK)
        yield AxisPart(start, start + _WEEK, size, (f"{start:%m-%d}",))
