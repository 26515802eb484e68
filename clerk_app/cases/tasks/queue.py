"""Moving a task from state to state: the one place that does, so that the counters of each queue are always right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.ledger.numbers import CASE_NUMBER_LENGTH
from db.engines import Row, Transaction


def add_tasks(tx: Transaction, tasks: Sequence[Row]) -> None:
    """New tasks in their organs' queues, which are told. All have the same columns."""
    tx.insert_many("tasks", tasks)
    for task in tasks:
        _change_queue_count(tx, task["organ"], task["state"], 1)
        tx.mark_changed(f"organ/{task['organ']}", f"case/{task['id'][:CASE_NUMBER_LENGTH]}")


def move_task(tx: Transaction, task_id: str, organ: str, previous: str, state: str, **values: Any) -> None:
    """The task is in `state` now, after `was`; its organ's queue is told."""
    tx.update("tasks", {"id": task_id}, state=state, **values)
    if state != previous:
        _change_queue_count(tx, organ, previous, -1)
        _change_queue_count(tx, organ, state, 1)
    tx.mark_changed(f"organ/{organ}", f"case/{task_id[:CASE_NUMBER_LENGTH]}")


def end_task(tx: Transaction, task_id: str, organ: str, state: str, ended_at: int, decided_at: int) -> None:
    """The task has ended at `at`, whatever it waited for; the claim on it ended when that was decided."""
    row = tx.get("tasks", id=task_id)
    assert row is not None
    move_task(tx, task_id, organ, row["state"], state, owner=None, lease_until=None, ended_at=ended_at)
    tx.execute("cases.end_claim", task=task_id, at=decided_at, how=state)
    tx.execute("cases.answer_supplements", task=task_id, at=ended_at)  # nobody waits for its papers any more


def mark_case_changed(tx: Transaction, number: str) -> None:
    """The case changed: its centre is told, and every organ that has work in it; one that waits sees nothing of it."""
    for row in tx.query_all("cases.reader_organs", number=number):
        if row["organ"]:
            tx.mark_changed(f"organ/{row['organ']}", f"case/{number}")


def _change_queue_count(tx: Transaction, organ: str, state: str, by: int) -> None:
    if state not in ENDED_TASK_STATES:
        tx.adjust_queue_count(organ, state, by)
