"""Contract of the acts on the course of a task: special procedure, extension, referral, wait for another office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from clerk_app.views.shared import Option

V = TypeVar("V", covariant=True)
"""The view that an act returns."""
WaitOutcome = Literal["arrived", "without", "not_come"]
"""Outcome of a wait for another office: the document arrived, the organ decides without it, or it has not come."""


@dataclass(frozen=True)
class WaitView:
    """A task that waits for a document of an office outside."""

    id: str
    task: str
    number: str
    matter: str
    office: str
    document: str
    since: str  # day of the request, and the working days since
    until: str  # day, and the days left or over, in words
    reminders: str  # how often the office was reminded, and when last
    clock: str  # whether the time is counted
    is_overdue: bool


@dataclass(frozen=True)
class WaitStep:
    """A wait for another office that the catalogue foresees: its name, and what is proposed for it."""

    name: str
    office: str  # empty if the catalogue does not name one
    document: str
    days: int  # working days


class CourseService(Protocol[V]):
    """What an officer does when a task cannot be decided at once, or not by the own organ."""

    def list_procedures(self) -> tuple[Option, ...]:
        """Return the special procedures whose time is not counted, such as a hearing."""
        ...

    def begin_procedure(self, kind: str, working_days: int, reason: str) -> V:
        """Begin a special procedure of the open task; the citizen gets the expected working days in writing."""
        ...

    def end_procedure(self, task: str, result: str) -> V:
        """End the special procedure of a task and open the task."""
        ...

    def ask_extension(self, working_days: int, reason: str) -> V:
        """Ask for an extension of the time limit of the open task; a colleague decides on it."""
        ...

    def decide_extension(self, task: str, note: str, *, approved: bool) -> V:
        """Approve or decline an extension in the extensions of the view; to decline needs a note."""
        ...

    def answer_escalation(self, escalation: str, note: str) -> V:
        """Record what the organ arranges for an overdue task that was escalated to it."""
        ...

    def list_referred(self) -> tuple[Option, ...]:
        """Return what the organ has referred to its superior organ, with its state. Raises OutOfReach."""
        ...

    def refer_task(self, opinion: str) -> V:
        """Refer the open task to the superior organ of `TaskView.superior`, which decides it."""
        ...

    def send_back(self, reason: str) -> V:
        """Send the open task back to the organ that has referred it."""
        ...

    def begin_wait(self, office: str, document: str, working_days: int, reason: str) -> V:
        """Begin to wait for a document of an office outside; the citizen gets the expected working days in writing."""
        ...

    def read_wait(self, task: str) -> WaitView:
        """Return the wait of a task. Raises Refused if it does not wait any more."""
        ...

    def remind_office(self, wait: str) -> V: ...
    def extend_wait(self, wait: str, working_days: int, reason: str) -> V: ...
    def end_wait(self, wait: str, outcome: WaitOutcome, note: str = "") -> V:
        """End a wait. After `not_come` the task is opened, so that its papers can be asked of the citizen."""
        ...

    def list_correctable_answers(self) -> tuple[Option, ...]:
        """Return the fields that the open task needs and whose answer can be corrected, without the answers."""
        ...

    def correct_answer(self, field: str, value: str, reason: str) -> V:
        """Correct an answer of the case of the open task. Raises Refused, BadData, OutOfReach."""
        ...
