"""New tasks: built from a planned matter when a case is accepted or re-checked, and started when they need not wait."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.cases.dates import compute_due_timestamp, compute_task_due_date, end_of_day
from clerk_app.cases.tasks.queue import add_tasks, move_task
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import PlannedMatter
from clerk_app.ledger.commands import MessagePart
from db.engines import Transaction


class NewTask(MessagePart, frozen=True, kw_only=True):
    """A new task. While it waits for other matters (`started` is false) it has no dates.

    `rank` orders the queue and equals `due_at`, or 0 without one. Dates are microseconds UTC. `expected` is true if
    `due_at` lies beyond the published calendar.
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


def build_task(catalogue: Catalogue, planned: PlannedMatter, task_id: str, started_at: int | None) -> NewTask:
    """Build the task of a matter.

    Its dates count from `started_at` (microseconds UTC); if that is None, the task waits and has no dates.
    """
    days, statutory = planned.promised_days, planned.matter.statutory_days
    due = compute_task_due_date(catalogue, started_at, days) if started_at is not None else None
    due_at = end_of_day(due.date, catalogue.time_zone) if due else None
    return NewTask(
        id=task_id,
        matter=planned.id,
        organ=planned.matter.organ,
        promised_days=days,
        statutory_days=statutory,
        started=started_at is not None,
        rank=due_at or 0,
        due_at=due_at,
        statutory_at=compute_due_timestamp(catalogue, started_at, statutory) if started_at is not None else None,
        expected=bool(due and due.expected),
    )


def insert_tasks(
    tx: Transaction, number: str, tasks: Sequence[NewTask], started_at: int, recheck_of: str | None = None
) -> None:
    """Insert new tasks of a case into the queues of their organs; `recheck_of` is the decided task to be re-checked."""
    add_tasks(
        tx,
        [
            {
                "id": task.id,
                "case_number": number,
                "matter": task.matter,
                "organ": task.organ,
                "recheck_of": recheck_of,
                "state": "pooled" if task.started else "waiting",
                "rank": task.rank,
                "promised_days": task.promised_days,
                "statutory_days": task.statutory_days,
                "started_at": started_at if task.started else None,
                "due_at": task.due_at,
                "statutory_at": task.statutory_at,
                "expected": task.expected,
                "fence": 0,
            }
            for task in tasks
        ],
    )


def start_tasks(tx: Transaction, tasks: Sequence[NewTask], started_at: int) -> None:
    """Move waiting tasks into the queues of their organs, with the dates that the decision has computed."""
    for task in tasks:
        move_task(
            tx,
            task.id,
            task.organ,
            "waiting",
            "pooled",
            rank=task.rank,
            started_at=started_at,
            due_at=task.due_at,
            statutory_at=task.statutory_at,
            expected=task.expected,
        )
