"""Sixteen programs at one queue: every task goes to exactly one of them, and none is left over."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from db.engines import Store
from tests.office import SampleOffice

ROOT = Path(__file__).parents[2]
TASKS = 200
PROGRAMS = [f"health-{1 + n % 2}" for n in range(16)]


@pytest.fixture
def queue(office: SampleOffice) -> Store:
    """A long queue; some of its tasks were claimed by somebody whose lease ran out."""
    with office.store.write() as tx:
        for place in range(TASKS):
            lapsed = place % 10 == 0
            tx.insert(
                "tasks",
                id=f"26{place:010d}01",
                case_number=f"26{place:010d}",
                matter="birth-medical-certificate",
                organ="health",
                state="claimed" if lapsed else "pooled",
                rank=place % 7,
                promised_days=1,
                statutory_days=1,
                expected=False,
                owner="health-1" if lapsed else None,
                lease_until=1 if lapsed else None,
                fence=1 if lapsed else 0,
            )
            if lapsed:
                tx.insert("claims", task=f"26{place:010d}01", fence=1, staff="health-1", at=0, how="")
    return office.store


def count_claims(act: str, store: Store) -> Counter[str]:
    """How often each task was claimed, by all programs together."""
    words = [sys.executable, "-m", "tests.cases.programs", act, str(store.location), "health", *PROGRAMS]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert len(lines) == len(PROGRAMS)
    assert {line[-1] for line in lines} == {"empty"}
    return Counter(task for line in lines for task in line[1:-1])


def test_sixteen_programs_claim_every_task_once(queue: Store) -> None:
    times = count_claims("claim", queue)
    doubled = [task for task, many in times.items() if many > 1]
    assert (doubled, TASKS - len(times)) == ([], 0)
    with queue.read() as look:
        rows = look.select("tasks", organ="health")
        claims = [row for row in look.select("claims") if row["ended_at"] is None]
    assert {row["state"] for row in rows} == {"claimed"}
    assert sorted(row["task"] for row in claims) == sorted(times)
    assert {row["id"]: row["owner"] for row in rows} == {row["task"]: row["staff"] for row in claims}


def test_looking_first_and_taking_then_doubles(queue: Store) -> None:
    """The control: a queue without lock or fence fails the same count."""
    assert max(count_claims("naively", queue).values()) > 1
