"""The hall and the departments at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.desk.department import TaskPage
from clerk_app.desk.line import LineDesk
from clerk_app.desk.shared import Choice, Level, Status


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
    say: str


class SupervisorDesk(LineDesk, Protocol):
    """Sees where it jams, and acts from the same screen."""

    def look(self) -> SupervisorView: ...
    def tasks(self, organ: str, offset: int, limit: int) -> TaskPage: ...
    def officers(self, organ: str) -> tuple[Choice, ...]: ...
    def release(self, task: str, reason: str) -> SupervisorView: ...
    def reassign(self, task: str, officer: str, reason: str) -> SupervisorView: ...
