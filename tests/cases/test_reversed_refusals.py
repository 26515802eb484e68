"""A refusal lapses the matters that depend on it; when a re-check reverses it, they start, and the other way round."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.status_query import MatterStatus, complete_earlier_statuses, list_matter_statuses
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.errors import Refused
from clerk_app.roles.rejected_work import read_rejected_work
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

CERTIFICATE, HOUSEHOLD, VACCINATION = "birth-medical-certificate", "household-registration", "vaccination-record"
ORGANS = {"health", "police"}


@pytest.fixture
def refused(office: SampleOffice) -> str:
    """Return the number of a birth case that closed with one refusal."""
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE, "the hospital has no such birth")
    return number


def statuses(office: SampleOffice, number: str) -> dict[str, MatterStatus]:
    with office.store.read() as tx:
        return {
            status.matter: status
            for status in list_matter_statuses(tx, read_case(tx, number), office.office.corrected_now)
        }


def test_only_the_refused_task_has_a_decision_and_the_lapsed_ones_name_it(office: SampleOffice, refused: str) -> None:
    cause = office.task(refused, CERTIFICATE)["id"]
    assert [row["task"] for row in office.select("decisions")] == [cause]
    lapsed = [task for task in office.tasks(refused) if task["state"] == "lapsed"]
    assert len(lapsed) == 6
    assert {task["caused_by"] for task in lapsed} == {cause}
    found = statuses(office, refused)[HOUSEHOLD]
    assert (found.state, found.caused_by, found.reason) == ("lapsed", CERTIFICATE, "")


@pytest.mark.wide
@postgresql_wide
def test_only_decided_matters_have_a_result(office: SampleOffice, refused: str) -> None:
    office.issue(refused)
    assert [(row["matter"], row["produces"]) for row in office.select("issuances")] == [(CERTIFICATE, "refusal")]


@postgresql_wide
def test_a_reversed_refusal_starts_what_had_lapsed(office: SampleOffice, refused: str) -> None:
    office.clock.set("2026-05-08 10:00")
    assert office.take_in(refused, "birth-certificate").reopens
    found = statuses(office, refused)[CERTIFICATE]
    assert (found.state, found.earlier_outcome) == ("pooled", "refused")

    decision = office.approve(refused, CERTIFICATE)
    assert len(decision.reopened) == 6
    assert not decision.closes
    case = office.case(refused)
    assert (case["state"], case["pending"]) == ("accepted", 6)
    states = office.task_states(refused)
    assert (states[VACCINATION], states[HOUSEHOLD]) == ("pooled", "pooled")
    assert states["social-security-card"] == "waiting"  # waits for the household registration
    assert local_date(office.task(refused, VACCINATION)["started_at"]) == "2026-05-08"
    assert {task["caused_by"] for task in office.tasks(refused)} == {""}

    office.approve_all(refused)
    assert office.case(refused)["state"] == "closed"
    office.issue(refused)
    office.hand_over(refused)
    assert {row["produces"] for row in office.select("issuances")}.isdisjoint({"refusal"})
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_a_refusal_that_a_re_check_confirms_brings_nothing_back(office: SampleOffice, refused: str) -> None:
    office.take_in(refused, "birth-certificate")
    decision = office.refuse(refused, CERTIFICATE, "still not")
    assert (decision.reopened, decision.lapsed, decision.closes) == ((), (), True)
    assert office.task_states(refused)[HOUSEHOLD] == "lapsed"


@pytest.mark.wide
@postgresql_wide
def test_a_lapse_may_be_reversed_and_come_again(office: SampleOffice, refused: str) -> None:
    office.take_in(refused, "birth-certificate")
    office.approve(refused, CERTIFICATE)
    office.take_in(refused, "birth-certificate")
    decision = office.refuse(refused, CERTIFICATE, "forged")
    assert len(decision.lapsed) == 6
    with office.store.read() as tx:
        (work,) = read_rejected_work(tx, "Asia/Shanghai", refused)
    assert "出生户口登记（公安局）" in work.sentence
    assert {task["state"] for task in office.tasks(refused) if task["matter"] != CERTIFICATE} == {"lapsed"}
    assert office.case(refused)["state"] == "closed"
    assert find_faults(office.store) == []


@postgresql_wide
def test_organs_that_relied_on_what_a_re_check_refuses_check_again_and_the_site_is_told(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.approve(number, CERTIFICATE, HOUSEHOLD, VACCINATION)
    office.take_in(number, "birth-certificate")
    while office.task(number, HOUSEHOLD)["state"] == "pooled":  # the police uses the certificate itself
        office.approve(number, HOUSEHOLD)
    decision = office.refuse(number, CERTIFICATE, "the hospital withdrew it")

    rechecked = {row["id"]: row["matter"] for row in office.tasks(number)}
    assert {rechecked[task] for task in decision.rechecked_tasks} >= {HOUSEHOLD}
    task = office.task(number, HOUSEHOLD)
    assert (task["state"], task["recheck_of"] in decision.rechecked_tasks) == ("pooled", True)
    assert office.case(number)["pending"] == len([row for row in office.tasks(number) if row["ended_at"] is None])
    (objection,) = office.select("objections", case_number=number)
    assert objection["reason"] == "relied_on_refused"
    with office.store.read() as tx:
        (work,) = read_rejected_work(tx, "Asia/Shanghai", number)
    assert "出生医学证明（卫生健康委）现不予批准" in work.sentence
    assert "出生户口登记（公安局）" in work.sentence
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_the_officer_of_a_lapsed_task_reads_why_it_is_gone(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.approve(number, CERTIFICATE)
    held = office.claim_of(number, HOUSEHOLD)
    office.take_in(number, "birth-certificate")
    office.refuse(number, CERTIFICATE, "forged")
    command = DecideTask(task=held.task, fence=held.fence, outcome="approved", reason="")
    with pytest.raises(Refused, match="终止") as error:
        office.door.perform(command, held.staff)
    assert error.value.reason == "not_held"


@postgresql_wide
def test_a_notice_that_was_not_printed_is_withdrawn_when_its_tasks_lapse(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.approve(number, CERTIFICATE)
    notice = office.return_task(number, HOUSEHOLD, "mother-id").notice
    assert office.unprinted_notices() == [notice]
    office.take_in(number, "birth-certificate")
    office.refuse(number, CERTIFICATE, "forged")
    assert office.unprinted_notices() == []
    assert [row["state"] for row in office.select("notices", id=notice)] == ["withdrawn"]


@postgresql_wide
@pytest.mark.parametrize("end", ["take_in", "withdraw"])
def test_a_notice_is_withdrawn_when_its_reason_ends_otherwise(office: SampleOffice, end: str) -> None:
    number = office.accept_road()
    notice = office.return_task(number, "excavation-traffic", "safety-plan").notice
    office.return_task(number, "excavation-road", "labour-contract")
    if end == "withdraw":
        office.withdraw(number)
    else:
        office.take_in(number, "safety-plan")
        assert office.unprinted_notices() == [notice]  # the road office still waits for its paper
        office.take_in(number, "labour-contract")
    assert office.unprinted_notices() == []
    later = office.accept_road()
    assert office.return_task(later, "excavation-traffic", "safety-plan").notice != notice


@pytest.mark.wide
@postgresql_wide
def test_a_notice_that_an_earlier_version_left_pending_without_a_reason_is_not_offered(office: SampleOffice) -> None:
    number = office.accept_road()
    returned = office.return_task(number, "excavation-traffic", "safety-plan")
    with office.store.write() as tx:
        tx.update("supplements", {"id": returned.supplement}, answered_at=office.office.now)
    assert office.unprinted_notices() == []


def test_a_cause_that_an_earlier_center_sent_as_english_text_becomes_a_matter() -> None:
    sent = (
        MatterStatus(matter="a", state="refused", reason="because of the law"),
        MatterStatus(matter="dropped"),
        MatterStatus(matter="b", state="lapsed", reason="because of 26000000001001"),
        MatterStatus(matter="c", state="lapsed", reason="because of 26000000001099"),
    )
    completed = complete_earlier_statuses(sent)
    assert [(status.reason, status.caused_by) for status in completed] == [
        ("because of the law", ""),
        ("", ""),
        ("", "a"),
        ("", ""),
    ]
