from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clerk_app.catalogue.deadlines import DueDate, Pause, compute_due_date, count_remaining_days
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.working_days import WorkingDays

WORKING = WorkingDays(load_folder(SAMPLE_CITY).calendars)
starts = st.dates(date(2025, 1, 1), date(2026, 12, 1))
terms = st.integers(0, 45)


@st.composite
def closed_pauses(draw: st.DrawFn) -> list[tuple[date, date]]:
    firsts = draw(st.lists(st.dates(date(2025, 1, 1), date(2027, 1, 1)), max_size=3))
    return [(first, first + timedelta(days=draw(st.integers(0, 30)))) for first in firsts]


def test_the_day_of_acceptance_is_not_counted() -> None:
    assert compute_due_date(WORKING, date(2026, 3, 2), 5) == DueDate(date(2026, 3, 9), expected=False)


def test_a_return_for_supplement_suspends_the_term_and_keeps_the_remaining_days() -> None:
    # accepted Monday; returned Wednesday; supplement taken in the Monday after
    started, pause = date(2026, 3, 2), (date(2026, 3, 4), date(2026, 3, 9))
    assert compute_due_date(WORKING, started, 5, [pause]) == DueDate(date(2026, 3, 13), expected=False)
    assert compute_due_date(WORKING, started, 5, [(date(2026, 3, 4), None)]) is None


def test_a_return_after_the_due_date_does_not_change_it() -> None:
    started, late = date(2026, 3, 2), date(2026, 3, 12)
    for last in (None, date(2026, 3, 20)):
        assert compute_due_date(WORKING, started, 5, [(late, last)]) == DueDate(date(2026, 3, 9), expected=False)
        assert compute_due_date(WORKING, started, 0, [(late, last)]) == DueDate(started, expected=False)
    assert count_remaining_days(WORKING, started, 5, date(2026, 3, 20), [(late, None)]) == -2


def test_a_late_decision_over_a_worked_weekend_is_one_day_late() -> None:
    # the promise ends on Saturday 10 October 2026, a make-up day
    assert compute_due_date(WORKING, date(2026, 9, 28), 5) == DueDate(date(2026, 10, 10), expected=False)
    assert count_remaining_days(WORKING, date(2026, 9, 28), 5, date(2026, 10, 11)) == 0
    assert count_remaining_days(WORKING, date(2026, 9, 28), 5, date(2026, 10, 12)) == -1


def test_a_term_that_reaches_into_an_unpublished_year_is_expected() -> None:
    found = compute_due_date(WORKING, date(2026, 12, 30), 5)
    assert found == DueDate(date(2027, 1, 7), expected=True)  # 31 Dec, 4 to 7 Jan: 1 January is a holiday every year


def test_a_decision_on_the_spot_is_due_on_the_same_day() -> None:
    assert compute_due_date(WORKING, date(2026, 3, 2), 0) == DueDate(date(2026, 3, 2), expected=False)
    assert compute_due_date(WORKING, date(2026, 3, 2), 0, [(date(2026, 3, 2), date(2026, 3, 5))]) == DueDate(
        date(2026, 3, 5), False
    )
    assert count_remaining_days(WORKING, date(2026, 3, 2), 0, date(2026, 3, 4)) == -2


@given(starts, terms, closed_pauses())
def test_nothing_remains_on_the_last_day_and_it_is_a_working_day(start: date, days: int, pauses: list[Pause]) -> None:
    last = compute_due_date(WORKING, start, days, pauses)
    assert last is not None
    assert WORKING.is_working_day(last.date)
    assert count_remaining_days(WORKING, start, days, last.date, pauses) == 0


@given(starts, terms, closed_pauses(), st.dates(date(2025, 1, 1), date(2027, 6, 1)))
def test_remaining_never_grows_and_agrees_with_the_due_date(
    start: date, days: int, pauses: list[Pause], today: date
) -> None:
    last = compute_due_date(WORKING, start, days, pauses)
    left = count_remaining_days(WORKING, start, days, today, pauses)
    assert last is not None
    assert count_remaining_days(WORKING, start, days, today + timedelta(days=1), pauses) in (left, left - 1)
    if today < last.date:
        assert left >= 0
    if left < 0:
        assert today > last.date


@given(starts, terms, closed_pauses(), closed_pauses())
def test_another_pause_never_makes_it_due_earlier(start: date, days: int, some: list[Pause], more: list[Pause]) -> None:
    short, long = compute_due_date(WORKING, start, days, some), compute_due_date(WORKING, start, days, [*some, *more])
    assert short is not None
    assert long is not None
    assert short.date <= long.date


@given(starts, st.integers(1, 45), st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(0, 90))
def test_an_open_pause_keeps_the_days_that_were_left(start: date, days: int, stop: date, later: int) -> None:
    assume(stop > start)
    pause = (stop, None)
    kept = count_remaining_days(WORKING, start, days, stop, [pause])
    assert count_remaining_days(WORKING, start, days, stop + timedelta(days=later), [pause]) == kept
    assert kept == count_remaining_days(WORKING, start, days, stop - timedelta(days=1))


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        compute_due_date(WORKING, date(2026, 3, 2), 5, [(date(2026, 3, 5), date(2026, 3, 4))])
