"""Which days count: working days with public holidays and the weekend days worked instead (调休).

行政许可法 art. 82: its terms are working days, public holidays not among them. Where no calendar is published
yet, Monday to Friday are taken and every date that rests on them is marked as expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from clerk_app.catalogue.model import Calendar

_DAY = timedelta(days=1)


class WorkingDays:
    """The working days that the published ones of `calendars` give."""

    def __init__(self, calendars: Iterable[Calendar]) -> None:
        published = [calendar for calendar in calendars if calendar.published]
        self._published_years = frozenset(calendar.year for calendar in published)
        self._holidays = frozenset(day for calendar in published for day in calendar.holidays)
        self._worked_weekends = frozenset(day for calendar in published for day in calendar.working_weekends)

    @property
    def published_until(self) -> date | None:
        """The last day that a published calendar speaks of; None without any."""
        return date(max(self._published_years), 12, 31) if self._published_years else None

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`; outside the published years Monday to Friday."""
        return day in self._worked_weekends or (day.weekday() < 5 and day not in self._holidays)

    def is_expected(self, day: date) -> bool:
        """Whether `day` lies in a year whose calendar is not published: what is said of it may change."""
        return day.year not in self._published_years

    def next_working_day(self, day: date) -> date:
        """`day`, or the first working day after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, start: date, days: int) -> date:
        """The working day on which `days` working days are over; the start day is not counted.

        0 days is the start day itself, or the next working day when nobody works on it (民法典 arts. 201, 203).
        Raises ValueError when `days` is negative.
        """
        if days < 0:
            raise ValueError(days)
        if days == 0:
            return self.next_working_day(start)
        day = start
        for _each in range(days):
            day = self.next_working_day(day + _DAY)
        return day

    def count_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` comes first."""
        if end < start:
            return -self.count_between(end, start)
        span = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=ahead)) for ahead in range(1, span + 1))
