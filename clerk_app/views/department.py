"""Contract of the department screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from clerk_app.views.bulk import BulkService
from clerk_app.views.case import FieldRow, HistoryRow, MaterialRow, MaterialView, MatterRow
from clerk_app.views.case_messages import CaseMessageService
from clerk_app.views.connection import StaffService
from clerk_app.views.courier import CourierService
from clerk_app.views.course import CourseService, WaitStep
from clerk_app.views.follow_ups import FollowUpRow, FollowUpService
from clerk_app.views.lists import ListQuery
from clerk_app.views.paper_review import CaseReviewService
from clerk_app.views.requested_papers import RequestedPapersService
from clerk_app.views.shared import LabelledValue, Level, Option, Status
from clerk_app.views.similar import SimilarService
from clerk_app.views.undo import UndoOffer

if TYPE_CHECKING:
    from clerk_app.views.plots import DayPlot
    from clerk_app.views.tracks import CaseTracks

TaskAction = Literal[
    "approve", "refuse", "return", "commit", "release", "procedure", "extend", "refer", "send_back", "wait"
]
"""Id of an act on an open task."""
QueueName = Literal["open", "mine", "overdue", "returned"]

NO_QUERY = ListQuery()


@dataclass(frozen=True)
class TaskSelection:
    """Which tasks of a queue are listed, and in which order; without values all of them, the most urgent first.

    The order of `query` is number, matter, state, due or holder; its text is searched in what a list of tasks shows.
    """

    due: Literal["", "today", "week"] = ""
    kind: Literal["", "free", "held", "recheck"] = ""  # nobody holds it, an officer holds it, checked again
    matter: str = ""  # id
    query: ListQuery = NO_QUERY

    def narrow(self, option: str) -> TaskSelection:
        """Return the selection with the value of an option of `DepartmentService.list_selections`."""
        field, _colon, value = option.partition(":")
        values: dict[str, Any] = {field: value}
        return replace(self, **values)


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
    in_procedure: bool = False  # a special procedure of the task is under way
    in_wait: bool = False  # it waits for an office outside


@dataclass(frozen=True)
class TaskPage:
    """A page of a queue, and the total number of tasks in the queue."""

    rows: tuple[TaskRow, ...]
    total: int


@dataclass(frozen=True)
class TaskView:
    """A task with only the fields and materials that its matter needs; the preview of a task has no fields."""

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
    outside_materials: tuple[str, ...] = ()  # ids of `materials` that the matter does not require
    other_materials: tuple[Option, ...] = ()  # of the catalogue; these two need a legal basis
    tracks: CaseTracks | None = None  # its case over time
    has_compared_texts: bool = False  # whether a text of the form can be compared with those of earlier cases
    bulk_matter: str = ""  # id of its matter if the catalogue allows that it is approved with others; else empty
    accepted: str = ""  # day and time of the acceptance, and where
    waiting: tuple[str, ...] = ()  # who holds the task or why it waits, and which matters wait for it, in words
    superior: str = ""  # organ to which the task can be referred; empty if there is none
    wait_steps: tuple[WaitStep, ...] = ()  # waits for other offices that the catalogue foresees for the matter
    undecided: tuple[str, ...] = ()  # matters before whose decision this one needs a reason: its organ need not wait
    result_fields: tuple[FieldRow, ...] = ()  # what an approval needs for its results; see `check_results`


@dataclass(frozen=True)
class DecidedRow:
    """A decision of the officer on this day. `obstacle` is why it can no longer be corrected; empty if it can."""

    id: str  # of the task
    number: str
    matter: str
    applicant: str  # masked
    outcome: str
    level: Level
    at: datetime
    reasons: str
    obstacle: str


@dataclass(frozen=True)
class ExtensionRow:
    """An extension of a task's time limit that a colleague asks for."""

    task: str  # id
    number: str
    matter: str
    applicant: str  # masked
    days: str
    reason: str
    asked_by: str
    asked_at: datetime
    promised: str  # the dates before the extension
    statutory: str


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
    extensions: tuple[ExtensionRow, ...] = ()  # that wait for this officer's approval
    escalations: tuple[Option, ...] = ()  # overdue tasks on which the organ has to act
    decided: int = 0  # decisions of the officer on this day
    due_today: int = 0
    due_this_week: int = 0  # from today on
    next_due: str = ""  # the nearest due day that has not passed, and the days left
    follow_ups: tuple[FollowUpRow, ...] = ()  # promises that the department follows up
    load: DayPlot | None = None  # tasks that came to the organ today, and were decided, in each hour


class DepartmentService(
    StaffService,
    CourierService,
    CaseReviewService,
    CourseService[DepartmentView],
    SimilarService,
    FollowUpService[DepartmentView],
    BulkService[DepartmentView],
    CaseMessageService[DepartmentView],
    Protocol,
):
    """Actions of an officer on the tasks of their organ. Lists begin with the most urgent task."""

    def read_view(self) -> DepartmentView: ...
    def read_undo(self) -> UndoOffer | None:
        """Return what Ctrl+Z would undo, or why it cannot be undone; None if nothing was done in two minutes."""
        ...

    def undo(self, offer: int) -> DepartmentView:
        """Undo the act of an offer, by its id. Raises Refused if that is no longer possible."""
        ...

    def list_unmask_purposes(self) -> tuple[Option, ...]: ...
    def unmask(self, purpose: str) -> DepartmentView:
        """Record why names and numbers of the open task's case are needed in full, and show them so."""
        ...

    def list_tasks(
        self, which: QueueName, offset: int, limit: int, selection: TaskSelection = TaskSelection()
    ) -> TaskPage: ...
    def list_selections(self, which: QueueName) -> tuple[Option, ...]:
        """Return the values by which a queue can be narrowed, with the number of tasks as hint.

        An id is the name of a field of `TaskSelection`, a colon and the value.
        """
        ...

    def preview_task(self, task: str) -> TaskView | None:
        """Return a task that is not opened, masked and without fields; None if it cannot be displayed."""
        ...

    def list_decided(self) -> tuple[DecidedRow, ...]:
        """Return the officer's decisions of this day, the last one first."""
        ...

    def reopen_decision(self, task: str, reason: str) -> DepartmentView:
        """Correct an own decision: its matter is checked again, and this officer holds the new task."""
        ...

    def claim_next(self) -> DepartmentView: ...
    def open_task(self, task: str) -> DepartmentView:
        """Open a task; claim it first unless this officer has claimed it already."""
        ...

    def renew_claim(self) -> DepartmentView:
        """Renew the lease of the task on the screen."""
        ...

    def check_results(self, values: Mapping[str, str]) -> tuple[FieldRow, ...]:
        """Return the fields that an approval needs for its results, with these values as they would be stored.

        A field has an error if its value is missing or not valid. Nothing is recorded.
        """
        ...

    def approve(self, note: str, results: Mapping[str, str] | None = None) -> DepartmentView:
        """Approve the task; `results` are values of `TaskView.result_fields`, by id."""
        ...

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
        legal_basis: str = "",
    ) -> DepartmentView:
        """Return the task for materials; `codes` are ids of stock reasons.

        Those in `TaskView.late_materials` were visible at the previous notice: they need a reason of
        `list_late_reasons`, and words for it. `legal_basis` is needed for what the matter does not require.
        """
        ...

    def list_late_reasons(self) -> tuple[Option, ...]: ...
    def commit_to_approve(self, note: str) -> DepartmentView:
        """Commit in writing to approve the task. Successors that need only this commitment can then start."""
        ...

    def release_task(self) -> DepartmentView: ...
    @property
    def requested_papers(self) -> RequestedPapersService:
        """Takes in the papers that citizens hand in here."""
        ...

    def acknowledge_ended(self) -> DepartmentView:
        """Record on this machine that the officer has read of the tasks in `DepartmentView.ended`."""
        ...

    def open_material(self, material: str) -> MaterialView: ...
