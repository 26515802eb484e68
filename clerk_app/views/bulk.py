"""Approval of several tasks of one matter at once, where the catalogue allows it (批量审批)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.shared import LabelledValue, Option

V_co = TypeVar("V_co", covariant=True)


@dataclass(frozen=True)
class BulkTask:
    """A task that may be approved with others, or one that is decided alone because of its `obstacle`.

    `differs` has the values in which the listed tasks differ, masked.
    """

    id: str
    number: str
    applicant: str  # masked
    remaining: str  # working days left, or days overdue, in words
    is_own: bool  # the officer holds it already
    differs: tuple[LabelledValue, ...] = ()
    obstacle: str = ""


@dataclass(frozen=True)
class BulkList:
    """Tasks of one matter, the most urgent first: those that may be approved together, and those decided alone."""

    matter: str  # id
    name: str
    tasks: tuple[BulkTask, ...]
    alone: tuple[BulkTask, ...] = ()
    more: int = 0  # tasks that are free or held by the officer and are not listed


@dataclass(frozen=True)
class BulkProgress:
    """How many of the chosen tasks are done; `failed` names each that was not approved, and why."""

    done: int
    total: int
    failed: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether no task is left."""
        return self.done >= self.total


class BulkService(Protocol[V_co]):
    """Approves several tasks of one matter, each by a claim and a decision of its own."""

    def list_bulk_matters(self) -> tuple[Option, ...]:
        """Return the matters of the queue that the catalogue marks `bulk`, with the number of tasks as hint."""
        ...

    def list_bulk_tasks(self, matter: str) -> BulkList:
        """Return the tasks of a matter in the queue, and those that the officer holds."""
        ...

    def begin_bulk(self, matter: str, tasks: Sequence[str], note: str) -> BulkProgress:
        """Take the choice of tasks with the note for all; nothing is recorded yet. Raises Refused for too many."""
        ...

    def approve_next(self) -> BulkProgress:
        """Claim and approve the next of these tasks. One that fails goes back and is named."""
        ...

    def end_bulk(self) -> V_co:
        """Drop what is left of the choice, and return the view with a sentence on what was approved."""
        ...
