"""New tasks: built from a planned matter when a case is accepted or re-checked, and started when they need not wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from clerk_app.cases.dates import compute_task_dates
from clerk_app.cases.tasks.queue import add_tasks, move_task
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.plan import PlannedMatter


class NewTask(MessagePart, frozen=True, kw_only=True):
    """A new task. While it waits for other matters (`started` is false) it has no dates.

    `rank` orders the queue and equals `due_at`, or 0 without one. Dates are microseconds UTC. `expected` and
    `statutory_expected` are true for a date beyond the published calendar; `calendar` is the version of the calendars.
    """

    id: str
    matter: str
    organ: str
    promised_days: int
    statutory_days: int
    started: bool
    rank: int
    due_at: int | None = None
    statutory_at: int | None = None
    expected: bool = False
    statutory_expected: bool = False
    calendar: str = ""


def build_task(
    calendar: LegalCalendar, planned: PlannedMatter, task_id: str, started_at: int | None, organ: str = ""
) -> NewTask:
    """Build the task of a matter at its organ, or at `organ`, which decides it in the same periods.

    Its dates count from `started_at` (microseconds UTC); if that is None, the task waits and has no dates.
    """
    days = planned.promised_days, planned.matter.statutory_days
    return build_task_of_days(calendar, planned.id, task_id, started_at, organ or planned.organ, *days)


def build_task_of_days(
    calendar: LegalCalendar,
    matter: str,
    task_id: str,
    started_at: int | None,
    organ: str,
    days: int,
    statutory: int,
) -> NewTask:
    """Build a task with a promised period of `days` and a statutory one of `statutory` working days."""
    task = NewTask(
        id=task_id,
        matter=matter,
        organ=organ,
        promised_days=days,
        statutory_days=statutory,
        started=started_at is not None,
        rank=0,
    )
    if started_at is None:
        return task
    dates = compute_task_dates(calendar, task.organ, started_at, days, statutory)
    return msgspec.structs.replace(task, rank=dates.due_at or 0, **msgspec.structs.asdict(dates))


def task_columns(
    task: NewTask, case_number: str, started_at: int, recheck_of: str | None = None, referred_from: str = ""
) -> Row:
    """Return a new task as columns of the table `tasks`."""
    return {
        "id": task.id,
        "case_number": case_number,
        "matter": task.matter,
        "organ": task.organ,
        "recheck_of": recheck_of,
        "state": "pooled" if task.started else "waiting",
        "promised_days": task.promised_days,
        "statutory_days": task.statutory_days,
        "started_at": started_at if task.started else None,
        **date_columns(task, task.rank),
        "fence": 0,
        "referred_from": referred_from,
    }


class DatedTask(Protocol):
    """A part of a decision with the dates of a task, see `TaskDates`."""

    @property
    def due_at(self) -> int | None: ...
    @property
    def statutory_at(self) -> int | None: ...
    @property
    def expected(self) -> bool: ...
    @property
    def statutory_expected(self) -> bool: ...
    @property
    def calendar(self) -> str: ...


def date_columns(task: DatedTask, rank: int) -> Row:
    """Return rank and dates of a task as columns of the table `tasks`."""
    return {
        "rank": rank,
        "due_at": task.due_at,
        "statutory_at": task.statutory_at,
        "expected": task.expected,
        "statutory_expected": task.statutory_expected,
        "calendar": task.calendar,
    }


def started_columns(task: NewTask) -> Row:
    """Return the columns that the start of a waiting task changes, except the time of the start."""
    return {"state": "pooled", **date_columns(task, task.rank)}


def insert_tasks(
    tx: Transaction,
    number: str,
    tasks: Sequence[NewTask],
    started_at: int,
    recheck_of: str | None = None,
    referred_from: str = "",
) -> None:
    """Insert new tasks of a case into the queues of their organs.

    `recheck_of` is the decided task to be re-checked, `referred_from` the task that was passed on to their organ.
    """
    add_tasks(tx, [task_columns(task, number, started_at, recheck_of, referred_from) for task in tasks])


def start_tasks(tx: Transaction, tasks: Sequence[NewTask], started_at: int) -> None:
    """Move waiting tasks into the queues of their organs, with the dates that the decision has computed."""
    for task in tasks:
        move_task(tx, task.id, task.organ, "waiting", started_at=started_at, **started_columns(task))
