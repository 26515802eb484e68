"""Scenario 3, road excavation: three organs in parallel; the clock of a returned task alone is paused."""

from __future__ import annotations

import pytest

from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.errors import Refused
from tests.clock import local_date
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults, paper_materials
from tests.printed_notices import print_notices

PLANNING, ROAD, TRAFFIC = "excavation-planning", "excavation-road", "excavation-traffic"


def due(office: SampleOffice, number: str, matter: str) -> str:
    return local_date(office.task(number, matter)["due_at"])


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case accepted on Wednesday 6 May 2026; Saturday 9 May is a working day (调休)."""
    return office.accept_road()


def test_three_organs_start_at_once_each_with_its_own_clock(office: SampleOffice, number: str) -> None:
    assert office.task_states(number) == {PLANNING: "pooled", ROAD: "pooled", TRAFFIC: "pooled"}
    # five and four working days: 7, 8, 9 (worked Saturday), 11, 12
    assert [due(office, number, matter) for matter in (PLANNING, ROAD, TRAFFIC)] == [
        "2026-05-12",
        "2026-05-12",
        "2026-05-11",
    ]


def test_only_the_clock_of_the_returned_task_is_paused(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-08 10:00")
    office.approve(number, PLANNING)
    office.clock.set("2026-05-09 10:00")
    office.approve(number, ROAD)
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    assert office.task_states(number) == {PLANNING: "approved", ROAD: "approved", TRAFFIC: "returned"}
    task = office.task(number, TRAFFIC)
    assert (task["due_at"], task["statutory_at"], task["owner"]) == (None, None, None)
    case = office.case(number)
    assert (case["state"], case["pending"]) == ("accepted", 1)

    office.clock.set("2026-05-12 16:00")  # over the Sunday and the days in between
    taken_in = office.take_in(number, "safety-plan")
    assert [resumed.task for resumed in taken_in.resumed] == [task["id"]]
    assert taken_in.rechecks == ()  # no decision relied on it
    assert office.task_states(number)[TRAFFIC] == "pooled"
    # 7 and 8 May were used of four days; 9 to 12 May were a pause; so 13 and 14 are left
    assert due(office, number, TRAFFIC) == "2026-05-14"
    # of fifteen by law two were used too
    assert local_date(office.task(number, TRAFFIC)["statutory_at"]) == "2026-05-29"

    office.approve(number, TRAFFIC)
    assert office.case(number)["state"] == "closed"
    assert find_faults(office.store) == []


def test_a_supplement_received_from_a_center_of_schema_0002_is_answered(office: SampleOffice, number: str) -> None:
    supplement = office.return_task(number, ROAD, "traffic-plan", "labour-contract").supplement
    with office.store.write() as tx:
        tx.update("supplements", {"id": supplement}, materials="traffic-plan,labour-contract")
    assert office.take_in(number, "traffic-plan").resumed == ()
    assert [resumed.task for resumed in office.take_in(number, "labour-contract").resumed] == [
        office.task(number, ROAD)["id"]
    ]


def test_both_dates_of_the_case_stay_visible(office: SampleOffice, number: str) -> None:
    assert local_date(office.case(number)["promised_at"]) == "2026-05-12"
    office.clock.set("2026-05-09 10:00")
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    case = office.case(number)
    assert (case["promised_at"], case["statutory_at"]) == (None, None)  # no date holds while a clock is stopped
    office.clock.set("2026-05-12 10:00")
    office.take_in(number, "safety-plan")
    case = office.case(number)
    assert local_date(case["first_promised_at"]) == "2026-05-12"  # as on the receipt
    assert local_date(case["promised_at"]) == due(office, number, TRAFFIC) == "2026-05-14"  # what holds now
    assert local_date(case["statutory_at"]) == "2026-06-02"  # the latest of the three by law
    assert find_faults(office.store) == []


@pytest.mark.wide
@pytest.mark.parametrize("decided_on", ["2026-05-06 10:00", "2026-05-20 10:00"])
def test_a_decision_made_early_or_late_leaves_the_promised_date(office: SampleOffice, decided_on: str) -> None:
    number = office.accept_birth()
    promised = office.case(number)["promised_at"]
    assert local_date(promised) == "2026-05-12"  # 2 days for the household, 3 for the card
    office.clock.set(decided_on)
    office.approve(number, "birth-medical-certificate", "household-registration")
    assert local_date(office.task(number, "social-security-card")["due_at"]) != "2026-05-12"
    assert office.case(number)["promised_at"] == promised
    office.refuse(number, "social-security-card")
    assert office.case(number)["promised_at"] == promised
    assert find_faults(office.store) == []


def test_a_refusal_that_ends_other_matters_leaves_the_promised_date(office: SampleOffice) -> None:
    number = office.accept_birth()
    promised = office.case(number)["promised_at"]
    office.clock.set("2026-06-24 10:00")
    assert office.refuse(number, "birth-medical-certificate").closes
    assert office.case(number)["promised_at"] == promised


def test_a_pause_after_the_promised_date_does_not_move_it(office: SampleOffice, number: str) -> None:
    promised = office.case(number)["promised_at"]
    office.clock.set("2026-05-20 10:00")
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    assert office.case(number)["promised_at"] == promised
    office.clock.set("2026-05-22 10:00")
    office.take_in(number, "safety-plan")
    assert office.case(number)["promised_at"] == promised


def test_one_notice_collects_all_supplements_until_it_is_printed(office: SampleOffice, number: str) -> None:
    first = office.return_task(number, TRAFFIC, "safety-plan")
    second = office.return_task(number, ROAD, "traffic-plan", "labour-contract")
    assert (first.new_notice, second.new_notice) == (True, False)
    assert first.notice == second.notice
    assert office.unprinted_notices() == [first.notice]
    assert {row["notice"] for row in office.select("supplements")} == {first.notice}
    office.door.perform(RecordNoticePrint(notice=first.notice, printed=True), "clerk-1")
    third = office.return_task(number, PLANNING, "pipe-survey")
    assert third.new_notice
    assert third.notice != first.notice


def test_a_task_resumes_when_all_its_papers_are_in_even_one_by_one(office: SampleOffice, number: str) -> None:
    office.return_task(number, TRAFFIC, "safety-plan", "labour-contract")
    assert office.take_in(number, "safety-plan").resumed == ()
    assert office.task_states(number)[TRAFFIC] == "returned"
    assert len(office.take_in(number, "labour-contract").resumed) == 1
    assert office.task_states(number)[TRAFFIC] == "pooled"


def test_a_requested_paper_must_be_taken_in_after_the_request(office: SampleOffice, number: str) -> None:
    office.return_task(number, TRAFFIC, "traffic-plan", "safety-plan")
    assert office.take_in(number, "safety-plan").resumed == ()  # the traffic plan from the acceptance does not count


def test_papers_taken_in_resume_every_task_that_requested_them(office: SampleOffice, number: str) -> None:
    office.return_task(number, TRAFFIC, "safety-plan")
    office.return_task(number, ROAD, "safety-plan", "labour-contract")
    assert len(office.take_in(number, "safety-plan", "labour-contract").resumed) == 2
    assert office.task_states(number) == {PLANNING: "pooled", ROAD: "pooled", TRAFFIC: "pooled"}


def test_a_replaced_paper_makes_a_re_check_and_the_case_closes_once(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-08 10:00")
    office.approve(number, PLANNING, ROAD)
    office.return_task(number, TRAFFIC, "traffic-plan")
    taken_in = office.take_in(number, "traffic-plan")
    assert [task.matter for task in taken_in.rechecks] == [ROAD]  # planning does not use the traffic plan
    versions = [row["version"] for row in office.select("materials", case_number=number, material="traffic-plan")]
    assert versions == [1, 2]
    recheck = office.task(number, ROAD)
    assert (recheck["recheck_of"], recheck["state"], recheck["id"]) == (f"{number}02", "pooled", f"{number}04")
    assert office.case(number)["pending"] == 2
    office.approve(number, TRAFFIC)
    assert office.case(number)["state"] == "accepted"  # not before the re-check
    assert office.approve(number, ROAD).closes
    assert office.case(number)["pending"] == 0
    assert [row["outcome"] for row in office.select("decisions", order=("task",))] == ["approved"] * 4
    assert find_faults(office.store) == []


@both_engines
def test_a_closed_case_reopens_for_a_re_check_and_closes_again(office: SampleOffice, number: str) -> None:
    office.approve(number, PLANNING, ROAD, TRAFFIC)
    closed = office.case(number)
    assert (closed["state"], bool(closed["closed_at"])) == ("closed", True)
    taken_in = office.take_in(number, "traffic-plan")
    assert taken_in.reopens
    assert sorted(task.matter for task in taken_in.rechecks) == [ROAD, TRAFFIC]
    assert (office.case(number)["state"], office.case(number)["closed_at"]) == ("accepted", None)
    with pytest.raises(Refused):
        office.issue(number)
    assert not office.approve(number, ROAD).closes
    assert office.refuse(number, TRAFFIC, "the new plan closes the school road").closes
    office.issue(number)
    produced = {row["matter"]: row["produces"] for row in office.select("issuances")}
    assert produced[TRAFFIC] == "refusal"  # the later answer counts
    assert produced[ROAD] != "refusal"
    assert find_faults(office.store) == []


def test_a_paper_taken_in_twice_makes_one_re_check(office: SampleOffice, number: str) -> None:
    office.approve(number, ROAD)
    assert len(office.take_in(number, "traffic-plan").rechecks) == 1
    assert office.take_in(number, "traffic-plan").rechecks == ()  # the first re-check is still open
    office.approve(number, ROAD)
    assert len(office.take_in(number, "traffic-plan").rechecks) == 1


@pytest.mark.parametrize("given", [("safety-plan", "safety-plan"), ("a cat",)])
def test_unknown_and_repeated_papers_are_refused(office: SampleOffice, number: str, given: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        office.take_in(number, *given)
    assert refused.value.reason in ("twice", "material")
    assert len(paper_materials(*given)) == len(given)


def test_a_return_needs_known_papers_and_a_reason(office: SampleOffice, number: str) -> None:
    for materials, reason in (((), "because"), (("safety-plan",), " "), (("a cat",), "because")):
        with pytest.raises(Refused):
            office.return_task(number, TRAFFIC, *materials, reason=reason)
        office.clock.advance(minutes=16)  # the lease of the failed attempt expires


def test_a_pause_does_not_end_before_it_begins(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-09 00:10")
    office.return_task(number, TRAFFIC, "safety-plan")
    print_notices(office, number)
    office.clock.set("2026-05-08 23:50")
    assert len(office.take_in(number, "safety-plan").resumed) == 1
    assert due(office, number, TRAFFIC) == "2026-05-12"  # the day of the notice is a pause
