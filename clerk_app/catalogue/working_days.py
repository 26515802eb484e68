"""Working days, with public holidays and the weekend days worked in exchange (调休).

The terms of 行政许可法 are working days without public holidays (art. 82). For years without a published calendar,
Monday to Friday are working days except the public holidays with a fixed date, and every date that depends on such a
year is marked as expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clerk_app.catalogue.terms import WEEKDAYS

if TYPE_CHECKING:
    from clerk_app.catalogue.calendars import Calendar, OrganCalendar

_DAY = timedelta(days=1)
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the public holidays of every year: 全国年节及纪念日放假办法, as amended in 2024, art. 2."""


class WorkingDays:
    """Working days according to the published calendars among `calendars`, and to those of an organ if given."""

    def __init__(self, calendars: Iterable[Calendar], organ: OrganCalendar | None = None) -> None:
        published = [calendar for calendar in calendars if calendar.published]
        self._published_years = frozenset(calendar.year for calendar in published)
        self._holidays = frozenset(day for calendar in published for day in calendar.holidays)
        self._worked_weekends = frozenset(day for calendar in published for day in calendar.working_weekends)
        weekdays = WEEKDAYS[:5] if organ is None else organ.weekdays
        self._weekdays = frozenset(WEEKDAYS.index(name) for name in weekdays)
        self._open_days = frozenset(() if organ is None else organ.open_days)
        self._closed_days = frozenset(() if organ is None else organ.closed_days)

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` is a working day.

        Outside the published years, the usual weekdays (Monday to Friday) without `FIXED_HOLIDAYS` are.
        """
        if day in self._open_days or day in self._closed_days:
            return day not in self._closed_days
        usual = day.weekday() in self._weekdays
        if day.year not in self._published_years:
            return usual and (day.month, day.day) not in FIXED_HOLIDAYS
        return day in self._worked_weekends or (usual and day not in self._holidays)

    def depends_on_unpublished(self, start: date, end: date) -> bool:
        """Return whether one of the years from `start` to `end` has no published calendar."""
        return any(year not in self._published_years for year in range(start.year, end.year + 1))

    def next_working_day(self, day: date) -> date:
        """Return `day` if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, start: date, days: int) -> date:
        """Return the last day of a term of `days` working days; the start day is not counted.

        A term of 0 days ends on the start day, or on the next working day if it is a day off (民法典 arts. 201, 203).
        Raises ValueError if `days` is negative.
        """
        if days < 0:
            raise ValueError(days)
        if days == 0:
            return self.next_working_day(start)
        day = start
        for _ in range(days):
            day = self.next_working_day(day + _DAY)
        return day

    def count_between(self, start: date, end: date) -> int:
        """Return the number of working days after `start` up to and including `end`; negative if `end` is earlier."""
        if end < start:
            return -self.count_between(end, start)
        span = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=ahead)) for ahead in range(1, span + 1))
