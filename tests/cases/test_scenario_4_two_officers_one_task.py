"""Scenario 4, online: two officers claim the same task; one succeeds, the other learns who; no stale claim decides."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.tasks.claims import ReassignTask, ReleaseTask, RenewClaim, TakeBackTask
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from tests.city_policy import publish_policy
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults

ROAD = "excavation-road"
MINUTE = 60_000_000
ROOT = Path(__file__).parents[2]


def reason_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.reason


@pytest.fixture
def number(office: SampleOffice) -> str:
    return office.accept_road()


def test_the_second_officer_learns_who_claimed_the_task(office: SampleOffice, number: str) -> None:
    office.claim_of(number, ROAD, "transport-1")
    with pytest.raises(Refused) as refused:
        office.claim_of(number, ROAD, "transport-2")
    assert reason_of(refused) == "taken"
    claimed_at = to_local_time(office.entries()[-2]["decided_at"], "Asia/Shanghai")
    facts = {"name": "员工transport-1", "task": f"{number}-02", "time": f"{claimed_at:%Y-%m-%d %H:%M}"}
    assert refused.value.facts == facts
    entry = office.entries()[-1]
    assert (entry["outcome"], entry["actor"], entry["stream"]) == ("refused", "transport-2", f"case/{number}")


@both_engines
def test_of_two_concurrent_claims_one_succeeds(office: SampleOffice) -> None:
    task = f"{office.accept_road()}02"
    for round_ in range(1, 11):
        answers: dict[str, str] = {}
        start = threading.Barrier(2)

        def claim(officer: str, answers: dict[str, str] = answers, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                answers[officer] = f"fence {office.claim('transport', task, officer).fence}"
            except Refused as refused:
                answers[officer] = refused.reason

        threads = [threading.Thread(target=claim, args=(f"transport-{n}",)) for n in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(answers.values()) == [f"fence {round_}", "taken"]
        winner = next(name for name, answer in answers.items() if answer != "taken")
        office.door.perform(ReleaseTask(task=task, fence=round_), winner)


@pytest.mark.wide
def test_two_processes_never_claim_the_same_task(office: SampleOffice) -> None:
    tasks = {f"{office.accept_road()}02" for _ in range(12)}
    program = [sys.executable, "-m", "tests.cases.programs", "claim", str(office.store.location), "transport"]
    ran = subprocess.run([*program, "transport-1", "transport-2"], capture_output=True, text=True, check=True, cwd=ROOT)
    claimed = {name: rest for name, *rest in (line.split() for line in ran.stdout.splitlines())}
    assert {name: rest.pop() for name, rest in claimed.items()} == {"transport-1": "empty", "transport-2": "empty"}
    assert sorted(task for won in claimed.values() for task in won) == sorted(tasks)
    owners = {row["id"]: row["owner"] for row in office.select("tasks", organ="transport")}
    assert owners == {task: name for name, won in claimed.items() for task in won}
    assert find_faults(office.store) == []


def test_a_decision_after_the_task_was_taken_back_is_not_recorded(office: SampleOffice, number: str) -> None:
    held = office.claim_of(number, ROAD, "transport-1")
    with pytest.raises(Refused):
        office.door.perform(TakeBackTask(task=held.task, reason=" "), "supervisor")
    office.door.perform(TakeBackTask(task=held.task, reason="on leave"), "supervisor")
    with pytest.raises(Refused) as refused:
        office.decide(held, "approved")
    assert reason_of(refused) == "not_held"
    office.claim_of(number, ROAD, "transport-2")
    acts: list[Command[Any]] = [
        DecideTask(task=held.task, fence=held.fence, outcome="approved"),
        ReturnTask(task=held.task, fence=held.fence, materials=("safety-plan",), reason="late", legal_basis="rule 12"),
        CommitTask(task=held.task, fence=held.fence, note="late"),
        RenewClaim(task=held.task, fence=held.fence),
        ReleaseTask(task=held.task, fence=held.fence),
    ]
    for stale in acts:
        with pytest.raises(Refused) as refused:
            office.door.perform(stale, "transport-1")
        assert reason_of(refused) == "stale"
        assert refused.value.facts["name"] == "员工transport-2"
    assert office.select("decisions") == []
    assert office.task_states(number)[ROAD] == "claimed"


def test_an_old_fence_is_refused_for_the_same_officer_too(office: SampleOffice, number: str) -> None:
    old = office.claim_of(number, ROAD)
    office.door.perform(ReleaseTask(task=old.task, fence=old.fence), old.staff)
    new = office.claim_of(number, ROAD)
    assert new.fence == old.fence + 1
    with pytest.raises(Refused) as refused:
        office.decide(old, "approved")
    assert reason_of(refused) == "stale"
    office.decide(new, "approved")


def test_a_lease_lasts_fifteen_minutes_from_the_last_renewal(office: SampleOffice, number: str) -> None:
    held = office.claim_of(number, ROAD, "transport-1")
    office.clock.advance(minutes=14)
    renewed = office.door.perform(RenewClaim(task=held.task, fence=held.fence), "transport-1")
    assert renewed.fence == held.fence
    assert renewed.lease_until - held.lease_until >= 14 * MINUTE
    office.clock.advance(minutes=14)
    with pytest.raises(Refused):
        office.claim_of(number, ROAD, "transport-2")
    office.clock.advance(minutes=2)
    taken = office.claim("transport", officer="transport-2")  # claimed as the most urgent of the queue
    assert (taken.task, taken.fence, taken.ended) == (held.task, held.fence + 1, "expired")
    with pytest.raises(Refused) as refused:
        office.decide(held, "approved")
    assert reason_of(refused) == "stale"
    ends = {row["fence"]: row["how"] for row in office.select("claims", task=held.task)}
    assert ends == {1: "expired", 2: ""}


def test_the_city_policy_sets_the_lease_of_a_claim_and_of_its_renewal(office: SampleOffice, number: str) -> None:
    publish_policy(office.office, claim_lease_minutes=40)
    held = office.claim_of(number, ROAD, "transport-1")
    assert held.lease_until - office.select("claims", task=held.task)[0]["at"] == 40 * MINUTE
    publish_policy(office.office, claim_lease_minutes=5)
    renewed = office.door.perform(RenewClaim(task=held.task, fence=held.fence), "transport-1")
    assert 5 * MINUTE <= renewed.lease_until - office.clock.now < 6 * MINUTE
    assert find_faults(office.store) == []


def test_an_expired_claim_may_decide_until_somebody_else_claims(office: SampleOffice, number: str) -> None:
    held = office.claim_of(number, ROAD)
    office.clock.advance(hours=2)
    office.decide(held, "approved")
    assert office.task_states(number)[ROAD] == "approved"


def test_a_supervisor_reassigns_a_task_within_its_organ(office: SampleOffice, number: str) -> None:
    held = office.claim_of(number, ROAD, "transport-1")
    for staff, why in (("health-1", "busy"), ("clerk-1", "busy"), ("transport-2", " "), ("nobody", "busy")):
        with pytest.raises(Refused):
            office.door.perform(ReassignTask(task=held.task, staff=staff, reason=why), "supervisor")
    given = office.door.perform(ReassignTask(task=held.task, staff="transport-2", reason="on leave"), "supervisor")
    with pytest.raises(Refused) as refused:
        office.decide(held, "approved")
    assert reason_of(refused) == "stale"
    office.decide(given, "approved")
    assert [row["how"] for row in office.select("claims", order=("fence",), task=held.task)] == [
        "reassigned",
        "approved",
    ]


def test_a_task_of_another_organ_cannot_be_claimed(office: SampleOffice, number: str) -> None:
    task = office.task(number, ROAD)["id"]
    for organ, officer in (("transport", "police-1"), ("police", "police-1")):
        with pytest.raises(Refused) as refused:
            office.claim(organ, task, officer)
        assert reason_of(refused) == "organ"


def test_an_empty_queue_and_an_unknown_task_are_refused(office: SampleOffice, number: str) -> None:
    with pytest.raises(Refused) as refused:
        office.claim("tax")
    assert reason_of(refused) == "empty"
    with pytest.raises(Refused) as refused:
        office.claim("transport", "26000000001099")
    assert reason_of(refused) == "no_task"
    assert office.queue("transport") == [ROAD]
    assert number
