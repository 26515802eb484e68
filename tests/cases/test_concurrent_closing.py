"""A case closes exactly once, when its last task ends, also under concurrent decisions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from clerk_app.cases.tasks.decisions import TaskDecided
from clerk_app.errors import Refused
from tests.cases.bundles import accept, acceptance_command, bundle, publish
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults

MANY = bundle(**{f"m{at}": [] for at in range(16)})


def run_concurrently(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Run all acts at the same time, each in its own thread; return their results or refusals in order."""
    answers: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(index: int) -> None:
        start.wait()
        try:
            answers[index] = acts[index]()
        except Refused as refused:
            answers[index] = refused

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.many_cases
@pytest.mark.parametrize("outcomes", [["approved"] * 16, ["approved", "refused"] * 8])
def test_sixteen_concurrent_decisions_close_the_case_once(office: SampleOffice, outcomes: list[str]) -> None:
    publish(office, MANY)
    number = accept(office, MANY)
    held = [office.claim(task["organ"], task["id"]) for task in office.tasks(number)]
    acts = [partial(office.decide, claimed, outcome) for claimed, outcome in zip(held, outcomes, strict=True)]
    answers = run_concurrently(acts)
    assert sum(isinstance(answer, TaskDecided) and answer.closes for answer in answers) == 1
    case = office.case(number)
    assert (case["state"], case["pending"]) == ("closed", 0)
    assert sorted(row["outcome"] for row in office.select("decisions")) == sorted(outcomes)
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_withdrawal_concurrent_with_the_last_decisions_either_withdraws_or_closes(office: SampleOffice) -> None:
    publish(office, MANY)
    for _ in range(4):
        number = accept(office, MANY)
        held = [office.claim(task["organ"], task["id"]) for task in office.tasks(number)]
        acts: list[Callable[[], object]] = [partial(office.decide, claimed, "approved") for claimed in held]
        acts.insert(8, partial(office.withdraw, number))
        answers = run_concurrently(acts)
        closed = sum(isinstance(answer, TaskDecided) and answer.closes for answer in answers)
        case = office.case(number)
        assert (case["state"], case["pending"], closed) in [("closed", 0, 1), ("withdrawn", 0, 0)]
        assert {row["state"] for row in office.tasks(number)} <= {"approved", "withdrawn"}
    assert find_faults(office.store) == []


@both_engines
def test_concurrent_acceptances_of_one_draft_make_one_case(office: SampleOffice) -> None:
    publish(office, MANY)
    command = acceptance_command(office, MANY)
    answers = run_concurrently([partial(office.door.perform, command, "clerk-1")] * 4)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [refusal.reason for refusal in refused] == ["no_draft"] * 3
    assert len(office.select("cases")) == 1
