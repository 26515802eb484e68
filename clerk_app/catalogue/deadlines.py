"""Due dates of matters in working days, without the days on which the term was suspended.

行政许可法: a decision takes at most 20 working days, 45 if several organs handle an application jointly (art. 42);
missing material is notified once, within 5 (art. 32); the review of a lower organ takes at most 20 (art. 43); the
document is issued within 10 (art. 44); hearings, tests and the like are not counted (art. 45), nor is the time that
the applicant takes for a supplement. The promised term (承诺时限) lies within the statutory one; both are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from clerk_app.catalogue.working_days import WorkingDays


JOINT_DAYS = 45  # working days, art. 42
JOINT_EXTENSION_DAYS = 15  # by which they can be extended, art. 42
LOWER_REVIEW_DAYS = 20  # working days in which a lower organ reviews before the superior one decides, art. 43

Pause = tuple[date, date | None]
"""First and last day of a suspension, neither of which is counted; the last day is None while it lasts."""

_DAY = timedelta(days=1)


class DueDate(msgspec.Struct, frozen=True):
    """The last day of a term. `expected` is true if it depends on a calendar that is not published yet."""

    date: date
    expected: bool


def compute_due_date(working: WorkingDays, started: date, days: int, pauses: Sequence[Pause] = ()) -> DueDate | None:
    """Return the last day of a term of `days` working days from `started`; None while it is suspended.

    Neither the start day nor the days of a pause, including its first and last day, are counted. A term of 0 days ends
    on the start day, or on the last day of a pause that covers it. A pause that begins after the last day has no
    effect. Raises ValueError if `days` is negative or a pause ends before it begins.
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
    return DueDate(end, working.depends_on_unpublished(started, end))


def _immediate_due_day(working: WorkingDays, started: date, closed: Sequence[tuple[date, date]]) -> date:
    day = working.next_working_day(started)
    for first, last in sorted(closed):
        if first <= day <= last:
            day = working.next_working_day(last)
    return day


def _is_counted(working: WorkingDays, day: date, closed: Sequence[tuple[date, date]]) -> bool:
    return working.is_working_day(day) and not any(first <= day <= last for first, last in closed)
