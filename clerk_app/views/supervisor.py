"""Contract of the supervisor screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.connection import StaffService
from clerk_app.views.department import TaskPage
from clerk_app.views.shared import Level, Option, Status


@dataclass(frozen=True)
class QueueRow:
    """Figures of an organ's queue."""

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
    """Figures of a ticket category."""

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
    """Current state of the hall and the departments."""

    status: Status
    queues: tuple[QueueRow, ...]
    hall: tuple[CategoryRow, ...]
    windows: tuple[WindowRow, ...]
    longest: str
    alerts: tuple[str, ...]
    message: str


class SupervisorService(StaffService, Protocol):
    """Actions of a supervisor: view the queues and the hall, release and reassign tasks."""

    def read_view(self) -> SupervisorView: ...
    def list_tasks(self, organ: str, offset: int, limit: int) -> TaskPage: ...
    def list_officers(self, organ: str) -> tuple[Option, ...]: ...
    def release_task(self, task: str, reason: str) -> SupervisorView: ...
    def reassign_task(self, task: str, officer: str, reason: str) -> SupervisorView: ...
