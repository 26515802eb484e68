"""Invariants of the course of tasks: no term without a watcher, no matter decided twice, referrals and waits agree."""

from __future__ import annotations

from collections import Counter

from clerk_app.cases.states import PASSED_ON_STATES
from tests.simulation.city import SimulatedCity
from tests.simulation.ground_truth import InvariantViolation


def check_course(city: SimulatedCity) -> None:
    """Check waits, referrals and decisions of all tasks at the center."""
    tasks = {row["id"]: row for row in city.center.rows("tasks")}
    _check_waits(city, tasks)
    _check_referrals(city, tasks)
    _check_decided_once(city, tasks)
    for task in tasks.values():
        is_open = task["started_at"] is not None and task["ended_at"] is None
        if is_open and task["due_at"] is None and not _is_paused(city, task["id"]):
            raise InvariantViolation("no open task is without a term", task=task["id"], state=task["state"])


def _is_paused(city: SimulatedCity, task: str) -> bool:
    rows = city.center.rows("supplements", task=task)
    return any(row["notified_at"] is not None and row["answered_at"] is None for row in rows)


def _check_waits(city: SimulatedCity, tasks: dict[str, dict[str, object]]) -> None:
    """Check that each task that waits for another office has one open wait, with a term, and no other task has."""
    waiting = Counter(row["task"] for row in city.center.rows("external_waits") if row["outcome"] == "")
    for name, task in tasks.items():
        if waiting[name] != (task["state"] == "external"):
            raise InvariantViolation("no term without a watcher", task=name, state=task["state"], waits=waiting[name])


def _check_referrals(city: SimulatedCity, tasks: dict[str, dict[str, object]]) -> None:
    """Check that a task that was passed on has a later task of its matter at another organ, and no decision."""
    later = Counter(task["referred_from"] for task in tasks.values() if task["referred_from"])
    decided = {row["task"] for row in city.center.rows("decisions")}
    for name, task in tasks.items():
        is_passed_on = task["state"] in PASSED_ON_STATES
        if later[name] != is_passed_on or (is_passed_on and name in decided):
            raise InvariantViolation(
                "a referred matter has one task", task=name, state=task["state"], later=later[name]
            )
    for row in city.center.rows("referrals"):
        successor = tasks.get(row["successor"])
        if (
            successor is None
            or successor["organ"] != row["superior"]
            or successor["matter"] != tasks[row["task"]]["matter"]
        ):
            raise InvariantViolation("a referral names the task of the superior organ", task=row["task"])


def _check_decided_once(city: SimulatedCity, tasks: dict[str, dict[str, object]]) -> None:
    """Check that no matter has two decisions, except by re-checks."""
    decided = Counter(
        (tasks[row["task"]]["case_number"], tasks[row["task"]]["matter"], tasks[row["task"]]["recheck_of"])
        for row in city.center.rows("decisions")
        if row["task"] in tasks and row["outcome"] != "lapsed"
    )
    for (case, matter, _recheck), count in decided.items():
        if count > 1:
            raise InvariantViolation("no matter is decided twice", case=case, matter=matter)
