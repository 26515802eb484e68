"""Days that a finished case really took: counted ones, as in its periods, and those of the calendar.

Days are counted along the tasks that determined the end of the case: the task that ended last, the task that let it
start, and so on to the acceptance. A day on which that task was paused is not counted (行政许可法 art. 45).
The pause of another task, which ran at the same time, delayed nothing, so it takes no day off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.cases.dates import list_pauses, to_local_time
from clerk_app.catalogue.deadlines import Pause

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.working_days import WorkingDays
    from db.engines import Row


class TaskSpan(NamedTuple):
    """A task that has ended. Times are in microseconds UTC; `committed_at` is None without a commitment."""

    organ: str
    started_at: int
    ended_at: int
    committed_at: int | None = None
    pauses: Sequence[Pause] = ()

    def released_before(self, at: int) -> int | None:
        """Return when the task let another one start that started `at`; None if it did not."""
        times = [time for time in (self.ended_at, self.committed_at) if time is not None and time <= at]
        return max(times, default=None)


class MeasuredDays(NamedTuple):
    """Counted working days, and calendar days, from the acceptance to the last result."""

    counted: int
    calendar: int


def build_span(task: Row, supplements: Sequence[Row], zone: str) -> TaskSpan | None:
    """Return the span of a row of a task with the rows that paused it; None if it never ran or has not ended."""
    if task["started_at"] is None or task["ended_at"] is None:
        return None
    pauses = list_pauses(supplements, zone)
    return TaskSpan(task["organ"], task["started_at"], task["ended_at"], task["committed_at"], pauses)


def measure_case(
    calendar: LegalCalendar, accepted_at: int, finished_at: int, spans: Sequence[TaskSpan]
) -> MeasuredDays:
    """Return the days from the acceptance to `finished_at`, the time of the last result or decision."""
    zone = calendar.zone
    accepted, finished = to_local_time(accepted_at, zone).date(), to_local_time(finished_at, zone).date()
    counted, until = 0, finished
    for span, end in _find_chain(spans):
        ended, started = to_local_time(end, zone).date(), to_local_time(span.started_at, zone).date()
        counted += count_days(calendar.working, ended, until)
        counted += count_days(calendar.working_days_of(span.organ), started, ended, span.pauses)
        until = started
    counted += count_days(calendar.working, accepted, until)
    return MeasuredDays(counted, (finished - accepted).days)


def measure_task(calendar: LegalCalendar, span: TaskSpan) -> int:
    """Return the counted working days of one task."""
    started, ended = (to_local_time(at, calendar.zone).date() for at in (span.started_at, span.ended_at))
    return count_days(calendar.working_days_of(span.organ), started, ended, span.pauses)


def count_days(working: WorkingDays, start: date, end: date, pauses: Sequence[Pause] = ()) -> int:
    """Return the working days after `start` up to and including `end` that lie in no pause; 0 if `end` is earlier."""
    if end <= start:
        return 0
    stopped: set[date] = set()
    for first, last in pauses:
        begin, stop = max(first, start), end if last is None else min(last, end)
        stopped |= {date.fromordinal(day) for day in range(begin.toordinal(), stop.toordinal() + 1)} - {start}
    return working.count_between(start, end) - sum(map(working.is_working_day, stopped))


def _find_chain(spans: Sequence[TaskSpan]) -> Iterator[tuple[TaskSpan, int]]:
    """Yield the tasks that determined the end, the last one first, each with the time at which it let the next start.

    The task that let another one start is that which ended, or was committed, last before the other's start.
    """
    current = max(spans, key=lambda span: (span.ended_at, -span.started_at), default=None)
    end = current.ended_at if current is not None else 0
    while current is not None:
        yield current, end
        start = current.started_at
        earlier = [(released, span) for span in spans if (released := _released(span, start)) is not None]
        end, current = max(earlier, key=lambda each: (each[0], -each[1].started_at), default=(0, None))


def _released(span: TaskSpan, start: int) -> int | None:
    return span.released_before(start) if span.started_at < start else None
