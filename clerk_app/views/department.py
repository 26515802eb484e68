"""An organ's queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from clerk_app.views.case import HistoryRow, MaterialRow, MaterialView, MatterRow
from clerk_app.views.connection import StaffService
from clerk_app.views.shared import LabelledValue, Level, Status


@dataclass(frozen=True)
class TaskRow:
    """A task in an organ's queue."""

    id: str
    number: str
    matter: str
    one_thing: str
    state: str
    due: str
    urgency: Level
    remaining: str  # working days left or over, in words
    holder: str


@dataclass(frozen=True)
class TaskPage:
    """Some rows of a queue, and how many there are in all."""

    rows: tuple[TaskRow, ...]
    total: int


@dataclass(frozen=True)
class TaskView:
    """One task: only its own fields and materials."""

    row: TaskRow
    applicant: str
    promised: str
    statutory: str
    fields: tuple[LabelledValue, ...]
    materials: tuple[MaterialRow, ...]
    siblings: tuple[MatterRow, ...]  # how the other matters of the case stand
    history: tuple[HistoryRow, ...]
    lease_until: datetime | None
    actions: tuple[Literal["approve", "refuse", "return", "commit", "release"], ...]


@dataclass(frozen=True)
class DepartmentView:
    """Everything on an officer's screen."""

    status: Status
    organ: str
    open_tasks: int
    held: int
    overdue: int
    returned: int
    task: TaskView | None
    message: str


class DepartmentService(StaffService, Protocol):
    """An organ's queue, most urgent first."""

    def read_view(self) -> DepartmentView: ...
    def list_tasks(
        self, which: Literal["open", "mine", "overdue", "returned"], offset: int, limit: int
    ) -> TaskPage: ...
    def claim_next(self) -> DepartmentView: ...
    def claim_task(self, task: str) -> DepartmentView: ...
    def open_task(self, task: str) -> DepartmentView:
        """Opens a task one holds already."""
        ...

    def renew_claim(self) -> DepartmentView:
        """Renews the lease while the task is on the screen."""
        ...

    def approve(self, note: str) -> DepartmentView: ...
    def refuse(self, reason: str) -> DepartmentView: ...
    def return_task(self, materials: Sequence[str], reason: str) -> DepartmentView: ...
    def commit_to_approve(self, note: str) -> DepartmentView:
        """Says in writing that it will approve: successors that need no more may start."""
        ...

    def release_task(self) -> DepartmentView: ...
    def open_material(self, material: str) -> MaterialView: ...
