"""Contract of the supervisor screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from clerk_app.views.applications import ApplicationList
from clerk_app.views.connection import StaffService
from clerk_app.views.department import NO_QUERY, TaskPage
from clerk_app.views.hall import HallEvent, Place
from clerk_app.views.lists import ListQuery
from clerk_app.views.measures import MeasureService
from clerk_app.views.received import ReceivedTermService
from clerk_app.views.reductions import ReductionService
from clerk_app.views.shared import Level, Option, Status

if TYPE_CHECKING:
    from clerk_app.views.plots import HallPlots

HallActId = Literal[
    "open_window",
    "close_window",
    "change_functions",
    "send_message",
    "list_tickets",
    "close_day",
    "open_day",
    "assign_application",
]
"""Id of an act in the hall, which the screen begins; some ask for a person, a reason or a text."""


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
    letters: str = ""  # of the categories that it serves
    is_paused: bool = False
    closes_after: bool = False  # closes when the visit that is open there ends


WINDOW_QUEUE = "window:"
"""Before the id of a window: the queue of the tickets that this window calls."""


@dataclass(frozen=True)
class WaitingTicket:
    """A waiting ticket in the order of calling. `target` names the window or person that alone calls it.

    `route` is a sentence on where it waits afterwards.
    """

    id: str
    number: str
    category: str
    place: int  # from 1 on
    waited: str
    waited_seconds: int
    drawn: str  # time of issue, HH:MM
    reason: str  # why it has its place
    priority: str = ""  # name of its class; empty for an ordinary ticket
    target: str = ""
    route: str = ""
    has_priority: bool = False  # given by a supervisor
    level: Level = "plain"


@dataclass(frozen=True)
class WindowFunctions:
    """The categories of the hall, and the letters of those that a window serves."""

    categories: tuple[Option, ...]
    served: frozenset[str]


@dataclass(frozen=True)
class OpenEmergency:
    """A call for help that has not ended: the sentence names the window or kiosk, and since when it calls."""

    id: str
    window: str
    sentence: str
    is_seen: bool = False  # a supervisor has seen it and comes
    is_kiosk: bool = False  # a citizen calls; the call ends when somebody has seen it


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
    emergencies: tuple[OpenEmergency, ...] = ()  # those that nobody has seen first


class HallActService(Protocol):
    """Acts of a supervisor on windows, waiting tickets and calls for help."""

    def list_clerks(self, window: str) -> tuple[Option, ...]:
        """Return the clerks for whom a closed window may be opened: the one who worked there last first."""
        ...

    def open_window(self, window: str, clerk: str = "") -> SupervisorView:
        """Open a closed window for a clerk, end a pause, or cancel its closing after the visit."""
        ...

    def list_pause_reasons(self) -> tuple[Option, ...]: ...
    def pause_window(self, window: str, reason: str) -> SupervisorView: ...
    def close_window(self, window: str) -> SupervisorView: ...
    def close_after_visit(self, window: str) -> SupervisorView: ...
    def read_functions(self, window: str) -> WindowFunctions: ...
    def set_functions(self, window: str, letters: Sequence[str]) -> SupervisorView: ...
    def list_windows_to_add(self, category: str) -> tuple[Option, ...]:
        """Return the windows that do not serve a category now: closed, paused, or open for others."""
        ...

    def add_window(self, category: str, window: str, clerk: str = "") -> SupervisorView:
        """Let a window serve a category, and open it if it is closed (for a clerk) or paused."""
        ...

    def send_message(self, window: str, text: str) -> SupervisorView: ...
    def list_waiting(self, queue: str) -> tuple[WaitingTicket, ...]:
        """Return the waiting tickets of a category, or those that a window calls (`WINDOW_QUEUE` and its id)."""
        ...

    def read_ticket(self, ticket: str) -> HallDetails: ...
    def list_move_targets(self, category: str) -> tuple[Option, ...]:
        """Return the other categories, the windows that are not closed, and who works there."""
        ...

    def move_tickets(self, tickets: Sequence[str], target: str) -> SupervisorView: ...
    def list_stations(self, ticket: str) -> WindowFunctions:
        """Return the categories that windows serve, and those where a ticket waits after its present window."""
        ...

    def set_stations(self, tickets: Sequence[str], categories: Sequence[str]) -> SupervisorView: ...
    def list_priority_reasons(self) -> tuple[Option, ...]: ...
    def prioritise_tickets(self, tickets: Sequence[str], reason: str) -> SupervisorView: ...
    def remove_priority(self, tickets: Sequence[str]) -> SupervisorView: ...
    def read_emergencies(self) -> tuple[OpenEmergency, ...]: ...
    def answer_emergency(self, call: str) -> SupervisorView:
        """State that the supervisor has seen a call for help and comes."""
        ...

    def end_emergency(self, call: str) -> SupervisorView: ...


class ApplicationActService(Protocol):
    """Acts of a supervisor on applications from outside that wait."""

    def list_applications(self) -> ApplicationList: ...
    def read_application(self, number: str) -> HallDetails:
        """Return dates and state of an application, what the law makes of it, and the act on it."""
        ...

    def list_windows_for_applications(self) -> tuple[Option, ...]:
        """Return the windows of the hall, those that are open first."""
        ...

    def assign_application(self, number: str, window: str) -> SupervisorView:
        """Give an application to a window, and send a message to who works there."""
        ...


class SupervisorService(
    StaffService,
    HallActService,
    ApplicationActService,
    ReceivedTermService["SupervisorView"],
    MeasureService,
    ReductionService,
    Protocol,
):
    """Actions of a supervisor: view queues and hall, release and reassign tasks, act on the hall and its day."""

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

    def list_lockouts(self) -> tuple[Option, ...]:
        """Return the persons who are locked out after too many wrong PINs, with the end of the lock-out as hint."""
        ...

    def end_lockout(self, person: str) -> SupervisorView: ...
    def close_day(self) -> SupervisorView: ...
    def open_day(self) -> SupervisorView: ...
