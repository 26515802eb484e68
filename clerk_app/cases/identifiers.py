"""Identifiers that begin with a case number: tasks and notices."""

from __future__ import annotations

from clerk_app.ledger.numbers import CASE_NUMBER_LENGTH


def case_number_of(identifier: str) -> str:
    """Return the case number that a task id or notice id begins with."""
    return identifier[:CASE_NUMBER_LENGTH]


def format_task_id(number: str, position: int) -> str:
    """Return the id of the task at a position, counted from 1: case number and two digits."""
    return f"{number}{position:02d}"


def task_id_range(number: str) -> tuple[str, str]:
    """Return the lowest and the highest id that a task of the case can have."""
    return f"{number}00", f"{number}99"


def case_number_of_promise(promise: str) -> str:
    """Return the case number in the id of a promise: its part before the slash."""
    return promise.partition("/")[0]
