"""State machines of cases and tasks: invariants under any order of commands, clock changes and stale claims."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clerk_app.cases.delivery.closure import ArchiveCase, WithdrawCase
from clerk_app.cases.delivery.parts import HandOverPart
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults, IssueResults
from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.objections import RaiseObjection, SettleObjection
from clerk_app.cases.states import (
    CASE_STATE_NAMES,
    CASE_TRANSITIONS,
    ENDED_TASK_STATES,
    TASK_STATE_NAMES,
    TASK_TRANSITIONS,
    next_case_state,
    next_task_state,
    render_state_diagram,
)
from clerk_app.cases.status_query import RecordStatusQuery
from clerk_app.cases.tasks.claims import ClaimTask, EndLeases, ReassignTask, ReleaseTask, RenewClaim, TakeBackTask
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask, TaskDecided
from clerk_app.cases.tasks.papers_terms import list_due_terms
from clerk_app.cases.tasks.supplements import MaterialsTakenIn, ReturnTask, TakeInMaterials
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from clerk_app.ledger.replication.document_cache import DocumentCache
from clerk_app.people import SCHEDULE, SYSTEM
from db.engines import Row
from db.json_lists import decode_json_list
from tests.cases.bundles import acceptance_command, after, bundle, publish
from tests.cases.cached_documents import find_stale_documents
from tests.cases.result_invariants import Handed, check_results
from tests.office import SampleOffice, find_faults, paper_materials
from tests.printed_notices import print_notices

BUNDLE = bundle(
    a=[],
    b=[after("a", join="committed")],
    c=[after("a"), after("b", if_refused="go_on")],
    d=[],
    e=[after("d", if_refused="go_on"), after("b")],
)
ORGANS = sorted({matter.organ for matter in BUNDLE.matters})
PAPERS = tuple(material.id for material in BUNDLE.materials)
TASK_STATE_CHANGES = {(transition.state, transition.next_state) for transition in TASK_TRANSITIONS}
CASE_STATE_CHANGES = {(transition.state, transition.next_state) for transition in CASE_TRANSITIONS}
CASES, TASKS, OFFICERS = st.integers(0, 2), st.integers(0, 30), st.integers(1, 2)
SOME_PAPERS = st.lists(st.sampled_from(PAPERS), min_size=1, max_size=2, unique=True)


class CaseMachine(RuleBasedStateMachine):
    """Clerks, officers and a supervisor of one store perform commands in any order."""

    template: ClassVar[Path]

    @initialize()
    def open_the_office(self) -> None:
        self.folder = Path(mkdtemp())
        self.office = SampleOffice.open_copy(self.template, self.folder / "office")
        publish(self.office, BUNDLE)
        self.fences: Counter[str] = Counter()  # highest fence of each task so far
        self.closings: Counter[str] = Counter()
        self.reopenings: Counter[str] = Counter()
        self.drafts: set[str] = set()
        self.cache = DocumentCache(max_documents=2)
        self.handed: Handed = {}
        self.states: dict[str, dict[str, str]] = {"cases": {}, "tasks": {}}

    def teardown(self) -> None:
        if hasattr(self, "office"):
            faults = find_faults(self.office.store)
            self.office.close()
            shutil.rmtree(self.folder)
            assert faults == []

    def tasks(self) -> list[Row]:
        return self.office.select("tasks", order=("id",))

    def some_task(self, at: int) -> Row | None:
        tasks = [row for row in self.tasks() if row["state"] not in ENDED_TASK_STATES] or self.tasks()
        return tasks[at % len(tasks)] if tasks else None

    def some_case(self, at: int) -> str | None:
        cases = self.office.select("cases", order=("number",))
        return str(cases[at % len(cases)]["number"]) if cases else None

    def attempt(self, command: Command[Any], actor: str) -> Any:
        """Perform a command; return the decision, or None when it is refused."""
        try:
            decision = self.office.door.perform(command, actor)
        except Refused:
            decision = None
        if isinstance(decision, TaskDecided) and decision.closes:
            self.closings[decision.case] += 1
        if isinstance(decision, MaterialsTakenIn) and decision.reopens:
            self.reopenings[decision.case] += 1
        self.check_transitions()
        return decision

    def holder(self, task: Row, nth: int) -> str:
        """Return the owner of a task, or sometimes another officer."""
        return task["owner"] if task["owner"] and nth == 1 else f"{task['organ']}-{nth}"

    @precondition(lambda self: len(self.office.select("cases")) < 3)
    @rule(accepted=st.sampled_from([True, True, True, False]))
    def accept(self, *, accepted: bool) -> None:
        acceptance = acceptance_command(self.office, BUNDLE)
        names = ("draft", "visit", "window", "one_thing", "catalogue", "catalogue_version", "personal")
        refusal = RefuseAcceptance(reason="not ours", **{name: getattr(acceptance, name) for name in names})
        if self.attempt(acceptance if accepted else refusal, "clerk-1") is None:
            self.drafts.add(acceptance.draft)

    @rule(organ=st.sampled_from(ORGANS), nth=OFFICERS)
    def claim_next(self, organ: str, nth: int) -> None:
        self.attempt(ClaimTask(organ=organ), f"{organ}-{nth}")

    @rule(at=TASKS, nth=OFFICERS)
    def claim(self, at: int, nth: int) -> None:
        if task := self.some_task(at):
            self.attempt(ClaimTask(organ=task["organ"], task=task["id"]), f"{task['organ']}-{nth}")

    @rule(at=TASKS, nth=OFFICERS, late=st.integers(0, 1))
    def renew(self, at: int, nth: int, late: int) -> None:
        if task := self.some_task(at):
            self.attempt(RenewClaim(task=task["id"], fence=task["fence"] - late), self.holder(task, nth))

    @rule(at=TASKS, nth=OFFICERS)
    def release(self, at: int, nth: int) -> None:
        if task := self.some_task(at):
            self.attempt(ReleaseTask(task=task["id"], fence=task["fence"]), self.holder(task, nth))

    @rule(at=TASKS)
    def take_back(self, at: int) -> None:
        if task := self.some_task(at):
            self.attempt(TakeBackTask(task=task["id"], reason="on leave"), "supervisor")

    @rule(at=TASKS, nth=OFFICERS)
    def reassign(self, at: int, nth: int) -> None:
        if task := self.some_task(at):
            staff = f"{task['organ']}-{nth}"
            self.attempt(ReassignTask(task=task["id"], staff=staff, reason="on leave"), "supervisor")

    @rule(at=TASKS, nth=OFFICERS, outcome=st.sampled_from(["approved", "refused"]), late=st.integers(0, 1))
    def decide(self, at: int, nth: int, outcome: Literal["approved", "refused"], late: int) -> None:
        if task := self.some_task(at):
            command = DecideTask(task=task["id"], fence=task["fence"] - late, outcome=outcome, reason="reviewed")
            decision = self.attempt(command, self.holder(task, nth))
            assert not (decision and late), "a stale claim has decided"

    @rule(at=TASKS, act=st.sampled_from(["approved", "approved", "refused", "commit", "return"]), materials=SOME_PAPERS)
    def review(self, at: int, act: Literal["approved", "refused", "commit", "return"], materials: list[str]) -> None:
        """Claim a task and act on it at once."""
        if not (task := self.some_task(at)):
            return
        self.attempt(ClaimTask(organ=task["organ"], task=task["id"]), f"{task['organ']}-1")
        task = self.office.select("tasks", id=task["id"])[0]
        task_id, fence, officer = task["id"], task["fence"], self.holder(task, 1)
        if act == "commit":
            self.attempt(CommitTask(task=task_id, fence=fence, note="we will"), officer)
        elif act == "return":
            asked = tuple(materials)
            command = ReturnTask(task=task_id, fence=fence, materials=asked, reason="bring it", legal_basis="rule 12")
            self.attempt(command, officer)
        else:
            self.attempt(DecideTask(task=task_id, fence=fence, outcome=act, reason="reviewed"), officer)

    def is_notified(self, task: str) -> bool:
        """Return whether the open request for papers of a task has its written notice."""
        (request,) = [row for row in self.office.select("supplements", task=task) if row["answered_at"] is None]
        return request["notified_at"] is not None

    @rule(at=CASES)
    def print_notices(self, at: int) -> None:
        if number := self.some_case(at):
            print_notices(self.office, number)

    @rule()
    def end_papers_terms(self) -> None:
        self.office.clock.advance(minutes=40 * 24 * 60)
        with self.office.store.read() as tx:
            due = list(list_due_terms(tx, self.office.clock.now))
        for command in due:
            self.attempt(command, SCHEDULE)

    @rule(at=CASES)
    def take_in_requested_materials(self, at: int) -> None:
        number = self.some_case(at)
        supplements = self.office.select("supplements", case_number=number)
        unanswered = [row["materials"] for row in supplements if row["answered_at"] is None]
        if requested := {material for text in unanswered for material in decode_json_list(text)}:
            self.attempt(TakeInMaterials(case=str(number), materials=paper_materials(*sorted(requested))), "clerk-1")

    @rule(at=CASES, materials=SOME_PAPERS)
    def take_in(self, at: int, materials: list[str]) -> None:
        if number := self.some_case(at):
            self.attempt(TakeInMaterials(case=number, materials=paper_materials(*materials)), "clerk-1")

    @rule(at=CASES, acts=st.integers(0, 3))
    def finish(self, at: int, acts: int) -> None:
        """Approve all tasks of a case that can be claimed, and perform some of the last acts."""
        if not (number := self.some_case(at)):
            return
        for task in self.office.tasks(number):
            if task["state"] in ("pooled", "claimed"):
                self.attempt(ClaimTask(organ=task["organ"], task=task["id"]), f"{task['organ']}-1")
                row = self.office.select("tasks", id=task["id"])[0]
                self.attempt(DecideTask(task=row["id"], fence=row["fence"], outcome="approved"), self.holder(row, 1))
        self.hand_over(number, acts)

    @rule(at=CASES, acts=st.integers(1, 3))
    def hand_over_some_case(self, at: int, acts: int) -> None:
        if number := self.some_case(at):
            self.hand_over(number, acts)

    def hand_over(self, number: str, acts: int) -> None:
        """Perform the first `acts` of: issue, hand over, archive."""
        signature = Signature(name="王芳")
        last_commands = (
            IssueResults(case=number),
            HandOverResults(case=number, window="w1", personal=signature),
            ArchiveCase(case=number),
        )
        for command in last_commands[:acts]:
            self.attempt(command, "clerk-1")

    @rule(at=CASES, first=st.integers(0, 4))
    def hand_over_part(self, at: int, first: int) -> None:
        """Hand over the results of some matters early, whether or not they are finished."""
        if number := self.some_case(at):
            matters = tuple(dict.fromkeys(task["matter"] for task in self.office.tasks(number)))[first : first + 2]
            if decided := [
                row["matter"] for row in self.office.tasks(number) if row["state"] in ("approved", "refused")
            ]:
                matters = tuple(dict.fromkeys(decided[:first])) or matters
            self.attempt(
                HandOverPart(
                    case=number, window="w1", matters=matters, cause="needed now", role="delegate",
                    known_by="delegation", personal=Signature(name="张三"),
                ),
                "clerk-1",
            )  # fmt: skip

    @rule(at=CASES, seldom=st.integers(0, 3))
    def withdraw(self, at: int, seldom: int) -> None:
        if not seldom and (number := self.some_case(at)):
            self.attempt(WithdrawCase(case=number, reason="enough"), "clerk-1")

    @rule(at=CASES, act=st.sampled_from(["print", "ask", "object", "settle"]))
    def act_without_task_change(self, at: int, act: str) -> None:
        """Print a notice, query the status, raise or settle an objection."""
        if number := self.some_case(at):
            acts: dict[str, tuple[Command[Any], str]] = {
                "print": (RecordNoticePrint(notice=f"{number}-receipt", printed=True), "clerk-1"),
                "ask": (RecordStatusQuery(case=number, correct=True), "kiosk"),
                "object": (RaiseObjection(case=number, reason="twin", sentence="There is another case."), SYSTEM),
                "settle": (SettleObjection(case=number, number=1, note="talked about"), "supervisor"),
            }
            self.attempt(*acts[act])

    @rule(at=CASES)
    def erase(self, at: int) -> None:
        if number := self.some_case(at):
            self.attempt(EraseCase(case=number, reason="retention is over"), "admin")

    @rule(seldom=st.integers(0, 5))
    def end_leases(self, seldom: int) -> None:
        if not seldom:
            self.attempt(EndLeases(reason="restored from a backup"), SYSTEM)

    @rule(minutes=st.sampled_from([1, 16, 24 * 60, 4 * 24 * 60, -10, -24 * 60]))
    def let_time_pass(self, minutes: int) -> None:
        self.office.clock.advance(minutes=minutes)

    def check_transitions(self) -> None:
        """Assert that each change of state is a transition of the tables."""
        for table, key, changes in (("cases", "number", CASE_STATE_CHANGES), ("tasks", "id", TASK_STATE_CHANGES)):
            states = {row[key]: row["state"] for row in self.office.select(table)}
            previous = self.states[table]
            for name, state in previous.items():
                assert states[name] == state or (state, states[name]) in changes, (name, state, states[name])
            for name in states.keys() - previous.keys():
                assert states[name] in ("accepted", "not_accepted", "waiting", "pooled")
            self.states[table] = states

    @invariant()
    def a_task_has_one_owner_and_its_fence_never_decreases(self) -> None:
        claims = self.office.select("claims")
        open_claims = {row["task"]: row for row in claims if row["ended_at"] is None}
        assert len(open_claims) == sum(row["ended_at"] is None for row in claims)
        for task in self.tasks():
            claim = open_claims.get(task["id"])
            assert (task["state"] == "claimed") == (claim is not None) == (task["owner"] is not None)
            assert (task["lease_until"] is not None) == (claim is not None)
            if claim:
                assert (claim["staff"], claim["fence"]) == (task["owner"], task["fence"])
            assert task["fence"] >= self.fences[task["id"]]
            self.fences[task["id"]] = task["fence"]

    @invariant()
    def a_case_counts_its_open_tasks_and_closes_once(self) -> None:
        open_tasks = Counter(task["case_number"] for task in self.tasks() if task["state"] not in ENDED_TASK_STATES)
        for case in self.office.select("cases"):
            number = case["number"]
            assert case["pending"] == open_tasks[number]
            assert (case["state"] == "accepted") == (open_tasks[number] > 0)
            closed = case["closed_at"] is not None
            assert closed or case["state"] not in ("closed", "issued", "delivered")
            assert self.closings[number] == self.reopenings[number] + closed

    @invariant()
    def each_ended_task_has_one_decision(self) -> None:
        outcomes = {row["task"]: row["outcome"] for row in self.office.select("decisions")}
        ended = {task["id"]: task["state"] for task in self.tasks() if task["state"] in ENDED_TASK_STATES}
        assert outcomes == {task: state for task, state in ended.items() if state not in ("withdrawn", "lapsed")}

    @invariant()
    def a_clock_is_paused_exactly_while_papers_are_awaited(self) -> None:
        returned = {row["task"] for row in self.office.select("supplements") if row["answered_at"] is None}
        assert returned == {task["id"] for task in self.tasks() if task["state"] == "returned"}
        for task in self.tasks():
            if task["state"] in ("pooled", "claimed", "approved", "refused"):
                assert task["due_at"] <= task["statutory_at"]
                assert task["rank"] == task["due_at"]
            notified = task["state"] == "returned" and self.is_notified(task["id"])
            if task["state"] == "waiting" or notified:
                assert task["due_at"] is task["statutory_at"] is None
            if task["state"] == "returned" and not notified:
                assert task["due_at"] <= task["statutory_at"]

    @invariant()
    def no_result_is_handed_over_twice_and_no_set_is_complete_too_early(self) -> None:
        self.handed = check_results(self.office, self.handed)

    @invariant()
    def cached_documents_equal_rendered_ones(self) -> None:
        assert find_stale_documents(self.office.store, self.cache) == []

    @invariant()
    def a_draft_exists_until_its_case_does(self) -> None:
        assert {row["id"] for row in self.office.select("drafts")} == self.drafts


@pytest.mark.parametrize("examples", [12, pytest.param(100, marks=pytest.mark.wide)])
def test_case_invariants_hold_for_any_sequence_of_commands(office_template: Path, examples: int) -> None:
    CaseMachine.template = office_template
    run_state_machine_as_test(
        CaseMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_every_state_is_reachable_and_has_a_name() -> None:
    for transitions, names, next_state in (
        (CASE_TRANSITIONS, CASE_STATE_NAMES, next_case_state),
        (TASK_TRANSITIONS, TASK_STATE_NAMES, next_task_state),
    ):
        first = "draft" if transitions is CASE_TRANSITIONS else "waiting"
        assert {transition.next_state for transition in transitions} | {first} == set(names)
        assert len({(transition.state, transition.act) for transition in transitions}) == len(transitions)
        for transition in transitions:
            assert next_state(transition.state, transition.act) == transition.next_state
            assert f"{transition.state} --> " in render_state_diagram()
        with pytest.raises(Refused):
            next_state("archived", "unknown")
