"""A notice lists everything, once: an organ that asks later for what it could see then needs a recorded reason."""

from __future__ import annotations

import pytest

from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.tasks.supplements import ReturnTask, TaskReturned
from clerk_app.errors import Refused
from clerk_app.roles.rejected_work import read_rejected_work
from tests.engines import postgresql_wide
from tests.office import LEGAL_BASIS, SampleOffice, find_faults

ROAD, TRAFFIC = "excavation-road", "excavation-traffic"


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case in which the traffic police has asked for a safety plan, and got it."""
    number = office.accept_road()
    notice = office.return_task(number, TRAFFIC, "safety-plan").notice
    office.door.perform(RecordNoticePrint(notice=notice, printed=True), "clerk-1")
    office.clock.set("2026-05-27 10:00")
    office.take_in(number, "safety-plan")
    return number


def ask(office: SampleOffice, number: str, *materials: str, code: str = "", reason: str = "") -> TaskReturned:
    task = office.task(number, TRAFFIC)
    fence = task["fence"] if task["state"] == "claimed" else office.claim_of(number, TRAFFIC).fence
    command = ReturnTask(
        task=task["id"],
        fence=fence,
        materials=materials,
        reason="unclear",
        late_code=code,
        late_reason=reason,
        legal_basis=LEGAL_BASIS,
    )
    return office.door.perform(command, f"{task['organ']}-1")


@pytest.mark.parametrize(("code", "reason"), [("", ""), ("law", "  "), ("", "new rule"), ("mood", "new rule")])
def test_what_lay_there_at_the_notice_needs_a_code_and_words(
    office: SampleOffice, number: str, code: str, reason: str
) -> None:
    for material in ("traffic-plan", "labour-contract"):  # one was in the case, the other visibly not
        with pytest.raises(Refused) as refused:
            ask(office, number, material, code=code, reason=reason)
        assert refused.value.reason == "late_request"
    assert office.task_states(number)[TRAFFIC] == "claimed"


@postgresql_wide
def test_a_late_request_is_recorded_with_its_reason_and_the_site_is_told(office: SampleOffice, number: str) -> None:
    returned = ask(office, number, "safety-plan", "traffic-plan", code="law", reason="the rule of 1 June")
    assert returned.late_materials == ("traffic-plan",)  # the safety plan is a new version
    row = office.select("supplements", id=returned.supplement)[0]
    assert (row["late_materials"], row["late_code"], row["late_reason"]) == (
        '["traffic-plan"]', "law", "the rule of 1 June",
    )  # fmt: skip
    with office.store.read() as tx:
        (work,) = read_rejected_work(tx, "Asia/Shanghai", number)
    assert "交通" in work.sentence
    assert "the rule of 1 June" in work.sentence
    assert "traffic-plan" not in work.sentence
    assert find_faults(office.store) == []


@postgresql_wide
def test_what_came_after_the_notice_may_be_asked_for_again(office: SampleOffice, number: str) -> None:
    returned = ask(office, number, "safety-plan")
    assert (returned.late_materials, returned.objection) == ((), 0)
    assert office.select("objections") == []


@postgresql_wide
def test_another_organ_has_its_own_first_notice(office: SampleOffice, number: str) -> None:
    assert office.return_task(number, ROAD, "traffic-plan").late_materials == ()


@postgresql_wide
def test_a_notice_that_nobody_got_listed_nothing(office: SampleOffice) -> None:
    number = office.accept_road()
    office.return_task(number, TRAFFIC, "safety-plan")
    office.take_in(number, "safety-plan")  # before the notice was printed
    assert ask(office, number, "traffic-plan").late_materials == ()
