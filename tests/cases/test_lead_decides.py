"""Credit repair: the credit office decides itself whether to wait for the check of the authority (join `lead`)."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.tasks.claims import TaskClaimed
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.lead_decides import list_undecided
from clerk_app.errors import Refused
from clerk_app.roles.department.task_view import build_preview
from screens.department.decision_acts import act_question, needed_act
from tests.cases.one_thing_runs import OneThingRun, accept_run
from tests.clock import local_date
from tests.office import SampleOffice, find_faults

CHECK, REPAIR = "penalty-check", "credit-repair-decision"
RUN = OneThingRun("credit-repair", {"breach_class": "ordinary"})

pytestmark = pytest.mark.usefixtures("english")


def approve_without_reason(office: SampleOffice, held: TaskClaimed) -> None:
    office.door.perform(DecideTask(task=held.task, fence=held.fence, outcome="approved"), held.staff)


def undecided(office: SampleOffice, number: str) -> tuple[str, ...]:
    with office.store.read() as tx:
        return list_undecided(read_case(tx, number), REPAIR)


def test_both_tasks_start_at_once_and_the_check_delays_nothing(office: SampleOffice) -> None:
    plan, number = accept_run(office, RUN)
    assert office.task_states(number) == {CHECK: "pooled", REPAIR: "pooled"}
    assert (plan.critical_path, plan.promised_days) == ((REPAIR,), 10)
    assert local_date(office.case(number)["promised_at"]) == "2026-05-19"
    assert undecided(office, number) == (CHECK,)


def test_the_officer_reads_which_matter_is_not_decided_yet(office: SampleOffice) -> None:
    _plan, number = accept_run(office, RUN)
    with office.store.read() as tx:
        task = build_preview(office.office, tx, office.task(number, REPAIR)["id"])
        other = build_preview(office.office, tx, office.task(number, CHECK)["id"])
    assert (task.undecided, other.undecided) == (("Check that the penalty is fulfilled",), ())
    assert any("decides whether to wait" in sentence for sentence in task.waiting)
    assert task.tracks is not None
    assert {track.id: track.cause for track in task.tracks.tracks}[REPAIR] == "nobody has taken it yet"
    assert needed_act("approve", task) == "note"
    assert needed_act("approve", other) == "approve"
    assert "Why is this decided before?" in act_question("note", task)
    assert "Why is this decided before?" not in act_question("note", other)


def test_a_decision_before_the_check_needs_a_reason_which_is_recorded(office: SampleOffice) -> None:
    _plan, number = accept_run(office, RUN)
    held = office.claim_of(number, REPAIR)
    with pytest.raises(Refused) as refused:
        approve_without_reason(office, held)
    assert refused.value.reason == "early"
    assert "is not decided yet" in str(refused.value)
    reason = "the shared record shows that the penalty is paid"
    office.decide(held, "approved", reason)
    assert office.select("decisions", task=held.task)[0]["reason"] == reason
    office.approve_all(number)
    assert set(office.task_states(number).values()) == {"approved"}
    assert find_faults(office.store) == []


@pytest.mark.wide
@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_after_the_check_no_reason_is_needed_even_if_it_failed(office: SampleOffice, outcome: str) -> None:
    _plan, number = accept_run(office, RUN)
    office.decide(office.claim_of(number, CHECK), outcome)
    assert undecided(office, number) == ()
    approve_without_reason(office, office.claim_of(number, REPAIR))
    assert office.task_states(number) == {CHECK: outcome, REPAIR: "approved"}
    assert find_faults(office.store) == []
