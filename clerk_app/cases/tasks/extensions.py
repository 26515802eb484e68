"""Extensions (延期): the period of a task is extended once, by up to ten working days, with a second person's approval.

The officer who holds the task asks for it, another person of the organ approves or declines. The applicant is notified
of an approved extension and its reason in writing. Source: Administrative Licensing Law (行政许可法, 2019), art. 42.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.dates import TaskDates, compute_task_dates
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.joint_limits import require_joint_limit
from clerk_app.cases.notices import EXTENSION, find_notice_time, insert_notice
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.new_tasks import date_columns
from clerk_app.cases.tasks.queue import get_task
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import format_task_number
from clerk_app.ledger.persons import person_of
from clerk_app.locales import mark
from db.engines import Row, Transaction

MAX_WORKING_DAYS = 10
RULES = RuleSet()


class ExtensionAsked(CommandDecision, frozen=True, kw_only=True):
    """The case and the organ of the task."""

    stored_name: ClassVar[str] = "ExtensionAsked"
    case: str
    organ: str


class AskExtension(Command[ExtensionAsked], frozen=True, kw_only=True):
    """Asks for an extension of the period of a task that the actor holds. The applicant reads `reason`."""

    stored_name: ClassVar[str] = "AskExtension"
    task: str
    fence: int
    working_days: int
    reason: str


class ExtensionDecided(CommandDecision, frozen=True, kw_only=True):
    """Of an approved extension: the new dates of task and case, and the notice, to be printed at `window`."""

    stored_name: ClassVar[str] = "ExtensionDecided"
    case: str
    organ: str
    window: str = ""
    notice: str = ""
    made_at: int | None = None
    task_dates: TaskDates | None = None
    dates: CaseDates | None = None


class DecideExtension(Command[ExtensionDecided], frozen=True, kw_only=True):
    """Approves or declines an extension that a colleague has asked for. `note` is needed to decline it."""

    stored_name: ClassVar[str] = "DecideExtension"
    task: str
    approved: bool
    note: str = ""


def _require_running_term(task: Row, now: int) -> None:
    """Raise Refused if the statutory period of a task has ended: it can be extended only before."""
    if task["statutory_at"] is not None and task["statutory_at"] < now:
        raise Refused("term_over", "The statutory time limit has passed: it can no longer be extended.")


def _decide_ask(tx: Transaction, command: AskExtension, moment: Moment) -> ExtensionAsked:
    task = get_held_task(tx, command.task, command.fence, moment)
    if task["state"] != "claimed":
        raise Refused("task_state", "Only a task in review can be extended.")
    if not 1 <= command.working_days <= MAX_WORKING_DAYS:
        raise Refused("extension_days", "A time limit is extended by 1 to {most} working days.", most=MAX_WORKING_DAYS)
    require_reason(command.reason)
    extension = tx.get("extensions", task=command.task)
    if extension is not None and extension["outcome"] == "approved":
        raise Refused("extended", "The time limit was extended already: it is extended once.")
    if extension is not None and extension["outcome"] == "":
        raise Refused("extension_asked", "An extension was asked for already; it waits for a colleague's approval.")
    _require_running_term(task, moment.corrected_at)
    if not moment.is_remote:  # the authority checks it again when the extension is approved
        case = read_case(tx, task["case_number"])
        calendar = read_calendar(tx, case.catalogue)
        require_joint_limit(calendar, case, task, command.working_days, moment.corrected_at)
    return ExtensionAsked(case=task["case_number"], organ=task["organ"])


@RULES.register(
    AskExtension,
    ExtensionAsked,
    permission="task.ask_extension",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Extension asked for"),
    decide=_decide_ask,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_ask(tx: Transaction, entry: Entry[AskExtension, ExtensionAsked]) -> None:
    command, decision = entry.command, entry.decision
    tx.upsert(
        "extensions",
        ("task",),
        task=command.task,
        case_number=decision.case,
        working_days=command.working_days,
        reason=command.reason,
        asked_by=entry.moment.actor.id,
        asked_at=entry.moment.corrected_at,
        outcome="",
        decided_by="",
        decided_at=None,
        note="",
        notice="",
    )
    tx.mark_changed(f"organ/{decision.organ}", f"case/{decision.case}")
    mark_case_changed(tx, decision.case)


def _read_asked(tx: Transaction, command: DecideExtension, case: CaseRecord, moment: Moment) -> tuple[Row, Row]:
    """Return task and extension that wait for the actor's decision. Raise Refused without them."""
    task = next((task for task in case.tasks if task["id"] == command.task), None)
    if task is not None and task["organ"] != moment.actor.organ:
        raise Refused("organ", "This task belongs to another organ.")
    extension = tx.get("extensions", task=command.task)
    if task is None or extension is None or extension["outcome"]:
        raise Refused(
            "no_extension", "No extension of task {task} waits for approval.", task=format_task_number(command.task)
        )
    if person_of(tx, extension["asked_by"]) == person_of(tx, moment.actor.id):
        raise Refused("same_person", "Who asks for an extension does not approve it: a colleague does.")
    return task, extension


def _decide_answer(tx: Transaction, command: DecideExtension, moment: Moment) -> ExtensionDecided:
    case = read_case(tx, case_number_of(command.task))
    task, extension = _read_asked(tx, command, case, moment)
    if not command.approved:
        require_reason(command.note)
        return ExtensionDecided(case=case.number, organ=task["organ"])
    if task["state"] in ENDED_TASK_STATES:
        raise Refused("task_ended", "The task has ended: its time limit is not extended any more.")
    _require_running_term(task, moment.corrected_at)
    calendar = read_calendar(tx, case.catalogue)
    days = int(extension["working_days"])
    require_joint_limit(calendar, case, task, days, moment.corrected_at)
    dates = compute_task_dates(
        calendar,
        task["organ"],
        task["started_at"],
        task["promised_days"] + days,
        task["statutory_days"] + days,
        case.supplements_of(command.task),
    )
    changes = {command.task: {"extended_days": days, **msgspec.structs.asdict(dates)}}
    return ExtensionDecided(
        case=case.number,
        organ=task["organ"],
        window=case.row["window_id"],
        notice=f"{case.number}-{EXTENSION}-{command.task[len(case.number) :]}",
        made_at=find_notice_time(tx, case.number, moment),
        task_dates=dates,
        dates=update_case_dates(calendar, case, changes),
    )


@RULES.register(
    DecideExtension,
    ExtensionDecided,
    permission="task.decide_extension",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Decision on an extension"),
    decide=_decide_answer,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply_answer(tx: Transaction, entry: Entry[DecideExtension, ExtensionDecided]) -> None:
    command, decision = entry.command, entry.decision
    tx.update(
        "extensions",
        {"task": command.task},
        outcome="approved" if command.approved else "declined",
        decided_by=entry.moment.actor.id,
        decided_at=entry.moment.corrected_at,
        note=command.note,
        notice=decision.notice,
    )
    if command.approved and decision.task_dates is not None and decision.made_at is not None:
        days = get_extension_days(tx, command.task)
        tx.update(
            "tasks",
            {"id": command.task},
            extended_days=days,
            **date_columns(decision.task_dates, decision.task_dates.due_at or get_task(tx, command.task)["rank"]),
        )
        insert_notice(tx, decision.notice, decision.case, EXTENSION, decision.window, decision.made_at)
        store_case_dates(tx, decision.case, decision.dates)
    tx.mark_changed(f"organ/{decision.organ}", f"case/{decision.case}")
    mark_case_changed(tx, decision.case)


def get_extension_days(tx: Transaction, task_id: str) -> int:
    """Return the working days that were asked for as the extension of a task. Raise LookupError without one."""
    row = tx.get("extensions", task=task_id)
    if row is None:
        raise LookupError(f"task {task_id} has no extension")
    return int(row["working_days"])
