"""Referrals (同意但需转报): an organ that agrees, but may not decide alone, passes a matter on to its superior organ.

The task of the lower organ ends with its opinion. The superior organ gets a task of its own for the same matter, with
a term of its own, and approves it, refuses it, or sends it back with a reason. Then the lower organ has a task again,
with the days that were left. Source: Administrative Licensing Law (行政许可法, 2019), art. 43.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.dates import compute_task_due_date, end_of_day, to_local_time
from clerk_app.cases.identifiers import case_number_of, format_task_id
from clerk_app.cases.notices import REFERRAL, find_notice_time, insert_notice
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.new_tasks import NewTask, build_task, build_task_of_days, insert_tasks, task_columns
from clerk_app.cases.tasks.queue import end_task, get_task
from clerk_app.cases.tasks.referral_records import find_referral
from clerk_app.catalogue.deadlines import LOWER_REVIEW_DAYS
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar

RULES = RuleSet()


class TaskReferred(CommandDecision, frozen=True, kw_only=True):
    """The task of the superior organ, and the notice on the referral, to be printed at `window`.

    `review_due_at` is the last day of the lower organ's review. `consequences_pending` is true for a referral made at a
    window, which does not have the whole case: the authority then makes the new task. Times are microseconds UTC.
    """

    stored_name: ClassVar[str] = "TaskReferred"
    case: str
    organ: str
    superior: str
    review_due_at: int | None = None
    successor: NewTask | None = None
    notice: str = ""
    window: str = ""
    made_at: int = 0
    dates: CaseDates | None = None
    consequences_pending: bool = False


class ReferTask(Command[TaskReferred], frozen=True, kw_only=True):
    """Refers a task that the actor holds and agrees to. `opinion` is read by the superior organ."""

    stored_name: ClassVar[str] = "ReferTask"
    task: str
    fence: int
    opinion: str


class TaskSentBack(CommandDecision, frozen=True, kw_only=True):
    """The new task of the organ that had referred the matter, and the new dates of the case.

    `referred` is the task that had been referred. `consequences_pending` as in `TaskReferred`.
    """

    stored_name: ClassVar[str] = "TaskSentBack"
    case: str
    organ: str
    referred: str
    successor: NewTask | None = None
    dates: CaseDates | None = None
    consequences_pending: bool = False


class SendBackTask(Command[TaskSentBack], frozen=True, kw_only=True):
    """Sends a referred matter back to the organ that referred it. The actor holds the task of the superior organ."""

    stored_name: ClassVar[str] = "SendBackTask"
    task: str
    fence: int
    reason: str


def find_superior(case: CaseRecord, task: Row) -> str:
    """Return the organ to which a task can be referred: that of its matter, or the parent of its organ; empty if none.

    A task that was referred already can only go to the parent of the organ that has it now.
    """
    matter = case.catalogue.matter(task["matter"])
    own = {matter.organ, *(deciding.organ for deciding in matter.decides)} - {matter.refers_to}
    if matter.refers_to is not None and task["organ"] in own:
        return matter.refers_to
    organ = next((organ for organ in case.catalogue.organs if organ.id == task["organ"]), None)
    return organ.parent or "" if organ is not None else ""


def _decide_refer(tx: Transaction, command: ReferTask, moment: Moment) -> TaskReferred:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "refer")
    require_reason(command.opinion)
    case = read_case(tx, task["case_number"])
    superior = find_superior(case, task)
    if not superior:
        raise Refused("no_superior", "The catalogue names no organ to which this matter could be referred.")
    if not moment.is_authority:
        return TaskReferred(case=case.number, organ=task["organ"], superior=superior, consequences_pending=True)
    calendar = read_calendar(tx, case.catalogue)
    planned = next(planned for planned in case.plan.active_matters if planned.id == task["matter"])
    task_id = format_task_id(case.number, len(case.tasks) + 1)
    successor = build_task(calendar, planned, task_id, moment.corrected_at, superior)
    return TaskReferred(
        case=case.number,
        organ=task["organ"],
        superior=superior,
        review_due_at=_review_due(calendar, case, task),
        successor=successor,
        notice=f"{case.number}-{REFERRAL}-{command.task[len(case.number) :]}",
        window=case.row["window_id"],
        made_at=find_notice_time(tx, case.number, moment),
        dates=_dates_after(calendar, case, task, "referred", successor, moment),
    )


def _review_due(calendar: LegalCalendar, case: CaseRecord, task: Row) -> int | None:
    """Return the last day of a lower organ's review: 20 working days, or its statutory term if that ends before."""
    supplements = case.supplements_of(task["id"])
    days = min(LOWER_REVIEW_DAYS, task["statutory_days"]) + task["extended_days"]
    due = compute_task_due_date(calendar, task["organ"], task["started_at"], days, supplements)
    return end_of_day(due.date, calendar.zone) if due is not None else None


def _dates_after(
    calendar: LegalCalendar, case: CaseRecord, task: Row, state: str, successor: NewTask, moment: Moment
) -> CaseDates:
    """Return the dates of the case after a task was passed on."""
    at = moment.corrected_at
    columns = task_columns(successor, case.number, at, task["recheck_of"], task["id"])
    return update_case_dates(
        calendar, case, {task["id"]: {"state": state, "ended_at": at}}, [{**columns, "ended_at": None}]
    )


@RULES.register(
    ReferTask,
    TaskReferred,
    permission="task.refer",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Referral to the superior organ"),
    decide=_decide_refer,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_refer(tx: Transaction, entry: Entry[ReferTask, TaskReferred]) -> None:
    command, decision = entry.command, entry.decision
    recheck_of = get_task(tx, command.task)["recheck_of"]
    end_task(tx, command.task, decision.organ, "referred", entry.moment.corrected_at, entry.decided_at)
    tx.insert(
        "referrals",
        task=command.task,
        case_number=decision.case,
        organ=decision.organ,
        superior=decision.superior,
        successor=decision.successor.id if decision.successor is not None else "",
        opinion=command.opinion,
        referred_by=entry.moment.actor.id,
        referred_at=entry.moment.corrected_at,
        review_due_at=decision.review_due_at,
        notice=decision.notice,
        returned_by="",
        returned_at=None,
        return_reason="",
        return_task="",
    )
    if decision.successor is not None:
        _insert_successor(tx, decision.case, decision.successor, entry.moment, recheck_of, command.task)
        insert_notice(tx, decision.notice, decision.case, REFERRAL, decision.window, decision.made_at)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)


def _insert_successor(
    tx: Transaction, number: str, successor: NewTask, moment: Moment, recheck_of: str | None, passed_on: str
) -> None:
    insert_tasks(tx, number, [successor], moment.corrected_at, recheck_of=recheck_of, referred_from=passed_on)


def _decide_send_back(tx: Transaction, command: SendBackTask, moment: Moment) -> TaskSentBack:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "send_back")
    require_reason(command.reason)
    referral = find_referral(tx, command.task)
    if referral is None:
        raise Refused("not_referred", "No organ has referred this matter, so it cannot be sent back.")
    if not moment.is_authority:
        return TaskSentBack(
            case=task["case_number"], organ=task["organ"], referred=referral["task"], consequences_pending=True
        )
    case = read_case(tx, task["case_number"])
    calendar = read_calendar(tx, case.catalogue)
    lower = next(row for row in case.tasks if row["id"] == referral["task"])
    successor = build_task_of_days(
        calendar,
        task["matter"],
        format_task_id(case.number, len(case.tasks) + 1),
        moment.corrected_at,
        lower["organ"],
        _days_left(calendar, lower, "due_at"),
        _days_left(calendar, lower, "statutory_at"),
    )
    return TaskSentBack(
        case=case.number,
        organ=task["organ"],
        referred=lower["id"],
        successor=successor,
        dates=_dates_after(calendar, case, task, "sent_back", successor, moment),
    )


def _days_left(calendar: LegalCalendar, lower: Row, column: str) -> int:
    """Return the working days that a task had left when it was referred, at least one."""
    ended = to_local_time(lower["ended_at"], calendar.zone).date()
    due = to_local_time(lower[column], calendar.zone).date() if lower[column] is not None else ended
    return max(1, calendar.working_days_of(lower["organ"]).count_between(ended, due)) if due > ended else 1


@RULES.register(
    SendBackTask,
    TaskSentBack,
    permission="task.send_back",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Referred matter sent back"),
    decide=_decide_send_back,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_send_back(tx: Transaction, entry: Entry[SendBackTask, TaskSentBack]) -> None:
    command, decision = entry.command, entry.decision
    recheck_of = get_task(tx, command.task)["recheck_of"]
    end_task(tx, command.task, decision.organ, "sent_back", entry.moment.corrected_at, entry.decided_at)
    tx.update(
        "referrals",
        {"task": decision.referred},
        returned_by=entry.moment.actor.id,
        returned_at=entry.moment.corrected_at,
        return_reason=command.reason,
        return_task=decision.successor.id if decision.successor is not None else "",
    )
    if decision.successor is not None:
        _insert_successor(tx, decision.case, decision.successor, entry.moment, recheck_of, command.task)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)
