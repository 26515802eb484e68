"""Quarters of a year as periods of a report: written as 2026-Q2."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from clerk_app.errors import BadData

_FORM = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)


class Quarter(NamedTuple):
    """A quarter of a year; `number` is from 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        """Return the quarter as 2026-Q2."""
        return f"{self.year:04d}-Q{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        following = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)
        return following - timedelta(days=1)

    def before(self) -> Quarter:
        """Return the quarter before."""
        return find_quarter(self.first_day - timedelta(days=1))


def find_quarter(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def parse_quarter(text: str) -> Quarter:
    """Return the quarter written as 2026-Q2. Raises BadData for anything else."""
    found = _FORM.fullmatch(text.strip())
    if found is None or int(found[1]) < 1990:
        raise BadData("A quarter is written as 2026-Q2: {text}.", text=text)
    return Quarter(int(found[1]), int(found[2]))


def list_quarters(today: date, many: int) -> list[Quarter]:
    """Return the quarter of a day and those before it, the newest first."""
    quarters = [find_quarter(today)]
    while len(quarters) < many:
        quarters.append(quarters[-1].before())
    return quarters
