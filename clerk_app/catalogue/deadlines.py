"""A matter's clock: when it is due, with the days on which it stood still left out.

行政许可法: a decision within 20 working days, 45 where several organs handle together (art. 42); what is missing
is told once within 5 (art. 32); a lower organ's review takes 20 (art. 43); the paper follows within 10 (art. 44);
hearings, tests and the like are not counted (art. 45), and neither is the time an applicant takes for a supplement.
The promised term (承诺时限) lies inside the statutory one: ask once with each number of days, and show both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clerk_app.catalogue.working_days import WorkingDays

SUPPLEMENT_NOTICE_DAYS = 5  # art. 32: later the application counts as accepted from the day it was received
JOINT_DAYS = 45  # art. 42

Pause = tuple[date, date | None]  # from the day it stopped to the day it went on, both uncounted; None: still stopped

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DueDate:
    """The last day of a term; `expected` while it rests on a calendar that is not published yet."""

    date: date
    expected: bool


def compute_due_date(working: WorkingDays, started: date, days: int, pauses: Sequence[Pause] = ()) -> DueDate | None:
    """The day on which `days` working days from `started` are over; None while the clock stands still before that.

    The start day is not counted, nor is any day of a pause, its first and last included. 0 days is the start day, or
    the day on which a pause that covered it ended. A pause that begins after the last day changes nothing.
    Raises ValueError when `days` is negative or a pause ends before it begins.
    """
    if days < 0:
        raise ValueError(days)
    closed = [(first, last) for first, last in pauses if last is not None]
    for first, last in closed:
        if last < first:
            raise ValueError((first, last))
    end = _immediate_due_day(working, started, closed) if days == 0 else started
    left = days
    while left:
        end += _DAY
        left -= _is_counted(working, end, closed)
    if any(last is None and first <= end for first, last in pauses):
        return None
    return DueDate(end, any(working.is_expected(date(year, 1, 1)) for year in range(started.year, end.year + 1)))


def count_remaining_days(
    working: WorkingDays, started: date, days: int, today: date, pauses: Sequence[Pause] = ()
) -> int:
    """Working days left after `today`: 0 on the last day, negative when late; it stands still with the clock."""
    closed = [(first, today if last is None else last) for first, last in pauses if first <= today]
    start = _immediate_due_day(working, started, closed) if days == 0 else started
    span = range(1, (today - start).days + 1)  # empty before the start
    return days - sum(_is_counted(working, start + timedelta(days=ahead), closed) for ahead in span)


def _immediate_due_day(working: WorkingDays, started: date, closed: Sequence[tuple[date, date]]) -> date:
    day = working.next_working_day(started)
    for first, last in sorted(closed):
        if first <= day <= last:
            day = working.next_working_day(last)
    return day


def _is_counted(working: WorkingDays, day: date, closed: Sequence[tuple[date, date]]) -> bool:
    return working.is_working_day(day) and not any(first <= day <= last for first, last in closed)
