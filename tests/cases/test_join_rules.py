"""Both join rules (一般联办件, 前置联办件), and which tasks lapse with a refusal."""

from __future__ import annotations

from typing import Literal

import pytest

from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.errors import Refused
from tests.cases.bundles import accept, after, bundle, commit, publish
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

pytestmark = postgresql_wide

CHAIN = bundle(a=[], b=[after("a")], c=[after("b")], d=[])
DIAMOND = bundle(a=[], b=[after("a")], c=[after("a")], d=[after("b"), after("c")])
PROMISED = bundle(a=[], b=[after("a", join="committed")], c=[after("b")], d=[])
LENIENT = bundle(a=[], b=[after("a", if_refused="go_on")], c=[after("b")])


def decide_held(
    office: SampleOffice, number: str, name: str, outcome: Literal["approved", "refused"] = "approved"
) -> None:
    """Decide a task in the name of the officer who holds it."""
    task = office.task(number, name)
    command = DecideTask(task=task["id"], fence=task["fence"], outcome=outcome, reason="because")
    office.door.perform(command, task["owner"])


def test_a_finished_join_waits_for_the_decision(office: SampleOffice) -> None:
    publish(office, CHAIN)
    number = accept(office, CHAIN)
    assert office.task_states(number) == {"a": "pooled", "b": "waiting", "c": "waiting", "d": "pooled"}
    commit(office, number, "a")
    assert office.task_states(number)["b"] == "waiting"
    decide_held(office, number, "a")
    assert office.task_states(number)["b"] == "pooled"
    assert office.task_states(number)["c"] == "waiting"


def test_a_successor_waits_for_all_its_predecessors(office: SampleOffice) -> None:
    publish(office, DIAMOND)
    number = accept(office, DIAMOND)
    office.approve(number, "a", "b")
    assert office.task_states(number)["d"] == "waiting"
    office.approve(number, "c")
    assert office.task_states(number)["d"] == "pooled"


def test_a_committed_join_waits_only_for_the_commitment(office: SampleOffice) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    assert office.task_states(number)["b"] == "waiting"
    office.clock.set("2026-05-07 10:00")
    decision = commit(office, number, "a")
    assert [task.matter for task in decision.started] == ["b"]
    assert office.task_states(number) == {"a": "claimed", "b": "pooled", "c": "waiting", "d": "pooled"}
    assert local_date(office.task(number, "b")["due_at"]) == "2026-05-08"  # its clock started with the commitment
    office.approve(number, "b")
    assert office.task_states(number)["c"] == "pooled"  # its only predecessor is decided
    decide_held(office, number, "a")
    office.approve(number, "c", "d")
    assert office.case(number)["state"] == "closed"


def test_an_approval_without_a_commitment_also_starts_successors(office: SampleOffice) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    office.approve(number, "a")
    assert office.task_states(number)["b"] == "pooled"


def test_a_commitment_is_made_once_and_by_the_holder_of_the_task(office: SampleOffice) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    commit(office, number, "a")
    task = office.task(number, "a")
    with pytest.raises(Refused) as refused:
        office.door.perform(CommitTask(task=task["id"], fence=task["fence"], note="again"), task["owner"])
    assert refused.value.reason == "committed"
    with pytest.raises(Refused):
        office.door.perform(CommitTask(task=task["id"], fence=task["fence"], note="mine"), "health-2")


def test_open_tasks_started_on_a_commitment_lapse_with_its_refusal(office: SampleOffice) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    commit(office, number, "a")
    claimed = office.claim_of(number, "b")
    decide_held(office, number, "a", "refused")
    assert office.task_states(number) == {"a": "refused", "b": "lapsed", "c": "lapsed", "d": "pooled"}
    with pytest.raises(Refused) as refused:
        office.decide(claimed, "approved")
    assert refused.value.reason == "not_held"
    assert {row["task"][-2:]: row["reason"] for row in office.select("decisions")} == {"01": "because"}
    causes = {row["matter"]: row["caused_by"] for row in office.tasks(number)}
    assert causes == {"a": "", "b": f"{number}01", "c": f"{number}01", "d": ""}
    assert office.case(number)["pending"] == 1
    office.approve(number, "d")
    assert office.case(number)["state"] == "closed"
    assert find_faults(office.store) == []


def test_a_decision_made_on_a_commitment_stays_after_its_refusal(office: SampleOffice) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    commit(office, number, "a")
    office.approve(number, "b")
    decide_held(office, number, "a", "refused")
    assert office.task_states(number) == {"a": "refused", "b": "approved", "c": "pooled", "d": "pooled"}


@pytest.mark.wide
def test_supplements_of_a_lapsed_task_are_closed(office: SampleOffice) -> None:
    publish(office, PROMISED)
    number = accept(office, PROMISED)
    commit(office, number, "a")
    office.return_task(number, "b", "extra")
    office.return_task(number, "d", "extra")
    decide_held(office, number, "a", "refused")
    assert office.task_states(number)["b"] == "lapsed"
    assert [row["task"] for row in office.select("supplements") if row["answered_at"] is None] == [f"{number}04"]
    decision = office.take_in(number, "extra")  # the notice asks for it on behalf of both tasks
    assert [task.task for task in decision.resumed] == [f"{number}04"]
    office.approve(number, "d")
    assert office.case(number)["state"] == "closed"
    assert find_faults(office.store) == []


def test_a_refusal_lapses_its_successors_and_no_other_task(office: SampleOffice) -> None:
    publish(office, CHAIN)
    number = accept(office, CHAIN)
    decision = office.refuse(number, "a")
    assert [task.task for task in decision.lapsed] == [f"{number}02", f"{number}03"]
    assert office.task_states(number) == {"a": "refused", "b": "lapsed", "c": "lapsed", "d": "pooled"}
    assert not decision.closes
    assert office.approve(number, "d").closes


def test_a_refusal_that_lapses_all_other_open_tasks_closes_the_case(office: SampleOffice) -> None:
    publish(office, CHAIN)
    number = accept(office, CHAIN)
    office.approve(number, "d")
    assert office.refuse(number, "a").closes
    case = office.case(number)
    assert (case["state"], case["pending"]) == ("closed", 0)


def test_a_successor_with_go_on_starts_after_a_refusal(office: SampleOffice) -> None:
    publish(office, LENIENT)
    number = accept(office, LENIENT)
    decision = office.refuse(number, "a")
    assert decision.lapsed == ()
    assert [task.matter for task in decision.started] == ["b"]
    office.approve(number, "b", "c")
    office.issue(number)
    produced = {row["matter"]: row["produces"] for row in office.select("issuances")}
    assert produced == {"a": "refusal", "b": "", "c": ""}


def test_a_refusal_needs_its_reason(office: SampleOffice) -> None:
    number = office.accept_road()
    claimed = office.claim_of(number, "excavation-road")
    for reason in ("", "  \n"):
        command = DecideTask(task=claimed.task, fence=claimed.fence, outcome="refused", reason=reason)
        with pytest.raises(Refused) as refused:
            office.door.perform(command, claimed.staff)
        assert refused.value.reason == "reason"
    assert office.task_states(number)["excavation-road"] == "claimed"
