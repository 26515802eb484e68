"""Supplements (补正): a task waits for papers, its clock alone stands, the others go on.

One notice collects what all tasks of a case miss until it is printed (一次性告知). When the papers come in, the clock
goes on with the days that were left; a decision that relied on a paper now replaced gets a re-check task.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.accept import NewTask, insert_materials, insert_tasks, new_task
from clerk_app.cases.claims import held_task
from clerk_app.cases.dates import due_at, due_on, end_of_day
from clerk_app.cases.intake import GivenMaterial, check_given
from clerk_app.cases.life import CASE_NAMES, case_after, task_after
from clerk_app.cases.queue import move_task, tell
from clerk_app.cases.record import CaseRecord, read_case
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class Returned(Decided, frozen=True, kw_only=True):
    """The supplement asked for, and the notice it stands on."""

    stored_name: ClassVar[str] = "Returned"
    case: str
    organ: str
    supplement: str
    notice: str
    new_notice: bool
    window: str


class ReturnTask(Command[Returned], frozen=True, kw_only=True):
    """The organ needs more before it can decide: which materials, and why."""

    stored_name: ClassVar[str] = "ReturnTask"
    task: str
    fence: int
    materials: tuple[str, ...]
    reason: str


class Resumed(Part, frozen=True, kw_only=True):
    """A task whose clock goes on."""

    task: str
    organ: str
    supplement: str
    due_at: int
    statutory_at: int
    expected: bool


class TakenIn(Decided, frozen=True, kw_only=True):
    """What the papers set going."""

    stored_name: ClassVar[str] = "TakenIn"
    case: str
    versions: tuple[int, ...]
    resumed: tuple[Resumed, ...] = ()
    rechecks: tuple[NewTask, ...] = ()
    rechecked: tuple[str, ...] = ()  # the decided task that each re-check looks at again
    reopens: bool = False


class TakeIn(Command[TakenIn], frozen=True, kw_only=True):
    """The citizen came back with papers for a case."""

    stored_name: ClassVar[str] = "TakeIn"
    case: str
    materials: tuple[GivenMaterial, ...]


def _decide_return(tx: Transaction, command: ReturnTask, moment: Moment) -> Returned:
    row = held_task(tx, command.task, command.fence, moment)
    task_after(row["state"], "return")
    if not command.materials or not command.reason.strip():
        raise Refused("reason", "Say which papers are needed and why: the citizen is told once, in writing.")
    case = read_case(tx, row["case_number"])
    unknown = [name for name in command.materials if name not in {one.id for one in case.catalogue.materials}]
    if unknown:
        raise Refused("material", "The catalogue has no material {name}.", name=unknown[0])
    open_notice = tx.one("cases.open_notice", number=case.number)
    count = len([one for one in tx.rows("notices", case_number=case.number) if one["kind"] == "supplement"])
    return Returned(
        case=case.number,
        organ=row["organ"],
        supplement=f"{command.task}-{len(case.of_task(command.task)) + 1}",
        notice=open_notice["id"] if open_notice else f"{case.number}-supplement-{count + 1}",
        new_notice=open_notice is None,
        window=case.row["window_id"],
    )


@RULES.register(
    ReturnTask,
    Returned,
    permission="task.return",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Return of a task for papers"),
    decide=_decide_return,
    stream=lambda command, _: f"case/{command.task[:12]}",
    documents=("case",),
)
def _apply_return(tx: Transaction, entry: Entry[ReturnTask, Returned]) -> None:
    command, made = entry.command, entry.decision
    row = tx.row("tasks", id=command.task)
    assert row is not None
    stands = {"owner": None, "lease_until": None, "due_at": None, "statutory_at": None}
    move_task(tx, command.task, made.organ, row["state"], "returned", **stands)
    tx.run("cases.end_claim", task=command.task, at=entry.at, how="returned")
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
            made_at=entry.at,
        )
    tell(tx, made.case)


def _decide_take_in(tx: Transaction, command: TakeIn, moment: Moment) -> TakenIn:
    case = read_case(tx, command.case)
    if case.row["state"] not in ("accepted", "closed"):
        raise Refused(
            "case_state", "A case that is {state} takes in no more papers.", state=CASE_NAMES[case.row["state"]]
        )
    if not command.materials:
        raise Refused("nothing", "No paper was marked as handed in.")
    check_given(command.materials, case.catalogue.materials)
    brought = {one.material for one in command.materials}
    before = {row["material"]: row["version"] for row in case.materials}
    resumed = tuple(
        _resumed(case, row, moment)
        for row in case.supplements
        if row["answered_at"] is None and set(row["materials"].split(",")) <= brought | _since(case, row)
    )
    replaced = brought & before.keys()
    rechecks = _rechecks(case, replaced, moment)
    return TakenIn(
        case=case.number,
        versions=tuple(before.get(one.material, 0) + 1 for one in command.materials),
        resumed=resumed,
        rechecks=tuple(new for new, _ in rechecks),
        rechecked=tuple(old for _, old in rechecks),
        reopens=bool(rechecks) and case.row["state"] == "closed" and bool(case_after("closed", "recheck")),
    )


def _since(case: CaseRecord, supplement: Row) -> set[str]:
    """The materials that came in after this supplement was asked for."""
    return {row["material"] for row in case.materials if row["taken_at"] > supplement["asked_at"]}


def _resumed(case: CaseRecord, supplement: Row, moment: Moment) -> Resumed:
    task = next(row for row in case.tasks if row["id"] == supplement["task"])
    task_after(task["state"], "supplement")
    stood = [
        {**row, "answered_at": moment.corrected_at} if row["id"] == supplement["id"] else row
        for row in case.of_task(task["id"])
    ]
    due = due_on(case.catalogue, task["started_at"], task["promised_days"], stood)
    statutory = due_at(case.catalogue, task["started_at"], task["statutory_days"], stood)
    assert due is not None  # every pause is closed now
    assert statutory is not None
    return Resumed(
        task=task["id"],
        organ=task["organ"],
        supplement=supplement["id"],
        due_at=end_of_day(due.date, case.catalogue.time_zone),
        statutory_at=statutory,
        expected=due.expected,
    )


def _rechecks(case: CaseRecord, replaced: set[str], moment: Moment) -> list[tuple[NewTask, str]]:
    relied = {one.id: one for one in case.plan.active if replaced & set(one.materials)}
    decided = [row for row in case.tasks if row["state"] in ("approved", "refused") and row["matter"] in relied]
    latest = {row["matter"]: row for row in decided}
    running = {row["matter"] for row in case.open_tasks()}
    place = len(case.tasks)
    found: list[tuple[NewTask, str]] = []
    for matter, row in latest.items():
        if matter not in running:
            place += 1
            task = new_task(case.catalogue, relied[matter], f"{case.number}{place:02d}", moment.corrected_at)
            found.append((task, row["id"]))
    return found


@RULES.register(
    TakeIn,
    TakenIn,
    permission="case.take_in",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Papers taken in"),
    decide=_decide_take_in,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_take_in(tx: Transaction, entry: Entry[TakeIn, TakenIn]) -> None:
    command, made = entry.command, entry.decision
    insert_materials(tx, made.case, command.materials, made.versions, entry, {})
    for task in made.resumed:
        tx.change("supplements", {"id": task.supplement}, answered_at=entry.moment.corrected_at)
        row = tx.row("tasks", id=task.task)
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
    for again, old in zip(made.rechecks, made.rechecked, strict=True):
        insert_tasks(tx, made.case, [again], entry.moment.corrected_at, recheck_of=old)
    if made.rechecks:
        tx.one("cases.count_down", number=made.case, many=-len(made.rechecks))
    if made.reopens:
        tx.change("cases", {"number": made.case}, state="accepted", closed_at=None)
    tell(tx, made.case)
