"""Two officers and a clerk at three machines of one store, at once: what excludes each other is never both approved."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from clerk_app import cases
from clerk_app.cases.tasks.answer_corrections import CorrectAnswer, CorrectedValue
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.unsettled_exclusions import EXCLUDED
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command, Rules
from clerk_app.ledger.door import Door
from clerk_app.people.permissions import authorise
from db.engines import Store
from tests.cases.test_exclusion_after_acceptance import accept, catalogue_with
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults

Act = tuple[Command[Any], str]


def perform_at_once(office: SampleOffice, acts: Sequence[Act]) -> list[str]:
    """Perform each act through a connection of its own, all at once; return the reason of each refusal, or ""."""
    barrier = Barrier(len(acts))

    def perform(act: Act) -> str:
        command, actor = act
        store = Store(office.store.location)
        door = Door(store, Rules(modules=cases.RULE_MODULES), authorise, clock=office.clock)
        barrier.wait(30)
        try:
            door.perform(command, actor)
        except Refused as refused:
            return refused.reason
        finally:
            store.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(perform, acts))


@pytest.mark.wide
@both_engines
@pytest.mark.parametrize("attempt", range(4))
def test_approvals_and_a_correction_at_once_never_leave_an_excluded_pair_approved(
    office: SampleOffice, attempt: int
) -> None:
    number = accept(office, catalogue_with([("one", "two")]))
    held = [office.claim_of(number, matter) for matter in ("one", "two")]
    acts: list[Act] = [
        (DecideTask(task=claimed.task, fence=claimed.fence, outcome="approved"), claimed.staff) for claimed in held
    ]
    personal = CorrectedValue(value="yes", reason="the statement of the fund")
    acts.insert(attempt % 3, (CorrectAnswer(case=number, field="paid", personal=personal), "clerk-1"))
    outcomes = perform_at_once(office, acts)
    assert outcomes[attempt % 3] == ""  # the fact is recorded, independent of the order
    assert set(outcomes) <= {"", EXCLUDED}
    states = office.task_states(number)
    assert [states["one"], states["two"]] != ["approved", "approved"]
    assert len(office.select("objections", case_number=number, reason=EXCLUDED)) == 1
    assert find_faults(office.store) == []
