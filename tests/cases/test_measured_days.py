"""Counted days of a finished case: those of the tasks that determined its end, without their pauses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.cases.measured.days import TaskSpan, count_days, measure_case
from clerk_app.cases.measured.figures import describe_spread
from clerk_app.catalogue.deadlines import compute_due_date
from clerk_app.catalogue.legal_calendar import build_calendar
from tests.sample_data import sample_city

CITY = sample_city()
CALENDAR = build_calendar(CITY, CITY)
WORKING = CALENDAR.working
DAYS = st.dates(date(2026, 1, 5), date(2026, 6, 30))


class PlannedTask(NamedTuple):
    """A task that takes so many counted days, waits for some earlier ones, and is paused after some days."""

    days: int
    waits_for: frozenset[int]
    paused_after: int
    paused_for: int


@st.composite
def planned_tasks(draw: st.DrawFn) -> list[PlannedTask]:
    return [
        PlannedTask(
            draw(st.integers(1, 12)),
            draw(st.frozensets(st.integers(0, place - 1))) if place else frozenset(),
            draw(st.integers(0, 8)),
            draw(st.integers(0, 9)),
        )
        for place in range(draw(st.integers(1, 6)))
    ]


def _at(day: date, number: int) -> int:
    """Return a time late on a day that is later for a higher number, so that no two tasks end at the same time."""
    return end_of_day(day, CALENDAR.zone) - 1000 + number


@given(DAYS, planned_tasks())
def test_the_counted_days_are_those_of_the_longest_chain_without_its_pauses(
    accepted: date, tasks: list[PlannedTask]
) -> None:
    spans: list[TaskSpan] = []
    counted: list[int] = []
    for number, task in enumerate(tasks):
        before = max(task.waits_for, key=lambda place: spans[place].ended_at, default=None)
        started_at = _at(accepted, -1) if before is None else spans[before].ended_at
        start = accepted if before is None else _day(started_at)
        first = start + timedelta(days=task.paused_after)
        pauses = [(first, first + timedelta(days=task.paused_for - 1))] if task.paused_for else []
        due = compute_due_date(WORKING, start, task.days, pauses)
        assert due is not None
        spans.append(TaskSpan("planning", started_at, _at(due.date, number), pauses=pauses))
        counted.append(task.days + (0 if before is None else counted[before]))
    last = max(range(len(tasks)), key=lambda place: spans[place].ended_at)
    measured = measure_case(CALENDAR, _at(accepted, -1), spans[last].ended_at, spans)
    assert measured == (counted[last], (_day(spans[last].ended_at) - accepted).days)


@given(DAYS, st.integers(0, 60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=4))
def test_days_are_counted_as_one_by_one(start: date, length: int, pauses: list[tuple[int, int]]) -> None:
    end = start + timedelta(days=length)
    stops = [(start + timedelta(days=first), start + timedelta(days=first + more)) for first, more in pauses]
    days = [start + timedelta(days=ahead) for ahead in range(1, length + 1)]
    one_by_one = [
        day for day in days if WORKING.is_working_day(day) and not any(first <= day <= last for first, last in stops)
    ]
    assert count_days(WORKING, start, end, stops) == len(one_by_one)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=60))
def test_nine_of_ten_figures_do_not_exceed_the_quantile(figures: list[int]) -> None:
    spread = describe_spread(figures)
    assert sum(figure <= spread.p90 for figure in figures) * 10 >= 9 * len(figures)
    assert sum(figure < spread.p90 for figure in figures) * 10 < 9 * len(figures)
    assert spread.low <= spread.median <= spread.p90 <= spread.high


def test_a_pause_beside_the_tasks_that_determined_the_end_takes_no_day_off() -> None:
    accepted, short, long = date(2026, 5, 11), date(2026, 5, 13), date(2026, 5, 22)
    paused = TaskSpan("planning", _at(accepted, -1), _at(short, 1), pauses=[(date(2026, 5, 12), short)])
    spans = [paused, TaskSpan("planning", _at(accepted, -1), _at(long, 2))]
    assert measure_case(CALENDAR, _at(accepted, -1), _at(long, 2), spans).counted == 9


def test_without_a_task_the_days_since_the_acceptance_are_counted() -> None:
    assert measure_case(CALENDAR, _at(date(2026, 5, 11), 0), _at(date(2026, 5, 13), 0), []) == (2, 2)


def _day(at: int) -> date:
    return to_local_time(at, CALENDAR.zone).date()
