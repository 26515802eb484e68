from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.calendars import Calendar, OrganCalendar
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.terms import WEEKDAYS, Weekday
from clerk_app.catalogue.working_days import WorkingDays

CITY = load_folder(SAMPLE_CITY)
WORKING = WorkingDays(CITY.calendars)
days = st.dates(date(2024, 6, 1), date(2028, 6, 1))
counts = st.integers(0, 60)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 10, 8), False),  # National Day and Mid-Autumn together: eight days
        (date(2025, 10, 11), True),  # a Saturday worked for it
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),  # a Sunday worked for New Year
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 24), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
    ],
)
def test_holidays_are_free_and_exchanged_weekend_days_are_worked(day: date, works: bool) -> None:
    assert WORKING.is_working_day(day) is works


def test_2026_has_248_working_days_and_2025_too() -> None:
    for year in (2025, 2026):
        days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
        assert sum(WORKING.is_working_day(day) for day in days) == 248


def test_five_days_over_national_day_2026_use_the_worked_saturday() -> None:
    assert WORKING.add_working_days(date(2026, 9, 29), 5) == date(2026, 10, 12)  # 30 Sep, 8, 9, 10 (Saturday), 12 Oct


def test_beyond_the_published_years_a_date_is_expected_and_runs_monday_to_friday() -> None:
    assert not WORKING.depends_on_unpublished(date(2026, 12, 31), date(2026, 12, 31))
    assert WORKING.depends_on_unpublished(date(2026, 12, 31), date(2027, 1, 1))
    assert WORKING.is_working_day(date(2027, 1, 4))
    assert not WORKING.is_working_day(date(2027, 1, 2))


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2028, 5, 1), date(2028, 5, 2), date(2027, 10, 1)])
def test_holidays_with_a_fixed_date_are_off_in_every_unpublished_year(day: date) -> None:
    assert day.weekday() < 5
    assert not WORKING.is_working_day(day)


def test_an_unpublished_calendar_is_ignored() -> None:
    rumour = Calendar(year=2027, holidays=(date(2027, 1, 4),), published=False)
    working = WorkingDays([rumour])
    assert working.is_working_day(date(2027, 1, 4))


@given(days, counts)
def test_adding_lands_on_a_working_day_and_counting_back_gives_the_same_number(start: date, count: int) -> None:
    end = WORKING.add_working_days(start, count)
    assert WORKING.is_working_day(end)
    if count or WORKING.is_working_day(start):
        assert WORKING.count_between(start, end) == count
        assert WORKING.count_between(end, start) == -count


@given(days, days, counts, counts)
def test_starting_later_or_taking_longer_never_ends_earlier(first: date, second: date, fewer: int, more: int) -> None:
    early, late = sorted((first, second))
    fewer, more = sorted((fewer, more))
    assert WORKING.add_working_days(early, fewer) <= WORKING.add_working_days(late, fewer)
    assert WORKING.add_working_days(early, fewer) <= WORKING.add_working_days(early, more)


@given(days, counts, counts)
def test_one_term_after_another_is_one_long_term(start: date, first: int, second: int) -> None:
    assert WORKING.add_working_days(WORKING.add_working_days(start, first + 1), second) == WORKING.add_working_days(
        start, first + 1 + second
    )


@given(days, days, days)
def test_counting_over_a_day_between_adds_up(first: date, second: date, third: date) -> None:
    assert WORKING.count_between(first, second) + WORKING.count_between(second, third) == WORKING.count_between(
        first, third
    )


def test_a_negative_term_is_refused(city: Catalogue) -> None:
    with pytest.raises(ValueError, match="-1"):
        WORKING.add_working_days(date(2026, 1, 5), -1)


WEEK = date(2026, 5, 11)  # a Monday of a week without holidays


@pytest.mark.parametrize(
    ("organ", "day", "works"),
    [
        (OrganCalendar(id="same"), date(2026, 5, 16), False),
        (OrganCalendar(id="six", weekdays=WEEKDAYS[:6]), date(2026, 5, 16), True),
        (OrganCalendar(id="six", weekdays=WEEKDAYS[:6]), date(2026, 5, 17), False),
        (OrganCalendar(id="six", weekdays=WEEKDAYS[:6]), date(2026, 6, 20), False),  # a Saturday of Dragon Boat
        (OrganCalendar(id="six", weekdays=WEEKDAYS[:6]), date(2028, 1, 1), False),  # a Saturday, not published
        (OrganCalendar(id="six", weekdays=WEEKDAYS[:6]), date(2028, 1, 8), True),
        (OrganCalendar(id="late", weekdays=WEEKDAYS[1:6]), WEEK, False),
        (OrganCalendar(id="late", weekdays=WEEKDAYS[1:6]), date(2026, 9, 20), True),  # a Sunday worked in exchange
        (OrganCalendar(id="moved", closed_days=(date(2026, 9, 20),)), date(2026, 9, 20), False),
        (OrganCalendar(id="moved", closed_days=(WEEK,)), WEEK, False),
        (OrganCalendar(id="feast", open_days=(date(2026, 10, 1),)), date(2026, 10, 1), True),
    ],
)
def test_the_calendar_of_an_organ_states_what_differs_from_that_of_the_city(
    organ: OrganCalendar, day: date, works: bool
) -> None:
    assert WorkingDays(CITY.calendars, organ).is_working_day(day) is works


some_days = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20).map(tuple)


@given(days, counts, some_days, some_days, st.frozensets(st.sampled_from(WEEKDAYS), min_size=1))
def test_a_term_ends_on_a_working_day_of_the_organ(
    start: date, count: int, opened: tuple[date, ...], closed: tuple[date, ...], weekdays: frozenset[Weekday]
) -> None:
    organ = OrganCalendar(id="any", weekdays=tuple(weekdays), open_days=opened, closed_days=closed)
    working = WorkingDays(CITY.calendars, organ)
    end = working.add_working_days(start, count)
    assert working.is_working_day(end)
    assert count == 0 or working.count_between(start, end) == count
    assert end not in closed


@given(days, counts, some_days)
def test_more_open_days_never_end_a_term_later_and_closed_days_never_earlier(
    start: date, count: int, changed: tuple[date, ...]
) -> None:
    opened = WorkingDays(CITY.calendars, OrganCalendar(id="open", open_days=changed))
    closed = WorkingDays(CITY.calendars, OrganCalendar(id="closed", closed_days=changed))
    ends = [working.add_working_days(start, count) for working in (opened, WORKING, closed)]
    assert ends == sorted(ends)


@given(days, counts)
def test_an_organ_without_differences_counts_like_the_city(start: date, count: int) -> None:
    same = WorkingDays(CITY.calendars, OrganCalendar(id="same"))
    assert same.add_working_days(start, count) == WORKING.add_working_days(start, count)
