"""An application that was not answered in its period counts as accepted since its receipt (行政许可法 art. 32)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.applications.assignment import AssignApplication
from clerk_app.errors import Refused
from db.json_lists import decode_json_list
from tests.cases.applications import add_portal, answer, open_application, read, receive
from tests.clock import local_date
from tests.office import SampleOffice, find_faults


@pytest.fixture
def number(office: SampleOffice) -> str:
    add_portal(office)
    return receive(office).number


def test_within_the_period_the_terms_run_from_the_acceptance(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-12 16:00")  # the last day
    case = office.accept(replace(office.prepare_birth(), application=number))
    assert local_date(office.case(case)["accepted_at"]) == "2026-05-12"


def test_after_the_period_all_terms_run_from_the_receipt(office: SampleOffice, number: str) -> None:
    at_once = office.case(office.accept_birth())
    office.clock.set("2026-05-13 09:00")
    late = office.case(office.accept(replace(office.prepare_birth(), application=number)))
    for date in ("promised_at", "statutory_at"):
        assert local_date(late[date]) == local_date(at_once[date])
    assert local_date(late["accepted_at"]) == "2026-05-06"
    started = [task for task in office.tasks(late["number"]) if task["due_at"]]
    assert started
    assert {local_date(task["started_at"]) for task in started} == {"2026-05-06"}
    assert find_faults(office.store) == []


def test_an_answer_after_the_period_needs_a_reason(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-13 09:00")
    with pytest.raises(Refused, match="2026-05-06") as refused:
        answer(office, number)
    assert refused.value.reason == "overdue"
    answer(office, number, reason="the certificate never came")
    assert decode_json_list(read(office, number)["missing"]) == ("material:mother-id",)


def test_a_supervisor_gives_an_application_that_waits_to_a_window(office: SampleOffice, number: str) -> None:
    office.door.perform(AssignApplication(application=number, window="w1"), "supervisor")
    assert read(office, number)["assigned_window"] == "w1"
    for window, actor in (("w1", "clerk-1"), ("no-window", "supervisor")):
        with pytest.raises(Refused):
            office.door.perform(AssignApplication(application=number, window=window), actor)
    open_application(office, number)
    answer(office, number)
    with pytest.raises(Refused) as refused:
        office.door.perform(AssignApplication(application=number, window="w1"), "supervisor")
    assert refused.value.reason == "ended"
