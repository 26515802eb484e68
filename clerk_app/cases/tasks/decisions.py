"""Deciding: each organ for itself, with its own signer and reasons.

The deciding transaction releases what may start, lets fall what the catalogue ties to a refusal, and counts the case's
open tasks down; whoever brings the count to nought closes the case, so it closes exactly once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Literal

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.intake.acceptance import NewTask, build_task
from clerk_app.cases.states import next_case_state, next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.queue import end_task, mark_case_changed, move_task
from clerk_app.catalogue.plan import PlannedMatter
from clerk_app.catalogue.routing import MatterProgress, TaskState, find_lapsed, find_ready
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class LapsedTask(MessagePart, frozen=True, kw_only=True):
    """A task that ended because of another."""

    task: str
    organ: str


class TaskDecided(CommandDecision, frozen=True, kw_only=True):
    """What follows from one organ's answer."""

    stored_name: ClassVar[str] = "TaskDecided"
    case: str
    organ: str
    started: tuple[NewTask, ...] = ()
    lapsed: tuple[LapsedTask, ...] = msgspec.field(name="fallen", default=())
    closes: bool = False
    consequences_pending: bool = msgspec.field(
        name="only_this", default=False
    )  # decided where the rest of the case is not known: what follows comes from the authority


class DecideTask(Command[TaskDecided], frozen=True, kw_only=True):
    """The organ's answer. A refusal says why; an approval may."""

    stored_name: ClassVar[str] = "DecideTask"
    task: str
    fence: int
    outcome: Literal["approved", "refused"]
    reason: str = ""


class TaskCommitted(CommandDecision, frozen=True, kw_only=True):
    """The promise stands; successors that need no more may start."""

    stored_name: ClassVar[str] = "Committed"
    case: str
    organ: str
    started: tuple[NewTask, ...] = ()


class CommitTask(Command[TaskCommitted], frozen=True, kw_only=True):
    """The organ says in writing that it will approve (前置联办件)."""

    stored_name: ClassVar[str] = "CommitTask"
    task: str
    fence: int
    note: str


def _decide(tx: Transaction, command: DecideTask, moment: Moment) -> TaskDecided:
    row = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(row["state"], "approve" if command.outcome == "approved" else "refuse")
    if command.outcome == "refused" and not command.reason.strip():
        raise Refused("reason", "A refusal needs its reason: the citizen gets it in writing.")
    if not moment.is_authority:
        return TaskDecided(case=row["case_number"], organ=row["organ"], consequences_pending=True)
    case = read_case(tx, row["case_number"])
    states = case.matter_states()
    states[row["matter"]] = replace(states[row["matter"]], state=TaskState(command.outcome))
    fallen = _lapsed_tasks(case, states, row)
    pending = case.row["pending"] - 1 - len(fallen)
    if pending == 0:
        next_case_state(case.row["state"], "close")
    return TaskDecided(
        case=case.number,
        organ=row["organ"],
        started=_startable_tasks(case, states, moment),
        lapsed=fallen,
        closes=pending == 0,
    )


def _lapsed_tasks(case: CaseRecord, states: Mapping[str, MatterProgress], decided: Row) -> tuple[LapsedTask, ...]:
    names = find_lapsed(case.plan, states)
    open_tasks = [task for task in case.open_tasks() if task["id"] != decided["id"]]
    return tuple(LapsedTask(task=task["id"], organ=task["organ"]) for task in open_tasks if task["matter"] in names)


def _startable_tasks(case: CaseRecord, states: Mapping[str, MatterProgress], moment: Moment) -> tuple[NewTask, ...]:
    names = find_ready(case.plan, states)
    planned: dict[str, PlannedMatter] = {one.id: one for one in case.plan.active_matters}
    return tuple(
        build_task(case.catalogue, planned[task["matter"]], task["id"], moment.corrected_at)
        for task in case.tasks
        if task["state"] == "waiting" and task["matter"] in names
    )


@RULES.register(
    DecideTask,
    TaskDecided,
    permission="task.decide",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Decision on a task"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.task[:12]}",
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[DecideTask, TaskDecided]) -> None:
    command, made = entry.command, entry.decision
    _record_decision(tx, entry, command.task, made.organ, command.outcome, command.reason, command.fence)
    if made.consequences_pending:
        return
    for fall in made.lapsed:
        _record_decision(tx, entry, fall.task, fall.organ, "lapsed", f"because of {command.task}", 0)
    start_tasks(tx, made.started, entry.moment.corrected_at)
    left = tx.query_one("cases.decrease_pending", number=made.case, many=1 + len(made.lapsed))
    if left is None or (left["pending"] == 0) != made.closes:
        raise AssertionError(f"case {made.case} counts {left} and closes: {made.closes}")
    if made.closes:
        tx.update("cases", {"number": made.case}, state="closed", closed_at=entry.moment.corrected_at)
    mark_case_changed(tx, made.case)


def _record_decision(
    tx: Transaction, entry: Entry[DecideTask, TaskDecided], task: str, organ: str, outcome: str, reason: str, fence: int
) -> None:
    end_task(tx, task, organ, outcome, entry.moment.corrected_at, entry.decided_at)
    tx.insert(
        "decisions",
        task=task,
        outcome=outcome,
        reason=reason,
        signer=entry.moment.actor.id,
        organ=organ,
        fence=fence,
        at=entry.moment.corrected_at,
    )


def start_tasks(tx: Transaction, started: tuple[NewTask, ...], at: int) -> None:
    """Puts waiting tasks into their organs' queues, with the dates that were decided."""
    for task in started:
        move_task(
            tx,
            task.id,
            task.organ,
            "waiting",
            "pooled",
            rank=task.rank,
            started_at=at,
            due_at=task.due_at,
            statutory_at=task.statutory_at,
            expected=task.expected,
        )


def _decide_commit(tx: Transaction, command: CommitTask, moment: Moment) -> TaskCommitted:
    row = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(row["state"], "commit")
    if row["committed_at"] is not None:
        raise Refused("committed", "This organ has committed itself already.")
    if not moment.is_authority:
        return TaskCommitted(case=row["case_number"], organ=row["organ"])
    case = read_case(tx, row["case_number"])
    states = case.matter_states()
    states[row["matter"]] = replace(states[row["matter"]], committed=True)
    return TaskCommitted(case=case.number, organ=row["organ"], started=_startable_tasks(case, states, moment))


@RULES.register(
    CommitTask,
    TaskCommitted,
    permission="task.commit",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Commitment in writing"),
    decide=_decide_commit,
    stream=lambda command, _: f"case/{command.task[:12]}",
    documents=("case",),
)
def _apply_commit(tx: Transaction, entry: Entry[CommitTask, TaskCommitted]) -> None:
    tx.update("tasks", {"id": entry.command.task}, committed_at=entry.moment.corrected_at)
    start_tasks(tx, entry.decision.started, entry.moment.corrected_at)
    mark_case_changed(tx, entry.decision.case)
