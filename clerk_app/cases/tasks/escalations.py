"""Escalation of overdue tasks: to the head of the organ, to its superior organ, to the government.

The first step follows the promised date, the second the statutory one, the third OVERDUE_DAYS working days after it.
Each names who has to act, until they answer with what they have arranged. A task that is decided needs no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from clerk_app.cases.case_record import read_task
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason, require_site
from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.cases.tasks.escalation_chain import DEEMED, GOVERNMENT, ORGAN_HEAD, find_addressee, insert_escalation
from clerk_app.catalogue.publication import load_frame, read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from clerk_app.locales import mark
from clerk_app.people.organ_heads import list_heads
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar

OVERDUE_DAYS = 5  # working days after the statutory date until the government is named
_TASKS_AT_ONCE = 200
RULES = RuleSet()


class TaskEscalated(CommandDecision, frozen=True, kw_only=True):
    """The organ of the task, and the one that has to act; `passed_at` is the date that has passed, microseconds UTC."""

    stored_name: ClassVar[str] = "TaskEscalated"
    case: str
    organ: str
    addressee: str
    passed_at: int


class EscalateTask(Command[TaskEscalated], frozen=True, kw_only=True):
    """Takes an overdue task to the next step of the chain."""

    stored_name: ClassVar[str] = "EscalateTask"
    task: str
    step: int


class EscalationAnswered(CommandDecision, frozen=True, kw_only=True):
    """The case of the task."""

    stored_name: ClassVar[str] = "EscalationAnswered"
    case: str


class AnswerEscalation(Command[EscalationAnswered], frozen=True, kw_only=True):
    """Records what was arranged for an overdue task. The officers of its organ read `note`."""

    stored_name: ClassVar[str] = "AnswerEscalation"
    escalation: str
    note: str


class EscalationClosed(CommandDecision, frozen=True, kw_only=True):
    """The case of the task."""

    stored_name: ClassVar[str] = "EscalationClosed"
    case: str


class CloseEscalation(Command[EscalationClosed], frozen=True, kw_only=True):
    """Closes an escalation that nobody has answered, because its task has ended."""

    stored_name: ClassVar[str] = "CloseEscalation"
    escalation: str


def list_escalations_to_close(tx: Transaction, escalation: str = "") -> Iterator[CloseEscalation]:
    """Yield the command for each open escalation of an ended task, after `escalation`, by their ids."""
    while rows := tx.query_all("cases.escalations_to_close", escalation=escalation, most=_TASKS_AT_ONCE):
        for row in rows:
            yield CloseEscalation(escalation=row["id"])
        escalation = rows[-1]["id"]


def list_due_escalations(tx: Transaction, now: int, task: str = "") -> Iterator[EscalateTask]:
    """Yield the command for each step that is due at `now` (microseconds UTC), of tasks after `task`, by their ids."""
    late = _latest_statutory_day(read_calendar(tx, load_frame(tx)), now)
    while rows := tx.query_all("cases.due_escalations", now=now, late=late, task=task, most=_TASKS_AT_ONCE):
        for row in rows:
            yield EscalateTask(task=row["id"], step=int(row["step"]) + 1)
        task = rows[-1]["id"]


def _latest_statutory_day(calendar: LegalCalendar, now: int) -> int:
    """Return the end of the day OVERDUE_DAYS working days before that of `now` (microseconds UTC)."""
    today = day = to_local_time(now, calendar.zone).date()
    while calendar.working.count_between(day, today) < OVERDUE_DAYS:
        day -= timedelta(days=1)
    return end_of_day(day, calendar.zone)


def _decide_escalate(tx: Transaction, command: EscalateTask, moment: Moment) -> TaskEscalated:
    task = read_task(tx, command.task)
    if task["state"] in ENDED_TASK_STATES or task["due_at"] is None or task["due_at"] >= moment.decided_at:
        raise Refused("not_overdue", "This task is not overdue now.")
    if command.step != len(tx.select("escalations", task=command.task)) + 1:
        raise Refused("escalated", "This step was taken already, or an earlier one was not.")
    passed_at = task["due_at"] if command.step == ORGAN_HEAD else task["statutory_at"]
    before = moment.decided_at
    if command.step == GOVERNMENT:
        before = _latest_statutory_day(read_calendar(tx, load_frame(tx)), moment.decided_at)
    if passed_at is None or passed_at >= before or command.step > GOVERNMENT:
        raise Refused("too_early", "The next step of the chain is not due yet.")
    return TaskEscalated(
        case=task["case_number"],
        organ=task["organ"],
        addressee=find_addressee(tx, task["organ"], command.step),
        passed_at=passed_at,
    )


@RULES.register(
    EscalateTask,
    TaskEscalated,
    permission="task.escalate",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Overdue task escalated"),
    decide=_decide_escalate,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case", "escalation"),
)
def _apply_escalate(tx: Transaction, entry: Entry[EscalateTask, TaskEscalated]) -> None:
    command, decision = entry.command, entry.decision
    insert_escalation(
        tx,
        command.task,
        command.step,
        case=decision.case,
        organ=decision.organ,
        addressee=decision.addressee,
        passed_at=decision.passed_at,
        raised_at=entry.decided_at,
    )
    mark_case_changed(tx, decision.case)


def _mark_changed(tx: Transaction, escalation: str, case: str) -> None:
    tx.mark_changed("city", f"escalation/{escalation}")
    mark_case_changed(tx, case)


def _decide_answer(tx: Transaction, command: AnswerEscalation, moment: Moment) -> EscalationAnswered:
    row = _get_open(tx, command.escalation)
    if moment.actor.role == Role.OFFICER:
        if moment.actor.organ != row["addressee"]:
            raise Refused("organ", "This task belongs to another organ.")
        if read_task(tx, row["task"])["owner"] == moment.actor.id:
            raise Refused("own_task", "Somebody else has to answer: you hold this task.")
        heads = list_heads(tx, row["addressee"]) if row["step"] == ORGAN_HEAD else []
        if heads and moment.actor.id not in {head["id"] for head in heads}:
            raise Refused("head", "The head of the department answers: {name}.", name=heads[0]["name"])
    else:
        require_site(tx, moment, tx.get("cases", number=row["case_number"]), row["organ"], row["addressee"])
    require_reason(command.note)
    return EscalationAnswered(case=row["case_number"])


def _get_open(tx: Transaction, escalation: str) -> Row:
    row = tx.get_for_update("escalations", id=escalation)
    if row is None or row["closed_at"] is not None:
        raise Refused("answered", "This was answered already, or the task has ended.")
    return row


@RULES.register(
    AnswerEscalation,
    EscalationAnswered,
    permission="task.answer_escalation",
    roles=(Role.OFFICER, Role.SUPERVISOR),
    machines=(MachineKind.DEPARTMENT, MachineKind.SUPERVISOR),
    label=mark("Answer about an overdue task"),
    decide=_decide_answer,
    stream=lambda command, _: f"case/{case_number_of(command.escalation)}",
    documents=("case", "escalation"),
    placement=Placement.REMOTE,
)
def _apply_answer(tx: Transaction, entry: Entry[AnswerEscalation, EscalationAnswered]) -> None:
    command, decision = entry.command, entry.decision
    answered = {"answered_by": entry.moment.actor.id, "closed_at": entry.moment.corrected_at, "note": command.note}
    tx.update("escalations", {"id": command.escalation}, **answered)
    _mark_changed(tx, command.escalation, decision.case)


def _decide_close(tx: Transaction, command: CloseEscalation, _moment: Moment) -> EscalationClosed:
    row = _get_open(tx, command.escalation)
    if row["step"] == DEEMED or read_task(tx, row["task"])["state"] not in ENDED_TASK_STATES:
        raise Refused("open", "This task has not ended.")
    return EscalationClosed(case=row["case_number"])


@RULES.register(
    CloseEscalation,
    EscalationClosed,
    permission="task.close_escalation",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Escalation closed: the task has ended"),
    decide=_decide_close,
    stream=lambda command, _: f"case/{case_number_of(command.escalation)}",
    documents=("case", "escalation"),
)
def _apply_close(tx: Transaction, entry: Entry[CloseEscalation, EscalationClosed]) -> None:
    escalation = entry.command.escalation
    tx.update("escalations", {"id": escalation}, closed_at=entry.decided_at)
    _mark_changed(tx, escalation, entry.decision.case)


def _read_rows(tx: Transaction, key: str) -> Rows:
    return {"escalations": tx.select("escalations", id=key)}


def _visible_rows(tx: Transaction, key: str, reader: Reader) -> Rows | None:
    """Return an escalation to the organ of the task, the one that has to act, and machines of supervisors."""
    rows = _read_rows(tx, key)
    places = {row[place] for row in rows["escalations"] for place in ("organ", "addressee")}
    is_visible = places & reader.organs or (places and MachineKind.SUPERVISOR in reader.kinds)
    return rows if is_visible and not reader.is_public else None


def _list_all(tx: Transaction) -> Iterator[tuple[str, str]]:
    return (("city", str(row["id"])) for row in tx.select("escalations"))


ESCALATION_DOCUMENT = DocumentType(
    "escalation",
    _read_rows,
    _visible_rows,
    lambda tx, key: tx.delete("escalations", id=key),
    _list_all,
    machines=frozenset({MachineKind.DEPARTMENT, MachineKind.SUPERVISOR}),
)
