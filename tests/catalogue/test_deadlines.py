from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.deadlines import DueDate, Pause, compute_due_date
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


def test_a_term_may_end_on_a_worked_saturday() -> None:
    assert compute_due_date(WORKING, date(2026, 9, 28), 5) == DueDate(date(2026, 10, 10), expected=False)


def test_a_term_that_reaches_into_an_unpublished_year_is_expected() -> None:
    found = compute_due_date(WORKING, date(2026, 12, 30), 5)
    assert found == DueDate(date(2027, 1, 7), expected=True)  # 31 Dec, 4 to 7 Jan: 1 January is a holiday every year


def test_a_decision_on_the_spot_is_due_on_the_same_day() -> None:
    assert compute_due_date(WORKING, date(2026, 3, 2), 0) == DueDate(date(2026, 3, 2), expected=False)
    assert compute_due_date(WORKING, date(2026, 3, 2), 0, [(date(2026, 3, 2), date(2026, 3, 5))]) == DueDate(
        date(2026, 3, 5), False
    )


@given(starts, terms, closed_pauses())
def test_the_last_day_is_a_working_day(start: date, days: int, pauses: list[Pause]) -> None:
    last = compute_due_date(WORKING, start, days, pauses)
    assert last is not None
    assert WORKING.is_working_day(last.date)


@given(starts, terms, closed_pauses(), closed_pauses())
def test_another_pause_never_makes_it_due_earlier(start: date, days: int, some: list[Pause], more: list[Pause]) -> None:
    short, long = compute_due_date(WORKING, start, days, some), compute_due_date(WORKING, start, days, [*some, *more])
    assert short is not None
    assert long is not None
    assert short.date <= long.date


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        compute_due_date(WORKING, date(2026, 3, 2), 5, [(date(2026, 3, 5), date(2026, 3, 4))])
