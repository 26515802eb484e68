"""The hall and the departments at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.connection import StaffService
from clerk_app.views.department import TaskPage
from clerk_app.views.shared import Level, Option, Status


@dataclass(frozen=True)
class QueueRow:
    """An organ's queue at a glance."""

    organ: str
    name: str
    length: int
    oldest: str
    due_soon: int
    overdue: int
    claimed: int
    returned: int
    level: Level


@dataclass(frozen=True)
class CategoryRow:
    """A category of tickets in the hall."""

    id: str
    name: str
    waiting: int
    longest: str
    served: int
    level: Level


@dataclass(frozen=True)
class WindowRow:
    """A window of the hall."""

    id: str
    name: str
    state: str
    since: str
    person: str
    ticket: str


@dataclass(frozen=True)
class SupervisorView:
    """The hall and the departments now."""

    status: Status
    queues: tuple[QueueRow, ...]
    hall: tuple[CategoryRow, ...]
    windows: tuple[WindowRow, ...]
    longest: str
    alerts: tuple[str, ...]
    message: str


class SupervisorService(StaffService, Protocol):
    """Sees where it jams, and acts from the same screen."""

    def read_view(self) -> SupervisorView: ...
    def list_tasks(self, organ: str, offset: int, limit: int) -> TaskPage: ...
    def list_officers(self, organ: str) -> tuple[Option, ...]: ...
    def release_task(self, task: str, reason: str) -> SupervisorView: ...
    def reassign_task(self, task: str, officer: str, reason: str) -> SupervisorView: ...
