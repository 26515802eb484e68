"""Contract of the department screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from clerk_app.views.case import HistoryRow, MaterialRow, MaterialView, MatterRow
from clerk_app.views.connection import StaffService
from clerk_app.views.shared import LabelledValue, Level, Option, Status

if TYPE_CHECKING:
    from clerk_app.views.tracks import CaseTracks

TaskAction = Literal["approve", "refuse", "return", "commit", "release"]
"""Id of an act on an open task."""


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
    remaining: str  # working days left, or days overdue, in words
    holder: str


@dataclass(frozen=True)
class TaskPage:
    """A page of a queue, and the total number of tasks in the queue."""

    rows: tuple[TaskRow, ...]
    total: int


@dataclass(frozen=True)
class TaskView:
    """A task with only the fields and materials that its matter needs."""

    row: TaskRow
    applicant: str
    promised: str
    statutory: str
    fields: tuple[LabelledValue, ...]
    materials: tuple[MaterialRow, ...]
    siblings: tuple[MatterRow, ...]  # the other matters of the case
    history: tuple[HistoryRow, ...]
    lease_until: datetime | None
    actions: tuple[TaskAction, ...]
    refuse_reasons: tuple[Option, ...] = ()  # stock reasons of the catalogue for a refusal
    return_reasons: tuple[Option, ...] = ()  # and for a return
    lease_over: bool = False  # colleagues can claim the task; its holder can still decide until one does
    is_masked: bool = False  # whether names and numbers are masked
    late_materials: tuple[str, ...] = ()  # ids; asking for them needs a reason, see `DepartmentService.return_task`
    tracks: CaseTracks | None = None  # its case over time


@dataclass(frozen=True)
class DepartmentView:
    """Everything that the department screen shows."""

    status: Status
    organ: str
    open_tasks: int
    held: int
    overdue: int
    returned: int
    task: TaskView | None
    message: str
    ended: tuple[str, ...] = ()  # sentences on tasks of the officer that ended without a decision, until acknowledged


class DepartmentService(StaffService, Protocol):
    """Actions of an officer on the tasks of their organ. Lists begin with the most urgent task."""

    def read_view(self) -> DepartmentView: ...
    def list_unmask_purposes(self) -> tuple[Option, ...]: ...
    def unmask(self, purpose: str) -> DepartmentView:
        """Record why names and numbers of the open task's case are needed in full, and show them so."""
        ...

    def list_tasks(
        self, which: Literal["open", "mine", "overdue", "returned"], offset: int, limit: int
    ) -> TaskPage: ...
    def claim_next(self) -> DepartmentView: ...
    def open_task(self, task: str) -> DepartmentView:
        """Open a task; claim it first unless this officer has claimed it already."""
        ...

    def renew_claim(self) -> DepartmentView:
        """Renew the lease of the task on the screen."""
        ...

    def approve(self, note: str) -> DepartmentView: ...
    def refuse(self, reason: str, codes: Sequence[str] = ()) -> DepartmentView:
        """Refuse the task; `codes` are ids of stock reasons."""
        ...

    def return_task(
        self,
        materials: Sequence[str],
        reason: str,
        late_code: str = "",
        late_reason: str = "",
        *,
        codes: Sequence[str] = (),
    ) -> DepartmentView:
        """Return the task for materials; `codes` are ids of stock reasons.

        Those in `TaskView.late_materials` were visible at the previous notice: they need a reason of
        `list_late_reasons`, and words for it.
        """
        ...

    def list_late_reasons(self) -> tuple[Option, ...]: ...
    def commit_to_approve(self, note: str) -> DepartmentView:
        """Commit in writing to approve the task. Successors that need only this commitment can then start."""
        ...

    def release_task(self) -> DepartmentView: ...
    def acknowledge_ended(self) -> DepartmentView:
        """Record on this machine that the officer has read of the tasks in `DepartmentView.ended`."""
        ...

    def open_material(self, material: str) -> MaterialView: ...
