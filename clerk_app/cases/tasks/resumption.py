"""Tasks whose suspension ends: their dates from then on, those of the case, and their way back into the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clerk_app.cases.case_dates import CaseDates, update_case_dates
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import compute_task_dates
from clerk_app.cases.notices import EXTERNAL_WAIT
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks.new_tasks import NewTask, date_columns, task_columns
from clerk_app.cases.tasks.queue import get_task, move_task
from clerk_app.ledger.commands import MessagePart, Moment
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar


class ResumedTask(MessagePart, frozen=True, kw_only=True):
    """A task whose clock resumes, with its new dates (microseconds UTC)."""

    task: str
    organ: str
    supplement: str
    due_at: int
    statutory_at: int
    expected: bool
    statutory_expected: bool = False
    calendar: str = ""
    papers_overdue: bool = False  # it still lacks papers of an earlier supplement whose term has ended


def compute_dates_after(
    calendar: LegalCalendar,
    case: CaseRecord,
    resumed: Sequence[ResumedTask],
    rechecks: Sequence[tuple[NewTask, str]],
    moment: Moment,
) -> CaseDates:
    """Return the dates of the case after tasks resumed and re-checks began."""
    changes = {task.task: {"state": "pooled", **date_columns(task, task.due_at)} for task in resumed}
    new_tasks = [
        {**task_columns(task, case.number, moment.corrected_at, decided), "ended_at": None}
        for task, decided in rechecks
    ]
    answered = {task.supplement for task in resumed}
    supplements = [
        {**row, "answered_at": moment.corrected_at} if row["id"] in answered else row for row in case.supplements
    ]
    return update_case_dates(calendar, case, changes, new_tasks, supplements)


def resume_task(calendar: LegalCalendar, case: CaseRecord, supplement: Row, moment: Moment) -> ResumedTask:
    """Return the task of a supplement, special procedure or external wait, with its dates if that ends now."""
    task = next(row for row in case.tasks if row["id"] == supplement["task"])
    ends_wait = "end_wait" if supplement["kind"] == EXTERNAL_WAIT else "end_procedure"
    next_task_state(task["state"], ends_wait if supplement["kind"] else "supplement")
    answered = [
        {**row, "answered_at": moment.corrected_at} if row["id"] == supplement["id"] else row
        for row in case.supplements_of(task["id"])
    ]
    dates = compute_task_dates(
        calendar,
        task["organ"],
        task["started_at"],
        task["promised_days"] + task["extended_days"],
        task["statutory_days"] + task["extended_days"],
        answered,
    )
    if dates.due_at is None or dates.statutory_at is None:
        raise AssertionError(f"task {task['id']} has a second open supplement")
    return ResumedTask(
        task=task["id"],
        organ=task["organ"],
        supplement=supplement["id"],
        due_at=dates.due_at,
        statutory_at=dates.statutory_at,
        expected=dates.expected,
        statutory_expected=dates.statutory_expected,
        calendar=dates.calendar,
    )


def return_to_queue(tx: Transaction, task: ResumedTask, answered_at: int, **columns: Any) -> None:
    """End the supplement or wait of a task at `answered_at` (microseconds UTC), and put the task into its queue again.

    `columns` are further columns of the task. At a window the task may have ended meanwhile: any state is taken.
    """
    tx.update("supplements", {"id": task.supplement}, answered_at=answered_at)
    previous = get_task(tx, task.task)["state"]
    move_task(tx, task.task, task.organ, previous, "pooled", **columns, **date_columns(task, task.due_at))
