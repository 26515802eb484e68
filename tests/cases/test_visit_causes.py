"""Visits belong to cases: each act at a window ties its visit to the case, with the cause of the visit."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.cases.unmasking import UnmaskCase
from clerk_app.cases.visit_causes import list_case_visits
from clerk_app.roles.case_view import build_case_view
from tests.engines import postgresql_wide
from tests.office import SampleOffice, paper_materials

TRAFFIC = "excavation-traffic"
PLAN = "safety-plan"


def bring_papers(office: SampleOffice, number: str) -> str:
    """Return the visit in which the returned task's paper was taken in."""
    office.return_task(number, TRAFFIC, PLAN)
    visit = office.serve()
    office.door.perform(TakeInMaterials(case=number, materials=paper_materials(PLAN), visit=visit), "clerk-1")
    return visit


def causes(office: SampleOffice, number: str) -> list[str]:
    with office.store.read() as tx:
        return [visit.cause for visit in list_case_visits(tx, number)]


@postgresql_wide
def test_each_visit_of_a_case_is_counted_with_its_cause(office: SampleOffice) -> None:
    number = office.accept_road()
    bring_papers(office, number)
    assert causes(office, number) == ["acceptance", "supplement"]


@postgresql_wide
def test_a_visit_with_several_acts_on_a_case_counts_once(office: SampleOffice) -> None:
    number = office.accept_road()
    visit = office.case(number)["visit"]
    office.door.perform(UnmaskCase(case=number, purpose="contact", visit=visit), "clerk-1")
    office.door.perform(WithdrawCase(case=number, reason="changed their mind", visit=visit), "clerk-1")
    assert causes(office, number) == ["acceptance"]
    assert {row["cause"] for row in office.select("visit_cases")} == {"acceptance", "question", "withdrawal"}


@pytest.mark.usefixtures("english")
def test_the_counter_names_the_second_visit_its_cause_and_the_promise(office: SampleOffice) -> None:
    number = office.accept_road()
    visit = office.select("visits", id=bring_papers(office, number))[0]
    with office.store.read() as tx:
        view = build_case_view(tx, read_case(tx, number), office.office.now, data_time=None, visit=visit)
    assert view.visits == "visit 2 of this case: papers brought later (the city promises at most 1)"
