"""Waits for a document from an office outside (调档函): a task that cannot be decided before the document has come.

The office gets a letter, the applicant a notice. The wait has a term of its own, which the organ watches: it reminds
the office, extends the term, or ends the wait: the document arrived, is not needed, or has to come from the applicant.
Its time is counted in the period of the task, unless the catalogue names it as a special step that is not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clerk_app.cases.case_dates import CaseDates, store_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.dates import compute_papers_deadline
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.notices import (
    EXTERNAL_LETTER,
    EXTERNAL_WAIT,
    find_notice_time,
    find_settled_notices,
    insert_notice,
    withdraw_notices,
)
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.queue import suspend_task
from clerk_app.cases.tasks.resumption import ResumedTask, compute_dates_after, resume_task, return_to_queue
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MatterDefinition

MAX_WORKING_DAYS = 120
LONGEST_NAME = 120  # characters, of the office and of the document
RULES = RuleSet()


class ExternalWaitBegun(CommandDecision, frozen=True, kw_only=True):
    """The wait, its term, the letter to the office and the notice for the applicant, to be printed at `window`.

    `is_counted`: the period of the task runs meanwhile. Times are microseconds UTC; `due_expected` is true for a date
    that depends on a calendar which is not published yet.
    """

    stored_name: ClassVar[str] = "ExternalWaitBegun"
    case: str
    organ: str
    wait: str
    is_counted: bool
    due_at: int
    due_expected: bool
    letter: str
    notice: str
    window: str
    made_at: int


class BeginExternalWait(Command[ExternalWaitBegun], frozen=True, kw_only=True):
    """Begins to wait for `document` of `office`, for a task that the actor holds. The applicant reads `reason`."""

    stored_name: ClassVar[str] = "BeginExternalWait"
    task: str
    fence: int
    office: str
    document: str
    working_days: int
    reason: str


class OfficeReminded(CommandDecision, frozen=True, kw_only=True):
    """The letter that reminds the office, to be printed at `window`; `number` counts the reminders from 1."""

    stored_name: ClassVar[str] = "OfficeReminded"
    case: str
    organ: str
    number: int
    letter: str
    window: str
    made_at: int


class RemindOffice(Command[OfficeReminded], frozen=True, kw_only=True):
    """Reminds an office of the document that a task waits for."""

    stored_name: ClassVar[str] = "RemindOffice"
    wait: str


class ExternalWaitExtended(CommandDecision, frozen=True, kw_only=True):
    """The new term of a wait (microseconds UTC), and the notice of it for the applicant, to be printed at `window`."""

    stored_name: ClassVar[str] = "ExternalWaitExtended"
    case: str
    organ: str
    due_at: int
    due_expected: bool
    notice: str
    window: str
    made_at: int


class ExtendExternalWait(Command[ExternalWaitExtended], frozen=True, kw_only=True):
    """Extends the term of a wait by `working_days`. The applicant reads `reason`."""

    stored_name: ClassVar[str] = "ExtendExternalWait"
    wait: str
    working_days: int
    reason: str


class ExternalWaitEnded(CommandDecision, frozen=True, kw_only=True):
    """The task, which is in its queue again, and the new dates of its case.

    `withdrawn_notices` were not printed by then.
    """

    stored_name: ClassVar[str] = "ExternalWaitEnded"
    case: str
    resumed: ResumedTask
    dates: CaseDates
    withdrawn_notices: tuple[str, ...] = ()


class EndExternalWait(Command[ExternalWaitEnded], frozen=True, kw_only=True):
    """Ends a wait: the document `arrived`, the organ decides `without` it, or it has `not_come`.

    `note` is needed unless the document arrived. What has not come is asked of the applicant by a return of the task.
    """

    stored_name: ClassVar[str] = "EndExternalWait"
    wait: str
    outcome: Literal["arrived", "without", "not_come"]
    note: str = ""


def is_wait_counted(matter: MatterDefinition) -> bool:
    """Return whether the period of a task of this matter runs while it waits for another office.

    It is suspended only if the catalogue lists the wait among the special steps that are not counted.
    """
    return not any(step.kind == EXTERNAL_WAIT and not step.counted for step in matter.special_steps)


def _require_days(working_days: int) -> None:
    if not 1 <= working_days <= MAX_WORKING_DAYS:
        raise Refused(
            "wait_days", "State from 1 to {most} working days: the citizen gets it in writing.", most=MAX_WORKING_DAYS
        )


def _decide_begin(tx: Transaction, command: BeginExternalWait, moment: Moment) -> ExternalWaitBegun:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "begin_wait")
    for name in (command.office, command.document):
        if not name.strip() or len(name) > LONGEST_NAME:
            raise Refused("wait_name", "Name the office and its document, each in at most {most} characters.",
                          most=LONGEST_NAME)  # fmt: skip
    _require_days(command.working_days)
    require_reason(command.reason)
    case = read_case(tx, task["case_number"])
    calendar = read_calendar(tx, case.catalogue)
    due_at, expected = compute_papers_deadline(calendar, (task["organ"],), moment.corrected_at, command.working_days)
    wait = f"{command.task}-{len(case.supplements_of(command.task)) + 1}"
    suffix = wait[len(case.number) :]
    return ExternalWaitBegun(
        case=case.number,
        organ=task["organ"],
        wait=wait,
        is_counted=is_wait_counted(case.catalogue.matter(task["matter"])),
        due_at=due_at,
        due_expected=expected,
        letter=f"{case.number}-{EXTERNAL_LETTER}-{suffix}",
        notice=f"{case.number}-{EXTERNAL_WAIT}-{suffix}",
        window=case.row["window_id"],
        made_at=find_notice_time(tx, case.number, moment),
    )


@RULES.register(
    BeginExternalWait,
    ExternalWaitBegun,
    permission="task.begin_wait",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Wait for another office begun"),
    decide=_decide_begin,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_begin(tx: Transaction, entry: Entry[BeginExternalWait, ExternalWaitBegun]) -> None:
    command, decision = entry.command, entry.decision
    suspend_task(tx, command.task, decision.organ, "external", entry.decided_at)
    tx.insert(
        "supplements",
        id=decision.wait,
        task=command.task,
        case_number=decision.case,
        notice=decision.notice,
        materials=encode_json_list(()),
        reason=command.reason,
        asked_by=entry.moment.actor.id,
        asked_at=entry.moment.corrected_at,
        kind=EXTERNAL_WAIT,
        working_days=command.working_days,
        counted=decision.is_counted,
    )
    tx.insert(
        "external_waits",
        id=decision.wait,
        task=command.task,
        case_number=decision.case,
        organ=decision.organ,
        office=command.office,
        document=command.document,
        due_at=decision.due_at,
        due_expected=decision.due_expected,
        letter=decision.letter,
        reminders=0,
        reminded_at=None,
        extended_days=0,
        extension_reason="",
        outcome="",
        ended_by="",
        ended_at=None,
        note="",
    )
    insert_notice(tx, decision.letter, decision.case, EXTERNAL_LETTER, decision.window, decision.made_at)
    insert_notice(tx, decision.notice, decision.case, EXTERNAL_WAIT, decision.window, decision.made_at + 1)
    mark_case_changed(tx, decision.case)


def _read_open_wait(tx: Transaction, wait_id: str, moment: Moment) -> tuple[CaseRecord, Row]:
    """Return the case and the open wait of the actor's organ. Raise Refused without one."""
    case = read_case(tx, case_number_of(wait_id))
    wait = tx.get_for_update("external_waits", id=wait_id)
    if wait is None or wait["outcome"]:
        raise Refused("answered", "This wait for another office has ended already.")
    if wait["organ"] != moment.actor.organ:
        raise Refused("organ", "This task belongs to another organ.")
    return case, wait


def _decide_remind(tx: Transaction, command: RemindOffice, moment: Moment) -> OfficeReminded:
    case, wait = _read_open_wait(tx, command.wait, moment)
    return OfficeReminded(
        case=case.number,
        organ=wait["organ"],
        number=wait["reminders"] + 1,
        letter=f"{wait['letter']}-{wait['reminders'] + 1}",
        window=case.row["window_id"],
        made_at=find_notice_time(tx, case.number, moment),
    )


@RULES.register(
    RemindOffice,
    OfficeReminded,
    permission="task.remind_office",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Reminder to another office"),
    decide=_decide_remind,
    stream=lambda command, _: f"case/{case_number_of(command.wait)}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply_remind(tx: Transaction, entry: Entry[RemindOffice, OfficeReminded]) -> None:
    decision = entry.decision
    reminded = {"reminders": decision.number, "reminded_at": entry.moment.corrected_at}
    tx.update("external_waits", {"id": entry.command.wait}, **reminded)
    insert_notice(tx, decision.letter, decision.case, EXTERNAL_LETTER, decision.window, decision.made_at)
    tx.mark_changed(f"organ/{decision.organ}", f"case/{decision.case}")
    mark_case_changed(tx, decision.case)


def _decide_extend(tx: Transaction, command: ExtendExternalWait, moment: Moment) -> ExternalWaitExtended:
    case, wait = _read_open_wait(tx, command.wait, moment)
    _require_days(command.working_days)
    require_reason(command.reason)
    due_at, expected = compute_papers_deadline(
        read_calendar(tx, case.catalogue),
        (wait["organ"],),
        max(wait["due_at"], moment.corrected_at),
        command.working_days,
    )
    suffix = command.wait[len(case.number) :]
    count = sum(
        row["kind"] == EXTERNAL_WAIT and row["id"].startswith(f"{case.number}-{EXTERNAL_WAIT}-{suffix}")
        for row in tx.select("notices", case_number=case.number)
    )
    return ExternalWaitExtended(
        case=case.number,
        organ=wait["organ"],
        due_at=due_at,
        due_expected=expected,
        notice=f"{case.number}-{EXTERNAL_WAIT}-{suffix}-{count}",
        window=case.row["window_id"],
        made_at=find_notice_time(tx, case.number, moment),
    )


@RULES.register(
    ExtendExternalWait,
    ExternalWaitExtended,
    permission="task.extend_wait",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Wait for another office extended"),
    decide=_decide_extend,
    stream=lambda command, _: f"case/{case_number_of(command.wait)}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply_extend(tx: Transaction, entry: Entry[ExtendExternalWait, ExternalWaitExtended]) -> None:
    command, decision = entry.command, entry.decision
    wait = tx.get("external_waits", id=command.wait)
    before = wait["extended_days"] if wait is not None else 0
    tx.update(
        "external_waits",
        {"id": command.wait},
        due_at=decision.due_at,
        due_expected=decision.due_expected,
        extended_days=before + command.working_days,
        extension_reason=command.reason,
    )
    earlier = tx.get("supplements", id=command.wait)
    unprinted = tx.get("notices", id=earlier["notice"]) if earlier is not None else None
    if unprinted is not None and unprinted["state"] == "pending":
        withdraw_notices(tx, (unprinted["id"],))  # the new notice states everything
    tx.update("supplements", {"id": command.wait}, notice=decision.notice)
    insert_notice(tx, decision.notice, decision.case, EXTERNAL_WAIT, decision.window, decision.made_at)
    tx.mark_changed(f"organ/{decision.organ}", f"case/{decision.case}")
    mark_case_changed(tx, decision.case)


def _decide_end(tx: Transaction, command: EndExternalWait, moment: Moment) -> ExternalWaitEnded:
    case, wait = _read_open_wait(tx, command.wait, moment)
    if command.outcome not in ("arrived", "without", "not_come"):
        raise Refused("outcome", "A wait does not end with {name}.", name=command.outcome)
    if command.outcome != "arrived":
        require_reason(command.note)
    supplement = next(row for row in case.supplements if row["id"] == wait["id"])
    calendar = read_calendar(tx, case.catalogue)
    resumed = resume_task(calendar, case, supplement, moment)
    return ExternalWaitEnded(
        case=case.number,
        resumed=resumed,
        dates=compute_dates_after(calendar, case, (resumed,), (), moment),
        withdrawn_notices=find_settled_notices(tx, case, {wait["id"]}),
    )


@RULES.register(
    EndExternalWait,
    ExternalWaitEnded,
    permission="task.end_wait",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Wait for another office ended"),
    decide=_decide_end,
    stream=lambda command, _: f"case/{case_number_of(command.wait)}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply_end(tx: Transaction, entry: Entry[EndExternalWait, ExternalWaitEnded]) -> None:
    command, decision = entry.command, entry.decision
    at = entry.moment.corrected_at
    return_to_queue(tx, decision.resumed, at)
    ended = {"outcome": command.outcome, "ended_by": entry.moment.actor.id, "ended_at": at, "note": command.note}
    tx.update("external_waits", {"id": command.wait}, **ended)
    withdraw_notices(tx, decision.withdrawn_notices)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)
