"""The periods of a task end by the calendar of the organ that decides it; the dates of its case follow."""

from __future__ import annotations

from datetime import date

import pytest

from clerk_app.cases.recomputation import recompute_open_cases
from clerk_app.catalogue.calendars import OrganCalendar
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.catalogue.terms import WEEKDAYS
from clerk_app.people import SYSTEM
from clerk_app.roles.formatting import format_days_left
from clerk_app.roles.task_queue import read_task_page
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.printed_notices import print_notices

pytestmark = postgresql_wide

PLANNING, ROAD, TRAFFIC = "excavation-planning", "excavation-road", "excavation-traffic"
SATURDAYS = OrganCalendar(id="saturdays", weekdays=WEEKDAYS[:6], source="a calendar of this test")
CLOSED = OrganCalendar(id="closed", closed_days=(date(2026, 5, 18),), source="a calendar of this test")


def publish(office: SampleOffice, **calendar_by_matter: OrganCalendar) -> int:
    """Publish a version in which the organs of these matters have these calendars; return the recomputed cases.

    In the names of matters, "_" is written for "-".
    """
    city = office.office.catalogue()
    names = {
        city.matter(matter.replace("_", "-")).organ: calendar.id for matter, calendar in calendar_by_matter.items()
    }
    changed = {
        "version": city.version + 1,
        "organs": tuple(organ.model_copy(update={"calendar": names.get(organ.id)}) for organ in city.organs),
        "organ_calendars": tuple({calendar.id: calendar for calendar in calendar_by_matter.values()}.values()),
    }
    content = city.model_copy(update=changed).to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=city.id, version=city.version + 1, content=content), SYSTEM)
    return recompute_open_cases(office.door)


def due(office: SampleOffice, number: str, *matters: str) -> list[str]:
    return [local_date(office.task(number, matter)["due_at"]) for matter in matters]


@pytest.fixture(autouse=True)
def _on_a_thursday(office: SampleOffice) -> None:
    office.clock.set("2026-05-14 10:00")


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("calendars", "planning", "traffic", "case"),
    [
        ({}, "2026-05-21", "2026-05-20", "2026-05-21"),
        ({"excavation_traffic": SATURDAYS}, "2026-05-21", "2026-05-19", "2026-05-21"),
        ({"excavation_planning": SATURDAYS}, "2026-05-20", "2026-05-20", "2026-05-21"),  # the road organ: 5 days too
        ({"excavation_planning": SATURDAYS, "excavation_road": SATURDAYS}, "2026-05-20", "2026-05-20", "2026-05-20"),
        ({"excavation_planning": CLOSED}, "2026-05-22", "2026-05-20", "2026-05-22"),
        ({"excavation_planning": CLOSED, "excavation_traffic": SATURDAYS}, "2026-05-22", "2026-05-19", "2026-05-22"),
    ],
)
def test_each_task_counts_by_the_calendar_of_its_organ_and_the_case_follows(
    office: SampleOffice, calendars: dict[str, OrganCalendar], planning: str, traffic: str, case: str
) -> None:
    publish(office, **calendars)
    number = office.accept_road()
    assert due(office, number, PLANNING, TRAFFIC) == [planning, traffic]
    assert local_date(office.case(number)["promised_at"]) == case
    assert {task["calendar"] for task in office.tasks(number)} == {office.case(number)["calendar"]}
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_statutory_date_counts_by_the_calendar_of_the_organ_too(office: SampleOffice) -> None:
    city = office.accept_road()
    before = local_date(office.task(city, PLANNING)["statutory_at"])
    publish(office, excavation_planning=SATURDAYS)
    assert local_date(office.task(city, PLANNING)["statutory_at"]) < before


@pytest.mark.wide
def test_a_task_that_starts_later_counts_by_the_calendar_of_its_organ(office: SampleOffice) -> None:
    number = office.accept_birth()
    projected = office.case(number)["promised_at"]
    assert publish(office, household_registration=CLOSED) == 1
    later = office.case(number)["promised_at"]
    office.clock.set("2026-05-15 10:00")
    office.approve(number, "birth-medical-certificate")
    assert due(office, number, "household-registration") == ["2026-05-20"]  # without 18 May: 19, 20
    assert later >= projected
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_calendar_of_an_organ_published_later_reaches_cases_under_way_and_can_be_taken_back(
    office: SampleOffice,
) -> None:
    number = office.accept_road()
    version = office.case(number)["calendar"]
    assert publish(office, excavation_planning=CLOSED) == 1
    assert due(office, number, PLANNING, TRAFFIC) == ["2026-05-22", "2026-05-20"]
    assert local_date(office.case(number)["promised_at"]) == "2026-05-22"
    assert office.case(number)["calendar"] != version
    assert publish(office, excavation_planning=CLOSED) == 0
    assert publish(office) == 1
    assert due(office, number, PLANNING, TRAFFIC) == ["2026-05-21", "2026-05-20"]
    assert office.case(number)["calendar"] == version
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_paused_task_resumes_by_the_calendar_of_its_organ(office: SampleOffice) -> None:
    publish(office, excavation_traffic=SATURDAYS)
    number = office.accept_road()
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    office.clock.set("2026-05-15 10:00")
    office.take_in(number, "safety-plan")
    assert due(office, number, TRAFFIC) == ["2026-05-20"]  # 16 (Saturday), 18, 19, 20 May


@pytest.mark.wide
def test_the_latest_date_of_its_organs_is_that_of_a_notice(office: SampleOffice) -> None:
    publish(office, excavation_traffic=SATURDAYS, excavation_road=CLOSED)
    number = office.accept_road()
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    (alone,) = office.select("supplements")
    office.take_in(number, "safety-plan")
    office.return_task(number, TRAFFIC, "safety-plan")
    office.return_task(number, ROAD, "safety-plan")
    print_notices(office, number)
    both = [row for row in office.select("supplements") if row["answered_at"] is None]
    assert len({row["deadline_at"] for row in both}) == 1
    assert both[0]["deadline_at"] > alone["deadline_at"]
    before = both[0]["deadline_at"]
    publish(office, excavation_traffic=SATURDAYS)
    assert {row["deadline_at"] for row in office.select("supplements") if row["answered_at"] is None} == {before}


@pytest.mark.wide
def test_the_queue_of_an_organ_counts_its_own_working_days(office: SampleOffice) -> None:
    publish(office, excavation_traffic=SATURDAYS)
    number = office.accept_road()
    organ = office.task(number, TRAFFIC)["organ"]
    (row,) = read_task_page(office.office, organ, "open", "", 0, 10).rows
    assert row.remaining == format_days_left(4)  # 15, 16 (Saturday), 18, 19 May
