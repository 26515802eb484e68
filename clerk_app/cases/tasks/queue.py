"""Inserts and moves tasks. No other module changes a task's state, so that the queue counters stay correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.states import ENDED_TASK_STATES
from db.engines import Row, Transaction


def get_task(tx: Transaction, task_id: str) -> Row:
    """Return the row of a task that an entry refers to. Raise LookupError when it is not in this store."""
    row = tx.get("tasks", id=task_id)
    if row is None:
        raise LookupError(f"task {task_id} is not in this store")
    return row


def add_tasks(tx: Transaction, tasks: Sequence[Row]) -> None:
    """Insert task rows with equal columns, adjust the queue counters, mark the cases as changed for their organs."""
    tx.insert_many("tasks", tasks)
    for task in tasks:
        _change_queue_count(tx, task["organ"], task["state"], 1)
        tx.mark_changed(f"organ/{task['organ']}", f"case/{case_number_of(task['id'])}")


def move_task(tx: Transaction, task_id: str, organ: str, previous: str, state: str, **values: Any) -> None:
    """Change a task from state `previous` to `state`, set the columns in `values` and adjust the queue counters."""
    tx.update("tasks", {"id": task_id}, state=state, **values)
    if state != previous:
        _change_queue_count(tx, organ, previous, -1)
        _change_queue_count(tx, organ, state, 1)
    tx.mark_changed(f"organ/{organ}", f"case/{case_number_of(task_id)}")


def end_task(tx: Transaction, task_id: str, organ: str, state: str, ended_at: int, decided_at: int) -> None:
    """Move a task to an end state, and close its claim and its open supplements. Times are microseconds UTC.

    `ended_at` is the legal time, `decided_at` the time of the command, at which the claim ended.
    """
    previous = get_task(tx, task_id)["state"]
    move_task(tx, task_id, organ, previous, state, owner=None, lease_until=None, ended_at=ended_at)
    tx.execute("cases.end_claim", task=task_id, at=decided_at, how=state)
    tx.execute("cases.answer_supplements", task=task_id, at=ended_at)
    tx.execute("cases.end_external_waits", task=task_id, at=ended_at)


def change_organ(
    tx: Transaction, task_id: str, before: str, organ: str, state: str, decided_at: int, values: Mapping[str, object]
) -> None:
    """Move an open task from the queues of one organ to those of another, and end its claim at `decided_at`.

    `values` are further columns to set. The organ of its waits for other offices changes too.
    """
    previous = get_task(tx, task_id)["state"]
    tx.update(
        "tasks",
        {"id": task_id},
        **{**values, "organ": organ, "moved_from": before, "state": state, "owner": None, "lease_until": None},
    )
    _change_queue_count(tx, before, previous, -1)
    _change_queue_count(tx, organ, state, 1)
    tx.execute("cases.end_claim", task=task_id, at=decided_at, how="moved")
    tx.update("external_waits", {"task": task_id}, organ=organ)
    for reader in (before, organ):
        tx.mark_changed(f"organ/{reader}", f"case/{case_number_of(task_id)}")


def suspend_task(tx: Transaction, task_id: str, organ: str, state: str, decided_at: int, **values: Any) -> None:
    """Move a task to a state in which it waits for somebody else, and end its claim at `decided_at` (microseconds UTC).

    `values` are further columns to set.
    """
    previous = get_task(tx, task_id)["state"]  # not always "claimed": elsewhere it may have been taken back
    move_task(tx, task_id, organ, previous, state, owner=None, lease_until=None, papers_overdue=False, **values)
    tx.execute("cases.end_claim", task=task_id, at=decided_at, how=state)


def lapse_task(tx: Transaction, task_id: str, organ: str, caused_by: str, ended_at: int, decided_at: int) -> None:
    """End a task without a decision; `caused_by` is the refused task that it depended on."""
    end_task(tx, task_id, organ, "lapsed", ended_at, decided_at)
    tx.update("tasks", {"id": task_id}, caused_by=caused_by)


def reopen_task(tx: Transaction, task_id: str, organ: str) -> None:
    """Move a lapsed task back to the state in which it waits for other matters."""
    tx.delete("decisions", task=task_id, outcome="lapsed")  # written by entries of schema 0005 and before
    no_dates = {"started_at": None, "due_at": None, "statutory_at": None, "expected": False, "rank": 0}
    no_acts = {"ended_at": None, "committed_at": None, "caused_by": "", "extended_days": 0}
    move_task(tx, task_id, organ, "lapsed", "waiting", **no_acts, **no_dates)


def _change_queue_count(tx: Transaction, organ: str, state: str, by: int) -> None:
    if state not in ENDED_TASK_STATES:
        tx.adjust_queue_count(organ, state, by)
