"""Course of a hall's day: how many tickets wait, and for how long, in each interval. Times are microseconds UTC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from db.engines import Row, Transaction


@dataclass
class DayCourse:
    """Figures of the intervals of a day so far, of some tickets. Waits are in microseconds.

    `called` counts the tickets called in the interval, which have waited `waited` in all. `longest` is the longest wait
    of these, and of those that still wait at its end; None if there are none. `waiting` counts those at its end.
    """

    taken: list[int]
    served: list[int]
    called: list[int]
    waited: list[int]
    waiting: list[int]
    longest: list[int | None]

    @property
    def average(self) -> list[float | None]:
        """The average wait of the tickets called in each interval; None if there are none."""
        pairs = zip(self.waited, self.called, strict=True)
        return [waited / called if called else None for waited, called in pairs]


def read_tickets_of_day(tx: Transaction, hall: str, day: str) -> list[Row]:
    """Return the tickets of a day in order of issue: `category`, `issued_at`, `called_at`, `left_at`, `served_at`.

    `left_at` is when a ticket left the queue; None while it waits. `called_at` is None if it was never called.
    """
    return tx.query_all("hall.tickets_of_day", hall=hall, day=day)


def compute_course(tickets: Iterable[Row], begin: int, step: int, until: int) -> DayCourse:
    """Return the course from `begin` until `until`, which ends the last interval, in intervals of `step`.

    `tickets` are those of `read_tickets_of_day`. What was before `begin` counts as in the first interval.
    """
    count = max(1, -(-(until - begin) // step))
    taken, served, called, waited, waiting = ([0] * count for _number in range(5))
    course = DayCourse(taken, served, called, waited, waiting, [None] * count)
    rows = [row for row in tickets if row["issued_at"] <= until]
    for row in rows:
        course.taken[_interval(row["issued_at"], begin, step, count)] += 1
        if row["served_at"] is not None and row["served_at"] <= until:
            course.served[_interval(row["served_at"], begin, step, count)] += 1
        if row["left_at"] is None or row["left_at"] > until:
            continue
        index = _interval(row["left_at"], begin, step, count)
        course.waiting[index] -= 1
        if row["called_at"] is not None:
            wait = max(0, row["left_at"] - row["issued_at"])
            course.waited[index] += wait
            course.called[index] += 1
            course.longest[index] = max(course.longest[index] or 0, wait)
    _add_waiting(rows, course.longest, begin, step, until)
    changes = zip(course.taken, course.waiting, strict=True)
    course.waiting = list(accumulate(taken + left for taken, left in changes))
    return course


def merge_courses(courses: Sequence[DayCourse]) -> DayCourse:
    """Return the course of the tickets of several courses, which have the same intervals."""
    longest = [
        max((wait for wait in waits if wait is not None), default=None)
        for waits in zip(*(course.longest for course in courses), strict=True)
    ]
    return DayCourse(
        _sum(course.taken for course in courses),
        _sum(course.served for course in courses),
        _sum(course.called for course in courses),
        _sum(course.waited for course in courses),
        _sum(course.waiting for course in courses),
        longest,
    )


def _sum(series: Iterable[Sequence[int]]) -> list[int]:
    return list(map(sum, zip(*series, strict=True)))


def _interval(moment: int, begin: int, step: int, count: int) -> int:
    return max(0, min(count - 1, (moment - begin) // step))


def _add_waiting(rows: Sequence[Row], longest: list[int | None], begin: int, step: int, until: int) -> None:
    """Count the wait of the ticket that waits longest at the end of each interval; `rows` are in order of issue."""
    first = 0
    for index in range(len(longest)):
        end = min(begin + (index + 1) * step, until)
        last = end if end == until else end - 1  # what happens on the boundary belongs to the next interval
        while first < len(rows) and rows[first]["left_at"] is not None and rows[first]["left_at"] <= last:
            first += 1
        if first < len(rows) and rows[first]["issued_at"] <= last:
            longest[index] = max(longest[index] or 0, end - rows[first]["issued_at"])
