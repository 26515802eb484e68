"""Special procedures (特别程序): a hearing, test or review, whose time is not counted in the period of its task.

The applicant is notified in writing how long it is expected to take; the period pauses from that notice on, as for a
supplement, until the officer records the result. Source: Administrative Licensing Law (行政许可法, 2019), art. 45.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_dates import CaseDates, store_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.notices import PROCEDURE, find_notice_time, find_settled_notices, insert_notice, withdraw_notices
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.queue import suspend_task
from clerk_app.cases.tasks.resumption import ResumedTask, compute_dates_after, resume_task, return_to_queue
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

PROCEDURES = {
    "hearing": mark("hearing"),
    "bidding": mark("public bidding"),
    "auction": mark("auction"),
    "inspection": mark("inspection"),
    "testing": mark("testing"),
    "quarantine": mark("quarantine check"),
    "appraisal": mark("appraisal"),
    "expert_review": mark("expert review"),
}
"""The procedures whose time is not counted (art. 45), by code."""

MAX_WORKING_DAYS = 250
RULES = RuleSet()


class ProcedureBegun(CommandDecision, frozen=True, kw_only=True):
    """The suspension of the task, and the notice that states it, to be printed at `window`.

    `made_at` is the time of the notice, microseconds UTC.
    """

    stored_name: ClassVar[str] = "ProcedureBegun"
    case: str
    organ: str
    supplement: str
    notice: str
    window: str
    made_at: int


class BeginProcedure(Command[ProcedureBegun], frozen=True, kw_only=True):
    """Begins a special procedure of a task that the actor holds.

    `kind` is a key of PROCEDURES, `working_days` how long it is expected to take, `reason` what is examined.
    """

    stored_name: ClassVar[str] = "BeginProcedure"
    task: str
    fence: int
    kind: str
    working_days: int
    reason: str


class ProcedureEnded(CommandDecision, frozen=True, kw_only=True):
    """The task, whose period runs again, and the new dates of its case.

    `withdrawn_notices` were not printed by then.
    """

    stored_name: ClassVar[str] = "ProcedureEnded"
    case: str
    resumed: ResumedTask
    dates: CaseDates
    withdrawn_notices: tuple[str, ...] = ()


class EndProcedure(Command[ProcedureEnded], frozen=True, kw_only=True):
    """Ends the special procedure of a task; `result` is what it has found, in the officer's words."""

    stored_name: ClassVar[str] = "EndProcedure"
    task: str
    result: str


def _decide_begin(tx: Transaction, command: BeginProcedure, moment: Moment) -> ProcedureBegun:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "begin_procedure")
    if command.kind not in PROCEDURES:
        raise Refused("procedure", "There is no special procedure {name}.", name=command.kind)
    if not 1 <= command.working_days <= MAX_WORKING_DAYS:
        raise Refused(
            "procedure_days",
            "State from 1 to {most} working days: the citizen gets it in writing.",
            most=MAX_WORKING_DAYS,
        )
    require_reason(command.reason)
    case = read_case(tx, task["case_number"])
    supplement = f"{command.task}-{len(case.supplements_of(command.task)) + 1}"
    return ProcedureBegun(
        case=case.number,
        organ=task["organ"],
        supplement=supplement,
        notice=f"{case.number}-{PROCEDURE}-{supplement[len(case.number) :]}",
        window=case.row["window_id"],
        made_at=find_notice_time(tx, case.number, moment),
    )


@RULES.register(
    BeginProcedure,
    ProcedureBegun,
    permission="task.begin_procedure",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Special procedure begun"),
    decide=_decide_begin,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_begin(tx: Transaction, entry: Entry[BeginProcedure, ProcedureBegun]) -> None:
    command, decision = entry.command, entry.decision
    suspend_task(tx, command.task, decision.organ, "procedure", entry.decided_at)
    tx.insert(
        "supplements",
        id=decision.supplement,
        task=command.task,
        case_number=decision.case,
        notice=decision.notice,
        materials=encode_json_list(()),
        reason=command.reason,
        asked_by=entry.moment.actor.id,
        asked_at=entry.moment.corrected_at,
        kind=command.kind,
        working_days=command.working_days,
    )
    insert_notice(tx, decision.notice, decision.case, PROCEDURE, decision.window, decision.made_at)
    mark_case_changed(tx, decision.case)


def find_open_procedure(case: CaseRecord, task_id: str) -> Row | None:
    """Return the special procedure of a task that has not ended; None without one."""
    return next((row for row in case.supplements_of(task_id) if row["kind"] and row["answered_at"] is None), None)


def _decide_end(tx: Transaction, command: EndProcedure, moment: Moment) -> ProcedureEnded:
    case = read_case(tx, case_number_of(command.task))
    task = next((task for task in case.tasks if task["id"] == command.task), None)
    if task is None:
        raise Refused("no_task", "There is no task {task} here.", task=format_task_number(command.task))
    if task["organ"] != moment.actor.organ:
        raise Refused("organ", "This task belongs to another organ.")
    next_task_state(task["state"], "end_procedure")
    require_reason(command.result)
    procedure = find_open_procedure(case, command.task)
    if procedure is None:
        raise Refused("answered", "The special procedure has ended already.")
    calendar = read_calendar(tx, case.catalogue)
    resumed = resume_task(calendar, case, procedure, moment)
    return ProcedureEnded(
        case=case.number,
        resumed=resumed,
        dates=compute_dates_after(calendar, case, (resumed,), (), moment),
        withdrawn_notices=find_settled_notices(tx, case, {procedure["id"]}),
    )


@RULES.register(
    EndProcedure,
    ProcedureEnded,
    permission="task.end_procedure",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Special procedure ended"),
    decide=_decide_end,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply_end(tx: Transaction, entry: Entry[EndProcedure, ProcedureEnded]) -> None:
    decision = entry.decision
    return_to_queue(tx, decision.resumed, entry.moment.corrected_at)
    withdraw_notices(tx, decision.withdrawn_notices)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)
