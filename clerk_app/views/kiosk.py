"""Contract of the kiosk screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.kiosk_copies import CopiesService
from clerk_app.views.kiosk_feedback import FeedbackService
from clerk_app.views.kiosk_guide import KioskGuideService
from clerk_app.views.kiosk_matters import MattersService
from clerk_app.views.kiosk_own import OwnService
from clerk_app.views.kiosk_papers import KioskPapersService
from clerk_app.views.kiosk_session import SessionService
from clerk_app.views.kiosk_speech import SpeechService
from clerk_app.views.shared import Status


@dataclass(frozen=True)
class KioskCategory:
    """A ticket category, shown as a button."""

    id: str
    name: str
    ahead: int  # how many are called before a ticket that is taken now
    wait: tuple[int, int] = (0, 0)  # estimated wait in minutes, from and to; 0 and 0 without an estimate
    classes: tuple[str, ...] = ()  # ids of the classes of the green lane that it has


@dataclass(frozen=True)
class KioskClass:
    """A ticket class of the green lane, shown as a button. `proof` is what its holder shows at the window."""

    id: str
    name: str
    proof: str


@dataclass(frozen=True)
class KioskView:
    """The front page of the kiosk. `is_open`: whether the hall is open, so that tickets are given out.

    `is_connected`: whether the center can be reached; without it no ticket is given out, and the counts are old.
    `can_print`: whether the printer of the tickets works, as far as it is known.
    """

    status: Status
    categories: tuple[KioskCategory, ...]
    is_open: bool = True
    is_connected: bool = True
    green_lane: tuple[KioskClass, ...] = ()
    can_print: bool = True
    has_appointments: bool = False  # whether the code of an appointment gives a ticket here


@dataclass(frozen=True)
class IssuedTicket:
    """A ticket whose slip was printed. `is_unknown`: whether it came out is unknown; the ticket waits."""

    number: str
    category: str
    ahead: int
    taken_at: datetime
    wait: tuple[int, int] = (0, 0)  # estimated wait in minutes, as on the slip
    proof: str = ""  # what the holder of a ticket of the green lane shows at the window; empty if nothing
    is_unknown: bool = False


class KioskService(Protocol):
    """Actions of a citizen at a kiosk. The service stores no personal data."""

    idle_seconds: int
    screen_mount: tuple[int, int]
    """Heights of the lower and upper edge of the screen above the floor in centimetres; 0 and 0: not measured."""

    @property
    def theme(self) -> str:
        """Name of the theme of this machine."""
        ...

    @property
    def sessions(self) -> SessionService:
        """Opens and ends the citizen's session."""
        ...

    @property
    def papers(self) -> KioskPapersService:
        """Takes in papers that were asked for, in the citizen's session."""
        ...

    @property
    def own(self) -> OwnService:
        """Reads what belongs to the citizen's session."""
        ...

    @property
    def matters(self) -> MattersService:
        """Applies for a single matter in the citizen's session."""
        ...

    def note_terminal_size(self, columns: int, rows: int) -> None:
        """Log if the terminal has so many rows that a row is less than a thirtieth of the screen."""
        ...

    @property
    def guide(self) -> KioskGuideService:
        """The service guide."""
        ...

    @property
    def feedback(self) -> FeedbackService:
        """Takes ratings and complaints."""
        ...

    @property
    def copies(self) -> CopiesService:
        """Prints papers of the person whose session is open."""
        ...

    @property
    def speech(self) -> SpeechService:
        """Reads sentences aloud."""
        ...

    def call_staff(self) -> bool:
        """Call a member of staff to this kiosk; False if an earlier call is not answered yet. Raises OutOfReach."""
        ...

    def read_view(self) -> KioskView: ...
    def take_ticket(self, category: str, ticket_class: str = "ordinary") -> IssuedTicket: ...
    def take_ticket_by_code(self, code: str) -> IssuedTicket:
        """Take the ticket of an appointment by its code. Raises Refused with a sentence for the citizen."""
        ...

    def check_case_number(self, number: str) -> None:
        """Raise Refused with a sentence for the citizen if this cannot be a case number."""
        ...

    def find_case_status(self, number: str, second_factor: str) -> CaseStatusView:
        """Return the status of a case.

        `second_factor` are the last four characters of the applicant's identity number.
        """
        ...

    @property
    def has_exit_code(self) -> bool:
        """Whether the program ends with a code of this kiosk; else with number and PIN of a supervisor."""
        ...

    def unlock(self, secret: str) -> None:
        """Check the code of this kiosk, or the credentials of a supervisor, given as `number PIN`.

        Attempts are recorded and counted. Raises Refused.
        """
        ...
