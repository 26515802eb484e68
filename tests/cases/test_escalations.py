"""An overdue task goes up the chain: head of the department, superior organ, government (scenario 10)."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.escalations import AnswerEscalation, CloseEscalation, EscalateTask
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.people import SCHEDULE
from clerk_app.people.organ_heads import SetOrganHead
from clerk_app.people.staff import ChangeStaff
from clerk_app.roles.department.escalations import describe_escalations, list_escalations
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

pytestmark = pytest.mark.usefixtures("english")

TRAFFIC = "excavation-traffic"
ZONE = "Asia/Shanghai"


def steps(office: SampleOffice, number: str) -> list[tuple[int, str]]:
    """Return steps and addressees of the traffic task of a case."""
    task = office.task(number, TRAFFIC)["id"]
    return [(row["step"], row["addressee"]) for row in office.select("escalations", task=task, order=("step",))]


def test_it_goes_up_the_chain_on_the_right_days(office: SampleOffice) -> None:
    number = office.accept_road()  # on Wednesday 6 May 2026; Saturday 9 May is a moved workday
    task = office.task(number, TRAFFIC)
    assert (local_date(task["due_at"]), local_date(task["statutory_at"])) == ("2026-05-11", "2026-05-26")
    for day, expected in (
        ("2026-05-11 17:00", []),
        ("2026-05-12 09:00", [(1, "police")]),
        ("2026-05-26 17:00", [(1, "police")]),
        ("2026-05-27 09:00", [(1, "police"), (2, "district-government")]),
        ("2026-06-02 17:00", [(1, "police"), (2, "district-government")]),
        ("2026-06-03 09:00", [(1, "police"), (2, "district-government"), (3, "city-government")]),
        ("2026-07-10 09:00", [(1, "police"), (2, "district-government"), (3, "city-government")]),
    ):
        office.clock.set(day)
        run_due_commands(office.office)
        assert steps(office, number) == expected, day
    assert office.task(number, TRAFFIC)["state"] == "pooled"  # the catalogue does not allow a deemed approval
    assert find_faults(office.store) == []


@postgresql_wide
def test_the_organ_that_has_to_act_answers_once(office: SampleOffice) -> None:
    number = office.accept_road()
    office.clock.set("2026-06-03 09:00")
    run_due_commands(office.office)
    run_due_commands(office.office)
    escalation = f"{office.task(number, TRAFFIC)['id']}-2"
    with pytest.raises(Refused, match="another organ"):
        office.door.perform(AnswerEscalation(escalation=escalation, note="soon"), "police-1")
    with pytest.raises(Refused, match="reason is needed"):
        office.door.perform(AnswerEscalation(escalation=escalation, note=" "), "district-government-1")
    with office.store.read() as tx:
        assert escalation in {row.id for row in list_escalations(tx, "district-government", ZONE)}
    office.door.perform(AnswerEscalation(escalation=escalation, note="by Friday"), "district-government-1")
    with office.store.read() as tx:
        assert escalation not in {row.id for row in list_escalations(tx, "district-government", ZONE)}
        *_, sentence = describe_escalations(tx, office.task(number, TRAFFIC)["id"], ZONE)
    assert sentence.startswith("Escalated to District government (superior organ) on 06-03.")
    assert sentence.endswith("arranges: by Friday")
    with pytest.raises(Refused, match="answered already"):
        office.door.perform(AnswerEscalation(escalation=escalation, note="again"), "district-government-1")
    with pytest.raises(Refused, match="has not ended"):
        office.door.perform(CloseEscalation(escalation=escalation.removesuffix("2") + "1"), SCHEDULE)
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_decided_task_is_not_escalated(office: SampleOffice) -> None:
    number = office.accept_road()
    office.approve(number, TRAFFIC)
    office.clock.set("2026-06-03 09:00")
    run_due_commands(office.office)
    assert steps(office, number) == []
    with pytest.raises(Refused, match="not overdue"):
        office.door.perform(EscalateTask(task=office.task(number, TRAFFIC)["id"], step=1), SCHEDULE)


def test_the_officer_who_holds_the_task_does_not_answer_for_it(office: SampleOffice) -> None:
    number = office.accept_road()
    task = office.task(number, TRAFFIC)["id"]
    office.clock.set("2026-05-12 09:00")
    run_due_commands(office.office)
    office.claim("police", task)
    with pytest.raises(Refused, match="you hold this task"):
        office.door.perform(AnswerEscalation(escalation=f"{task}-1", note="soon"), "police-1")
    office.door.perform(AnswerEscalation(escalation=f"{task}-1", note="decided today"), "supervisor")


@pytest.mark.wide
def test_an_open_escalation_is_closed_when_its_task_has_ended(office: SampleOffice) -> None:
    number = office.accept_road()
    office.clock.set("2026-05-12 09:00")
    run_due_commands(office.office)
    (escalation,) = office.select("escalations", task=office.task(number, TRAFFIC)["id"])
    office.approve(number, TRAFFIC)
    run_due_commands(office.office)
    (escalation,) = office.select("escalations", id=escalation["id"])
    assert escalation["closed_at"] is not None
    assert escalation["answered_by"] == ""
    assert find_faults(office.store) == []


def test_no_step_is_taken_before_the_one_below_it(office: SampleOffice) -> None:
    number = office.accept_road()
    office.clock.set("2026-06-03 09:00")
    with pytest.raises(Refused, match="an earlier one was not"):
        office.door.perform(EscalateTask(task=office.task(number, TRAFFIC)["id"], step=2), SCHEDULE)


def test_the_head_of_the_organ_answers_where_one_is_marked(office: SampleOffice) -> None:
    number = office.accept_road()
    office.door.perform(SetOrganHead(staff="police-2", is_head=True), "admin")
    office.clock.set("2026-05-12 09:00")
    run_due_commands(office.office)
    task = office.task(number, TRAFFIC)["id"]
    head = office.select("staff", id="police-2")[0]["name"]
    with office.store.read() as tx:
        (sentence,) = describe_escalations(tx, task, ZONE)
    assert head in sentence
    with pytest.raises(Refused, match="head of the department answers"):
        office.door.perform(AnswerEscalation(escalation=f"{task}-1", note="soon"), "police-1")
    office.door.perform(AnswerEscalation(escalation=f"{task}-1", note="decided today"), "police-2")
    assert find_faults(office.store) == []


def test_only_an_officer_is_head_and_only_of_the_own_organ(office: SampleOffice) -> None:
    with pytest.raises(Refused, match="Only an officer"):
        office.door.perform(SetOrganHead(staff="clerk-1", is_head=True), "admin")
    office.door.perform(SetOrganHead(staff="police-2", is_head=True), "admin")
    name = office.select("staff", id="police-2")[0]["name"]
    office.door.perform(ChangeStaff(staff="police-2", name=name, role="officer", organ="health"), "admin")
    assert not office.select("staff", id="police-2")[0]["head"]
