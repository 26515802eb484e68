"""A request for papers pauses with its written notice, has a stored term, and does not leave its task behind."""

from __future__ import annotations

from datetime import date

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.status_query import build_case_status
from clerk_app.cases.tasks.papers_terms import EndPapersTerm
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.people import SCHEDULE
from clerk_app.roles.department.service import OfficeDepartment
from db.engines import Row
from tests.cases.test_calendar_published_later import holiday_on, publish_calendars
from tests.city_policy import publish_policy
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.printed_notices import print_notices

TRAFFIC, ROAD = "excavation-traffic", "excavation-road"


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case accepted on Wednesday 6 May 2026, of which traffic asks for a safety plan."""
    number = office.accept_road()
    office.return_task(number, TRAFFIC, "safety-plan")
    return number


def supplement(office: SampleOffice) -> Row:
    (row,) = office.select("supplements")
    return row


def test_the_clock_runs_until_the_notice_is_printed(office: SampleOffice, number: str) -> None:
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-11"
    assert local_date(office.case(number)["promised_at"]) == "2026-05-12"
    office.clock.set("2026-05-08 10:00")
    print_notices(office, number)
    assert office.task(number, TRAFFIC)["due_at"] is None
    assert office.case(number)["promised_at"] is None
    office.clock.set("2026-05-12 10:00")
    office.take_in(number, "safety-plan")
    # 7 May was counted before the notice; three of the four days are left: 13, 14, 15
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-15"
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_papers_that_come_before_the_notice_leave_no_pause(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-09 10:00")
    office.take_in(number, "safety-plan")
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-11"
    assert find_faults(office.store) == []


@postgresql_wide
def test_the_term_for_papers_is_stored_once_and_shown(office: SampleOffice, number: str) -> None:
    publish_policy(office.office, supplement_working_days=5)
    print_notices(office, number)
    assert local_date(supplement(office)["deadline_at"]) == "2026-05-12"
    office.clock.set("2026-05-08 10:00")
    office.door.perform(RecordNoticePrint(notice=str(supplement(office)["notice"]), printed=True), "clerk-1")  # again
    assert local_date(supplement(office)["deadline_at"]) == "2026-05-12"
    with office.store.read() as tx:
        (request,) = build_case_status(tx, read_case(tx, number), office.office.corrected_now).requested_materials
    assert (local_date(request.deadline_at or 0), request.expected, request.term_ended) == ("2026-05-12", False, False)


@postgresql_wide
def test_a_date_on_the_notice_that_is_later_holds(office: SampleOffice, number: str) -> None:
    printed = office.clock.now + 60 * 86_400_000_000
    notice = str(supplement(office)["notice"])
    office.door.perform(RecordNoticePrint(notice=notice, printed=True, deadline_at=printed), "clerk-1")
    assert supplement(office)["deadline_at"] == printed


@pytest.mark.wide
@postgresql_wide
def test_a_new_holiday_makes_the_term_longer_and_never_shorter(office: SampleOffice, number: str) -> None:
    print_notices(office, number)
    assert local_date(supplement(office)["deadline_at"]) == "2026-05-26"
    publish_calendars(office, holiday_on(office, date(2026, 5, 20)))
    assert local_date(supplement(office)["deadline_at"]) == "2026-05-27"
    publish_calendars(office, holiday_on(office).model_copy(update={"holidays": ()}))
    assert local_date(supplement(office)["deadline_at"]) == "2026-05-27"
    assert office.case(number)["state"] == "accepted"


@postgresql_wide
def test_papers_never_brought_return_the_task_to_its_organ_after_the_term(office: SampleOffice, number: str) -> None:
    print_notices(office, number)
    office.clock.set("2026-05-26 23:59")
    run_due_commands(office.office)
    assert office.task_states(number)[TRAFFIC] == "returned"
    office.clock.set("2026-05-27 00:01")
    run_due_commands(office.office)
    task = office.task(number, TRAFFIC)
    assert (task["state"], bool(task["papers_overdue"])) == ("pooled", True)
    # none of the four days was used before the notice, and the pause ended with 26 May: 27, 28, 29 May, 1 June
    assert local_date(task["due_at"]) == "2026-06-01"
    assert local_date(office.case(number)["promised_at"]) == "2026-06-01"
    run_due_commands(office.office)  # nothing is left to do
    assert office.refuse(number, TRAFFIC, "the safety plan was not brought").lapsed == ()
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_papers_can_still_be_brought_after_the_term(office: SampleOffice, number: str) -> None:
    print_notices(office, number)
    office.clock.set("2027-05-26 10:00")
    run_due_commands(office.office)
    with office.store.read() as tx:
        (request,) = build_case_status(tx, read_case(tx, number), office.office.corrected_now).requested_materials
    assert request.term_ended
    taken_in = office.take_in(number, "safety-plan")
    task = office.task(number, TRAFFIC)
    assert (taken_in.completed, bool(task["papers_overdue"]), task["state"]) == ((task["id"],), False, "pooled")
    with office.store.read() as tx:
        assert build_case_status(tx, read_case(tx, number), office.office.corrected_now).requested_materials == ()
    office.approve(number, TRAFFIC)
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_the_organ_may_ask_again_with_a_new_term(office: SampleOffice, number: str) -> None:
    print_notices(office, number)
    office.clock.set("2026-05-27 10:00")
    run_due_commands(office.office)
    office.return_task(number, TRAFFIC, "safety-plan", reason="one more time")
    print_notices(office, number)
    again = office.select("supplements", order=("id",))[-1]
    assert local_date(again["deadline_at"]) == "2026-06-17"  # 15 working days without the Dragon Boat festival
    assert not office.task(number, TRAFFIC)["papers_overdue"]
    office.clock.set("2026-06-18 10:00")
    run_due_commands(office.office)
    assert office.task(number, TRAFFIC)["papers_overdue"]
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_term_does_not_end_before_its_day_is_over(office: SampleOffice, number: str) -> None:
    print_notices(office, number)
    row = supplement(office)
    with pytest.raises(Refused) as refused:
        office.door.perform(EndPapersTerm(task=str(row["task"]), supplement=str(row["id"])), SCHEDULE)
    assert refused.value.reason == "too_early"


@postgresql_wide
def test_the_supervisor_is_told_of_papers_that_were_not_brought(office: SampleOffice, number: str) -> None:
    from clerk_app.roles.supervisor.service import OfficeSupervisor

    print_notices(office, number)
    office.clock.set("2026-05-27 10:00")
    run_due_commands(office.office)
    (row,) = [row for row in office.select("staff") if row["role"] == "supervisor"][:1]
    alerts = OfficeSupervisor(office.office, row).read_view().alerts
    assert alerts[0].level == "bad"
    assert "1" in alerts[0].text


def requested_of(office: SampleOffice, number: str) -> list[tuple[str, bool]]:
    """Return the materials that a citizen is asked for, each with whether its term has ended."""
    with office.store.read() as tx:
        requests = build_case_status(tx, read_case(tx, number), office.office.corrected_now).requested_materials
    return [(request.material, request.term_ended) for request in requests]


def end_term(office: SampleOffice, number: str, local_time: str) -> None:
    """Print the notice and let its term pass."""
    print_notices(office, number)
    office.clock.set(local_time)
    run_due_commands(office.office)


def request_late(office: SampleOffice, number: str, material: str) -> None:
    """Return the traffic task for a material that was visible at the first notice."""
    held = office.claim_of(number, TRAFFIC)
    command = ReturnTask(
        task=held.task,
        fence=held.fence,
        materials=(material,),
        reason="again",
        late_code="law",
        late_reason="new rule",
        legal_basis="rule 12",
    )
    office.door.perform(command, held.staff)


@pytest.mark.wide
def test_papers_of_two_ended_terms_are_all_needed(office: SampleOffice, number: str) -> None:
    end_term(office, number, "2026-05-27 10:00")
    request_late(office, number, "traffic-plan")
    end_term(office, number, "2026-06-18 10:00")
    assert requested_of(office, number) == [("safety-plan", True), ("traffic-plan", True)]
    assert office.take_in(number, "safety-plan").completed == ()
    assert office.task(number, TRAFFIC)["papers_overdue"]
    assert requested_of(office, number) == [("traffic-plan", True)]
    assert office.take_in(number, "traffic-plan").completed == (office.task(number, TRAFFIC)["id"],)
    assert not office.task(number, TRAFFIC)["papers_overdue"]
    assert requested_of(office, number) == []
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_an_answered_request_leaves_papers_of_an_ended_term_overdue(office: SampleOffice, number: str) -> None:
    end_term(office, number, "2026-05-27 10:00")
    request_late(office, number, "traffic-plan")
    print_notices(office, number)
    office.clock.set("2026-06-01 10:00")
    assert requested_of(office, number) == [("safety-plan", True), ("traffic-plan", False)]
    (resumed,) = office.take_in(number, "traffic-plan").resumed
    task = office.task(number, TRAFFIC)
    assert (resumed.task, task["state"], bool(task["papers_overdue"])) == (task["id"], "pooled", True)
    assert requested_of(office, number) == [("safety-plan", True)]
    office.take_in(number, "safety-plan")
    assert not office.task(number, TRAFFIC)["papers_overdue"]
    assert requested_of(office, number) == []
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_paper_requested_twice_is_listed_once(office: SampleOffice, number: str) -> None:
    end_term(office, number, "2026-05-27 10:00")
    office.return_task(number, TRAFFIC, "safety-plan", reason="one more time")
    assert requested_of(office, number) == [("safety-plan", False)]
    end_term(office, number, "2026-06-18 10:00")
    assert requested_of(office, number) == [("safety-plan", True)]
    office.take_in(number, "safety-plan")
    assert requested_of(office, number) == []


@pytest.mark.wide
def test_a_notice_that_nobody_prints_does_not_leave_its_task_behind(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-06-30 10:00")
    run_due_commands(office.office)
    task = office.task(number, TRAFFIC)
    assert (task["state"], bool(task["papers_overdue"])) == ("pooled", True)
    assert local_date(task["due_at"]) == "2026-05-11"  # no notice paused it
    (notice,) = office.select("notices", kind="supplement")
    assert notice["state"] == "withdrawn"
    office.return_task(number, TRAFFIC, "safety-plan")  # a new notice
    assert [row["state"] for row in office.select("notices", kind="supplement")] == ["withdrawn", "pending"]
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_officer_is_shown_what_was_not_brought_and_what_can_be_done(office: SampleOffice, number: str) -> None:
    print_notices(office, number)
    office.clock.set("2026-05-27 00:01")
    run_due_commands(office.office)
    task = office.task(number, TRAFFIC)
    officer = OfficeDepartment(office.office, office.select("staff", id=f"{task['organ']}-1")[0])
    shown = officer.open_task(task["id"]).task
    assert shown is not None
    assert shown.fields[0].label == "逾期未补正"
    assert "F6" in shown.fields[0].value
    assert "papers-not-brought" in [reason.id for reason in shown.refuse_reasons]
    officer.refuse("", ["papers-not-brought"])
    assert office.task_states(number)[TRAFFIC] == "refused"
    assert find_faults(office.store) == []
