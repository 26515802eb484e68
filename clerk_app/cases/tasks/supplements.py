"""Supplements (补正): a task waits for papers, its clock alone stands, the others go on.

One notice collects what all tasks of a case miss until it is printed (一次性告知). When the papers come in, the clock
goes on with the days that were left; a decision that relied on a paper now replaced gets a re-check task.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.dates import compute_due_timestamp, compute_task_due_date, end_of_day
from clerk_app.cases.intake.acceptance import NewTask, build_task, insert_materials, insert_tasks
from clerk_app.cases.intake.completeness import GivenMaterial, check_materials
from clerk_app.cases.states import CASE_STATE_NAMES, next_case_state, next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.queue import mark_case_changed, move_task
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class TaskReturned(CommandDecision, frozen=True, kw_only=True):
    """The supplement asked for, and the notice it stands on."""

    stored_name: ClassVar[str] = "Returned"
    case: str
    organ: str
    supplement: str
    notice: str
    new_notice: bool
    window: str


class ReturnTask(Command[TaskReturned], frozen=True, kw_only=True):
    """The organ needs more before it can decide: which materials, and why."""

    stored_name: ClassVar[str] = "ReturnTask"
    task: str
    fence: int
    materials: tuple[str, ...]
    reason: str


class ResumedTask(MessagePart, frozen=True, kw_only=True):
    """A task whose clock goes on."""

    task: str
    organ: str
    supplement: str
    due_at: int
    statutory_at: int
    expected: bool


class MaterialsTakenIn(CommandDecision, frozen=True, kw_only=True):
    """What the papers set going."""

    stored_name: ClassVar[str] = "TakenIn"
    case: str
    versions: tuple[int, ...]
    resumed: tuple[ResumedTask, ...] = ()
    rechecks: tuple[NewTask, ...] = ()
    rechecked_tasks: tuple[str, ...] = msgspec.field(
        name="rechecked", default=()
    )  # the decided task that each re-check looks at again
    reopens: bool = False


class TakeInMaterials(Command[MaterialsTakenIn], frozen=True, kw_only=True):
    """The citizen came back with papers for a case."""

    stored_name: ClassVar[str] = "TakeIn"
    case: str
    materials: tuple[GivenMaterial, ...]


def _decide_return(tx: Transaction, command: ReturnTask, moment: Moment) -> TaskReturned:
    row = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(row["state"], "return")
    if not command.materials or not command.reason.strip():
        raise Refused("reason", "Say which papers are needed and why: the citizen is told once, in writing.")
    case = read_case(tx, row["case_number"])
    unknown = [name for name in command.materials if name not in {one.id for one in case.catalogue.materials}]
    if unknown:
        raise Refused("material", "The catalogue has no material {name}.", name=unknown[0])
    open_notice = tx.query_one("cases.open_supplement_notice", number=case.number)
    count = len([one for one in tx.select("notices", case_number=case.number) if one["kind"] == "supplement"])
    return TaskReturned(
        case=case.number,
        organ=row["organ"],
        supplement=f"{command.task}-{len(case.supplements_of(command.task)) + 1}",
        notice=open_notice["id"] if open_notice else f"{case.number}-supplement-{count + 1}",
        new_notice=open_notice is None,
        window=case.row["window_id"],
    )


@RULES.register(
    ReturnTask,
    TaskReturned,
    permission="task.return",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Return of a task for papers"),
    decide=_decide_return,
    stream=lambda command, _: f"case/{command.task[:12]}",
    documents=("case",),
)
def _apply_return(tx: Transaction, entry: Entry[ReturnTask, TaskReturned]) -> None:
    command, made = entry.command, entry.decision
    row = tx.get("tasks", id=command.task)
    assert row is not None
    stands = {"owner": None, "lease_until": None, "due_at": None, "statutory_at": None}
    move_task(tx, command.task, made.organ, row["state"], "returned", **stands)
    tx.execute("cases.end_claim", task=command.task, at=entry.decided_at, how="returned")
    tx.insert(
        "supplements",
        id=made.supplement,
        task=command.task,
        case_number=made.case,
        notice=made.notice,
        materials=",".join(command.materials),
        reason=command.reason,
        asked_by=entry.moment.actor.id,
        asked_at=entry.moment.corrected_at,
    )
    if made.new_notice:
        tx.insert(
            "notices",
            id=made.notice,
            case_number=made.case,
            kind="supplement",
            window_id=made.window,
            state="pending",
            prints=0,
            made_at=entry.decided_at,
        )
    mark_case_changed(tx, made.case)


def _decide_take_in(tx: Transaction, command: TakeInMaterials, moment: Moment) -> MaterialsTakenIn:
    case = read_case(tx, command.case)
    if case.row["state"] not in ("accepted", "closed"):
        raise Refused(
            "case_state", "A case that is {state} takes in no more papers.", state=CASE_STATE_NAMES[case.row["state"]]
        )
    if not command.materials:
        raise Refused("nothing", "No paper was marked as handed in.")
    check_materials(command.materials, case.catalogue.materials)
    brought = {one.material for one in command.materials}
    before = {row["material"]: row["version"] for row in case.materials}
    resumed = tuple(
        _resume_task(case, row, moment)
        for row in case.supplements
        if row["answered_at"] is None and set(row["materials"].split(",")) <= brought | _materials_since(case, row)
    )
    replaced = brought & before.keys()
    rechecks = _build_rechecks(case, replaced, moment)
    return MaterialsTakenIn(
        case=case.number,
        versions=tuple(before.get(one.material, 0) + 1 for one in command.materials),
        resumed=resumed,
        rechecks=tuple(new for new, _ in rechecks),
        rechecked_tasks=tuple(old for _, old in rechecks),
        reopens=bool(rechecks) and case.row["state"] == "closed" and bool(next_case_state("closed", "recheck")),
    )


def _materials_since(case: CaseRecord, supplement: Row) -> set[str]:
    """The materials that came in after this supplement was asked for."""
    return {row["material"] for row in case.materials if row["taken_at"] > supplement["asked_at"]}


def _resume_task(case: CaseRecord, supplement: Row, moment: Moment) -> ResumedTask:
    task = next(row for row in case.tasks if row["id"] == supplement["task"])
    next_task_state(task["state"], "supplement")
    stood = [
        {**row, "answered_at": moment.corrected_at} if row["id"] == supplement["id"] else row
        for row in case.supplements_of(task["id"])
    ]
    due = compute_task_due_date(case.catalogue, task["started_at"], task["promised_days"], stood)
    statutory = compute_due_timestamp(case.catalogue, task["started_at"], task["statutory_days"], stood)
    assert due is not None  # every pause is closed now
    assert statutory is not None
    return ResumedTask(
        task=task["id"],
        organ=task["organ"],
        supplement=supplement["id"],
        due_at=end_of_day(due.date, case.catalogue.time_zone),
        statutory_at=statutory,
        expected=due.expected,
    )


def _build_rechecks(case: CaseRecord, replaced: set[str], moment: Moment) -> list[tuple[NewTask, str]]:
    relied = {one.id: one for one in case.plan.active_matters if replaced & set(one.materials)}
    decided = [row for row in case.tasks if row["state"] in ("approved", "refused") and row["matter"] in relied]
    latest = {row["matter"]: row for row in decided}
    running = {row["matter"] for row in case.open_tasks()}
    place = len(case.tasks)
    found: list[tuple[NewTask, str]] = []
    for matter, row in latest.items():
        if matter not in running:
            place += 1
            task = build_task(case.catalogue, relied[matter], f"{case.number}{place:02d}", moment.corrected_at)
            found.append((task, row["id"]))
    return found


@RULES.register(
    TakeInMaterials,
    MaterialsTakenIn,
    permission="case.take_in",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Papers taken in"),
    decide=_decide_take_in,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_take_in(tx: Transaction, entry: Entry[TakeInMaterials, MaterialsTakenIn]) -> None:
    command, made = entry.command, entry.decision
    insert_materials(tx, made.case, command.materials, made.versions, entry, {})
    for task in made.resumed:
        tx.update("supplements", {"id": task.supplement}, answered_at=entry.moment.corrected_at)
        row = tx.get("tasks", id=task.task)
        assert row is not None
        move_task(
            tx,
            task.task,
            task.organ,
            row["state"],  # at a window that has not heard of it yet, the task may have ended meanwhile
            "pooled",
            rank=task.due_at,
            due_at=task.due_at,
            statutory_at=task.statutory_at,
            expected=task.expected,
        )
    for again, old in zip(made.rechecks, made.rechecked_tasks, strict=True):
        insert_tasks(tx, made.case, [again], entry.moment.corrected_at, recheck_of=old)
    if made.rechecks:
        tx.query_one("cases.decrease_pending", number=made.case, many=-len(made.rechecks))
    if made.reopens:
        tx.update("cases", {"number": made.case}, state="accepted", closed_at=None)
    mark_case_changed(tx, made.case)
