"""A calendar published later changes the dates of open cases, and of tasks that start afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clerk_app.cases.recomputation import recompute_open_cases
from clerk_app.catalogue.calendars import Calendar
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.people import SYSTEM
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.printed_notices import print_notices

PLANNING, ROAD, TRAFFIC = "excavation-planning", "excavation-road", "excavation-traffic"
NEW_YEAR_2027 = Calendar(
    year=2027,
    source="a calendar of this test",
    holidays=tuple(date(2027, 1, 1) + timedelta(days=ahead) for ahead in range(6)),
    working_weekends=(date(2027, 1, 9),),
)


def publish_calendars(office: SampleOffice, *calendars: Calendar) -> int:
    """Publish a new version of the catalogue with these years replaced or added; return the recomputed cases."""
    city = office.office.catalogue()
    years = {calendar.year: calendar for calendar in (*city.calendars, *calendars)}
    newer = city.model_copy(update={"version": city.version + 1, "calendars": tuple(years.values())})
    office.door.perform(
        PublishCatalogue(catalogue=city.id, version=newer.version, content=newer.to_bytes().decode()), SYSTEM
    )
    return recompute_open_cases(office.door)


def holiday_on(office: SampleOffice, *days: date) -> Calendar:
    """Return the calendar of 2026 with more holidays."""
    (calendar,) = [calendar for calendar in office.office.catalogue().calendars if calendar.year == 2026]
    return calendar.model_copy(update={"holidays": (*calendar.holidays, *days)})


def due(office: SampleOffice, number: str, matter: str) -> tuple[str, bool]:
    task = office.task(number, matter)
    return local_date(task["due_at"]), bool(task["expected"])


@pytest.mark.wide
def test_a_holiday_published_later_reaches_cases_under_way(office: SampleOffice) -> None:
    number = office.accept_road()  # on Wednesday 6 May 2026
    assert due(office, number, PLANNING) == ("2026-05-12", False)
    before = office.case(number)
    assert publish_calendars(office, holiday_on(office, date(2026, 5, 11))) == 1
    assert [due(office, number, matter)[0] for matter in (PLANNING, TRAFFIC)] == ["2026-05-13", "2026-05-12"]
    case = office.case(number)
    assert local_date(case["promised_at"]) == "2026-05-13"
    assert case["first_promised_at"] == before["promised_at"]
    assert case["calendar"] != before["calendar"]
    assert {task["calendar"] for task in office.tasks(number)} == {case["calendar"]}
    assert find_faults(office.store) == []


@postgresql_wide
def test_the_statutory_date_beyond_the_published_calendar_is_expected_too(office: SampleOffice) -> None:
    office.clock.set("2026-12-21 10:00")
    number = office.accept_road()
    task = office.task(number, PLANNING)
    assert (local_date(task["due_at"]), bool(task["expected"])) == ("2026-12-28", False)
    assert (local_date(task["statutory_at"])[:4], bool(task["statutory_expected"])) == ("2027", True)
    case = office.case(number)
    assert (bool(case["expected"]), bool(case["statutory_expected"])) == (False, True)


@postgresql_wide
def test_an_expected_date_becomes_firm_when_its_calendar_is_published(office: SampleOffice) -> None:
    office.clock.set("2026-12-29 10:00")
    number = office.accept_road()
    assert due(office, number, PLANNING) == ("2027-01-06", True)  # without 1 January, a holiday of every year
    assert publish_calendars(office, NEW_YEAR_2027) == 1
    assert due(office, number, PLANNING) == ("2027-01-09", False)  # 30, 31 December, 7, 8, 9 January (Saturday)
    assert not office.case(number)["expected"]


@pytest.mark.wide
@postgresql_wide
def test_a_task_that_starts_later_counts_by_the_calendar_in_force_then(office: SampleOffice) -> None:
    number = office.accept_birth()
    publish_calendars(office, holiday_on(office, date(2026, 5, 7), date(2026, 5, 8)))
    office.approve(number, "birth-medical-certificate")
    assert due(office, number, "household-registration") == ("2026-05-11", False)  # 9 (worked Saturday), 11 May
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_a_paused_task_counts_by_the_new_calendar_when_it_resumes(office: SampleOffice) -> None:
    number = office.accept_road()
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    assert publish_calendars(office, holiday_on(office, date(2026, 5, 8))) == 1
    assert office.task(number, TRAFFIC)["due_at"] is None
    office.take_in(number, "safety-plan")
    assert due(office, number, TRAFFIC) == ("2026-05-12", False)  # 7, 9 (worked Saturday), 11, 12 May


@pytest.mark.wide
@postgresql_wide
def test_ended_cases_keep_their_dates(office: SampleOffice) -> None:
    number = office.accept_road()
    office.approve(number, PLANNING, ROAD, TRAFFIC)
    before = office.case(number)
    assert publish_calendars(office, holiday_on(office, date(2026, 5, 11))) == 0
    assert office.case(number) == before


@pytest.mark.wide
@postgresql_wide
def test_a_version_with_the_same_calendars_changes_no_date(office: SampleOffice) -> None:
    number = office.accept_road()
    before = office.case(number)
    assert publish_calendars(office) == 0
    assert office.case(number) == before


@pytest.mark.wide
@postgresql_wide
@pytest.mark.parametrize("matter", [PLANNING, ROAD])
def test_decided_matters_keep_their_dates(office: SampleOffice, matter: str) -> None:
    number = office.accept_road()
    office.approve(number, matter)
    before = office.task(number, matter)
    publish_calendars(office, holiday_on(office, date(2026, 5, 11)))
    assert office.task(number, matter) == before
