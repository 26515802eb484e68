"""Sixteen processes claim from one queue: every task goes to exactly one of them, and none is left."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from db.engines import Store
from tests.engines import postgresql_wide
from tests.office import SampleOffice

ROOT = Path(__file__).parents[2]
TASKS = 200
OFFICERS = [f"health-{1 + n % 2}" for n in range(16)]


@pytest.fixture
def queue(office: SampleOffice) -> Store:
    """Return a store with a long queue, in which every tenth task has an expired claim."""
    with office.store.write() as tx:
        for index in range(TASKS):
            expired = index % 10 == 0
            tx.insert(
                "tasks",
                id=f"26{index:010d}01",
                case_number=f"26{index:010d}",
                matter="birth-medical-certificate",
                organ="health",
                state="claimed" if expired else "pooled",
                rank=index % 7,
                promised_days=1,
                statutory_days=1,
                expected=False,
                owner="health-1" if expired else None,
                lease_until=1 if expired else None,
                fence=1 if expired else 0,
            )
            if expired:
                tx.insert("claims", task=f"26{index:010d}01", fence=1, staff="health-1", at=0, how="")
    return office.store


def count_claims(act: str, store: Store) -> Counter[str]:
    """Return how often each task was claimed, over all processes."""
    words = [sys.executable, "-m", "tests.cases.programs", act, str(store.location), "health", *OFFICERS]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert len(lines) == len(OFFICERS)
    assert {line[-1] for line in lines} == {"empty"}
    return Counter(task for line in lines for task in line[1:-1])


@postgresql_wide
def test_sixteen_processes_claim_every_task_once(queue: Store) -> None:
    times = count_claims("claim", queue)
    claimed_twice = [task for task, count in times.items() if count > 1]
    assert (claimed_twice, TASKS - len(times)) == ([], 0)
    with queue.read() as tx:
        rows = tx.select("tasks", organ="health")
        claims = [row for row in tx.select("claims") if row["ended_at"] is None]
    assert {row["state"] for row in rows} == {"claimed"}
    assert sorted(row["task"] for row in claims) == sorted(times)
    assert {row["id"]: row["owner"] for row in rows} == {row["task"]: row["staff"] for row in claims}


@pytest.mark.wide
def test_reading_before_claiming_without_lock_claims_tasks_twice(queue: Store) -> None:
    """Control: a queue without lock or fence fails the same check."""
    assert max(count_claims("naively", queue).values()) > 1
