"""Moving a task from state to state: the one place that does, so that the counters of each queue are always right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clerk_app.cases.life import ENDED_TASK
from clerk_app.ledger.numbers import LENGTH
from db.engines import Row, Transaction


def add_tasks(tx: Transaction, tasks: Sequence[Row]) -> None:
    """New tasks in their organs' queues, which are told. All have the same columns."""
    tx.insert_many("tasks", tasks)
    for task in tasks:
        _count(tx, task["organ"], task["state"], 1)
        tx.touch(f"organ/{task['organ']}", f"case/{task['id'][:LENGTH]}")


def move_task(tx: Transaction, task: str, organ: str, was: str, state: str, **values: Any) -> None:
    """The task is in `state` now, after `was`; its organ's queue is told."""
    tx.change("tasks", {"id": task}, state=state, **values)
    if state != was:
        _count(tx, organ, was, -1)
        _count(tx, organ, state, 1)
    tx.touch(f"organ/{organ}", f"case/{task[:LENGTH]}")


def end_task(tx: Transaction, task: str, organ: str, state: str, at: int, decided_at: int) -> None:
    """The task has ended at `at`, whatever it waited for; the claim on it ended when that was decided."""
    row = tx.row("tasks", id=task)
    assert row is not None
    move_task(tx, task, organ, row["state"], state, owner=None, lease_until=None, ended_at=at)
    tx.run("cases.end_claim", task=task, at=decided_at, how=state)
    tx.run("cases.end_supplements", task=task, at=at)  # nobody waits for its papers any more


def tell(tx: Transaction, number: str) -> None:
    """The case changed: its centre is told, and every organ that has work in it; one that waits sees nothing of it."""
    for row in tx.all("cases.readers", number=number):
        if row["organ"]:
            tx.touch(f"organ/{row['organ']}", f"case/{number}")


def _count(tx: Transaction, organ: str, state: str, by: int) -> None:
    if state not in ENDED_TASK:
        tx.count(organ, state, by)
