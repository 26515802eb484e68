"""Scenario 10, hand-over: two results are collected early, one department is late, then the set is complete."""

from __future__ import annotations

import pytest

from clerk_app.cases.delivery.parts import HandOverPart
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.visit_causes import list_case_visits
from clerk_app.roles.printing import CasePrinter
from tests.clock import local_date
from tests.office import SampleOffice, find_faults

PIPES, ROAD, TRAFFIC = "excavation-planning", "excavation-road", "excavation-traffic"

pytestmark = pytest.mark.usefixtures("english")


def print_list(office: SampleOffice, notice: str) -> str:
    """Print a hand-over list; return its text in one line."""
    paper = CasePrinter(office.office, "clerk-1", "1000").print_notice(notice)
    return " ".join(" ".join(paper.lines).split())


def test_finished_results_are_collected_early_and_the_late_one_completes_the_set(office: SampleOffice) -> None:
    number = office.accept_road()
    first, second = (task["matter"] for task in office.tasks(number) if task["matter"] != TRAFFIC)
    office.clock.set("2026-05-09 10:00")  # a Saturday on which the city works
    office.approve(number, first, second)
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-11"  # 7, 8, 9 and 11 May
    party = next(row["role"] for row in office.select("parties", case_number=number))
    name = str(office.case(number)["applicant_name"])
    signature = Signature(name=name, signer="员工甲")
    office.door.perform(
        HandOverPart(
            case=number,
            window="w1",
            matters=(first, second),
            cause="the works begin on Monday",
            role=party,
            known_by="document",
            visit=office.serve("stranger"),
            personal=signature,
        ),
        "clerk-1",
    )
    early = next(row["id"] for row in office.select("notices", case_number=number, kind="hand_over"))
    text = print_list(office, early)
    assert "Still to come" in text
    assert "the works begin on Monday" in text
    assert office.case(number)["state"] == "accepted"

    office.clock.set("2026-05-12 09:00")  # a working day late: the lateness stays visible
    office.approve(number, TRAFFIC)
    assert office.task(number, TRAFFIC)["ended_at"] > office.task(number, TRAFFIC)["due_at"]
    office.issue(number)
    office.hand_over(number, name)
    last = next(
        row["id"] for row in office.select("notices", case_number=number, kind="hand_over") if row["id"] != early
    )
    text = print_list(office, last)
    assert "Still to come" not in text
    signers = {row["task"]: row["signer"] for row in office.select("decisions")}
    assert len(set(signers.values())) == 3  # each department decided by its own signer
    results = office.select("issuances", case_number=number, order=("number",))
    assert {row["delivered_at"] is not None for row in results} == {True}
    with office.store.read() as tx:
        assert [visit.cause for visit in list_case_visits(tx, number)].count("part_hand_over") == 1
    assert office.case(number)["state"] == "delivered"
    assert find_faults(office.store) == []
