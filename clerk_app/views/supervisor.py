"""Contract of the supervisor screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from clerk_app.views.connection import StaffService
from clerk_app.views.department import NO_QUERY, TaskPage
from clerk_app.views.hall import HallEvent, Place
from clerk_app.views.lists import ListQuery
from clerk_app.views.shared import Level, Option, Status

if TYPE_CHECKING:
    from clerk_app.views.plots import HallPlots

HallActId = Literal["close_window", "close_day", "open_day"]
"""Id of an act in the hall; each is a method of SupervisorService."""


@dataclass(frozen=True)
class QueueRow:
    """Figures of an organ's queue. `oldest` is the age of its oldest unclaimed task."""

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
    """Figures of a ticket category. `has_window` is False if citizens wait and no window that serves it is open."""

    id: str
    name: str
    waiting: int
    longest: str
    served: int
    level: Level
    has_window: bool = True
    windows: int = 0  # that serve this category
    promise_minutes: int = 0  # promised longest wait
    open_windows: int = 0
    wait: tuple[int, int] = (
        0,
        0,
    )  # estimated wait of a new ticket in minutes, from and to; 0 and 0 without an estimate


@dataclass(frozen=True)
class WindowRow:
    """A window of the hall. `since` is empty for a closed window.

    `seconds` is how long its ticket has been served, or how long it has been free since the last one.
    """

    id: str
    name: str
    state: str
    since: str
    person: str
    ticket: str
    is_open: bool = True
    category: str = ""  # name of the category of the ticket
    seconds: int | None = None
    usual_seconds: int | None = None  # usual service time of the category
    level: Level = "plain"  # warn: the service is unusually long
    served: int = 0  # today
    average_seconds: int | None = None
    no_shows: int = 0
    busy: tuple[bool, ...] = ()  # for each of the last 30 minutes, whether somebody was served


@dataclass(frozen=True)
class Alert:
    """A sentence about a row whose level is bad or warn, and where that row is."""

    level: Level
    text: str
    place: Place = "departments"
    row: str = ""  # id of the row in the panel of that place


@dataclass(frozen=True)
class HallDay:
    """The service day of the hall. `sentence` contains the date of the open day, or the time of closing."""

    is_open: bool
    sentence: str


@dataclass(frozen=True)
class HallAct:
    """An act that is possible in the hall, with its consequence as hint."""

    id: HallActId
    name: str
    hint: str = ""


@dataclass(frozen=True)
class HallDetails:
    """A ticket category, a window or the service day: sentences to read, and the acts that are possible now."""

    title: str
    lines: tuple[str, ...]
    acts: tuple[HallAct, ...] = ()


@dataclass(frozen=True)
class SupervisorView:
    """Current state of the hall and the departments. There is an alert for each row whose level is bad or warn.

    The alerts begin with that of a closed hall, then the worst. Events begin with the newest.
    """

    status: Status
    queues: tuple[QueueRow, ...]
    hall: tuple[CategoryRow, ...]
    windows: tuple[WindowRow, ...]
    longest: str
    alerts: tuple[Alert, ...]
    message: str
    day: HallDay = HallDay(is_open=True, sentence="")
    events: tuple[HallEvent, ...] = ()
    promise_minutes: int = 0  # a citizen who waits longer waits too long
    plots: HallPlots | None = None  # of the open service day


class SupervisorService(StaffService, Protocol):
    """Actions of a supervisor: view the queues and the hall, release and reassign tasks, close windows and the day."""

    def read_view(self) -> SupervisorView: ...
    def list_tasks(self, organ: str, offset: int, limit: int, query: ListQuery = NO_QUERY) -> TaskPage:
        """Return a page of the tasks of an organ that a filter leaves, the most urgent first or in its order."""
        ...

    def list_urgent(self, organ: str, limit: int) -> TaskPage:
        """Return the most urgent tasks of an organ that are free or taken, and the number of all of these."""
        ...

    def list_officers(self, organ: str) -> tuple[Option, ...]: ...
    def release_task(self, task: str, reason: str) -> SupervisorView: ...
    def reassign_task(self, task: str, officer: str, reason: str) -> SupervisorView: ...
    def read_category(self, category: str) -> HallDetails: ...
    def read_window(self, window: str) -> HallDetails: ...
    def read_day(self) -> HallDetails:
        """Return who still waits, is on hold or is being served, and the act that opens or closes the day."""
        ...

    def close_window(self, window: str) -> SupervisorView: ...
    def list_lockouts(self) -> tuple[Option, ...]:
        """Return the persons who are locked out after too many wrong PINs, with the end of the lock-out as hint."""
        ...

    def end_lockout(self, person: str) -> SupervisorView: ...
    def close_day(self) -> SupervisorView: ...
    def open_day(self) -> SupervisorView: ...
