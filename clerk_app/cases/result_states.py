"""State and number of the result of a matter: whether its approval is in force, and how it is numbered in its case."""

from __future__ import annotations

from typing import Literal

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.delivery.result_set import tasks_in_force

ResultState = Literal["valid", "checked_again", "refused"]


def find_result_state(case: CaseRecord, matter: str) -> ResultState:
    """Return whether the result of a matter that was approved once is in force."""
    task = tasks_in_force(case).get(matter)
    if task is None or task["state"] != "approved":
        return "refused"
    return "valid" if case.latest_tasks()[matter]["id"] == task["id"] else "checked_again"


def number_result(case: CaseRecord, matter: str, version: int = 1) -> str:
    """Return the number of the result of a matter; a later version of its content has the version as a suffix."""
    position = next(number for number, planned in enumerate(case.plan.active_matters, 1) if planned.id == matter)
    return f"{case.number}-{position:02d}" + (f"-{version}" if version > 1 else "")
