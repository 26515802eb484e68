"""An officer corrects an own decision of the day: the matter is checked again, within limits."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.cases.tasks.corrections import DecisionReopened, ReopenDecision
from clerk_app.errors import Refused
from clerk_app.roles.department.service import OfficeDepartment
from tests.cases.bundles import accept, after, bundle, publish
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

pytestmark = [pytest.mark.usefixtures("english"), postgresql_wide]

CHAIN = bundle(a=[], b=[after("a")])


def start(office: SampleOffice) -> str:
    publish(office, CHAIN)
    return accept(office, CHAIN)


def reopen(office: SampleOffice, task: str, officer: str, reason: str = "a wrong key") -> DecisionReopened:
    return office.door.perform(ReopenDecision(task=task, reason=reason), officer)


def test_a_wrong_refusal_is_checked_again_and_the_lapsed_matter_opens_again(office: SampleOffice) -> None:
    number = start(office)
    office.refuse(number, "a")
    assert office.task_states(number) == {"a": "refused", "b": "lapsed"}
    assert office.case(number)["state"] == "closed"
    reopened = reopen(office, f"{number}01", "health-1")
    assert (reopened.recheck.id, reopened.reopens) == (f"{number}03", True)
    assert (office.case(number)["state"], office.case(number)["pending"]) == ("accepted", 1)
    claimed = office.door.perform(ClaimTask(organ="health", task=f"{number}03"), "health-1")
    office.decide(claimed, "approved")
    assert office.task_states(number) == {"a": "approved", "b": "pooled"}
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_wrong_approval_is_refused_after_the_correction(office: SampleOffice) -> None:
    number = start(office)
    office.approve(number, "a")
    reopen(office, f"{number}01", "health-1")
    assert office.task(number, "a")["recheck_of"] == f"{number}01"
    office.decide(office.claim_of(number, "a"), "refused")
    assert office.task_states(number) == {"a": "refused", "b": "lapsed"}
    assert find_faults(office.store) == []


def test_only_the_signer_corrects_on_the_same_day_once_and_with_a_reason(office: SampleOffice) -> None:
    number = start(office)
    task = f"{number}01"
    with pytest.raises(Refused, match="no decision"):
        reopen(office, task, "health-1")
    office.approve(number, "a")
    for officer, reason, match in (("health-2", "x", "Only who signed"), ("health-1", " ", "reason is needed")):
        with pytest.raises(Refused, match=match):
            reopen(office, task, officer, reason)
    reopen(office, task, "health-1")
    with pytest.raises(Refused, match=f"being checked again: task {number}-03"):
        reopen(office, task, "health-1")


def test_a_decision_of_yesterday_or_of_issued_results_is_not_corrected(office: SampleOffice) -> None:
    number, other = start(office), accept(office, CHAIN)
    office.approve(number, "a", "b")
    office.issue(number)
    with pytest.raises(Refused, match="can no longer"):
        reopen(office, f"{number}01", "health-1")
    office.approve(other, "a")
    office.clock.advance(hours=24)
    with pytest.raises(Refused, match="its own day only"):
        reopen(office, f"{other}01", "health-1")


def test_the_officer_sees_the_decisions_of_the_day_and_holds_the_task_that_corrects_one(office: SampleOffice) -> None:
    number = office.accept_birth()
    officer = OfficeDepartment(office.office, office.select("staff", id="health-1")[0])
    officer.claim_next()
    assert officer.refuse("not entitled").decided == 1
    (row,) = officer.list_decided()
    assert (row.number, row.applicant, row.outcome) == (f"{number}-01", "王*", "refused")
    assert (row.reasons, row.obstacle) == ("not entitled", "")
    view = officer.reopen_decision(row.id, "the wrong line")
    assert view.task is not None
    assert view.task.row.number == f"{number}-{len(office.tasks(number)):02}"
    assert "decide task" in view.message
    assert any("reopened by its officer: the wrong line" in line.action for line in view.task.history)
    (row,) = officer.list_decided()
    assert "being checked again" in row.obstacle
    office.clock.advance(hours=24)
    assert (officer.list_decided(), officer.read_view().decided) == ((), 0)
