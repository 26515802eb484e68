"""Contract of the reception screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from clerk_app.views.connection import StaffService
from clerk_app.views.hall import WindowNumbers
from clerk_app.views.papers import PaperTakingService, PaperTarget
from clerk_app.views.shared import KioskCall, Level, OpenCodeRequest, Option, Status
from clerk_app.views.undo import UndoOffer

TicketAct = Literal["reprint", "left", "move", "printed", "not_printed", "papers"]
"""`left`: its holder does not wait. `printed`, `not_printed`: whether a slip came out of which nothing is known."""


@dataclass(frozen=True)
class ReceptionCategory:
    """A ticket category with its queue; `classes` are the ids of its classes.

    `key` is the digit that chooses it among nine: the tenth category has the digit of the first one.
    """

    id: str
    key: str
    name: str
    classes: tuple[str, ...]
    waiting: int = 0
    longest: str = ""  # wait of the ticket that waits longest; empty if nobody waits
    estimate: str = ""  # wait of a new ordinary ticket as a range; empty without an estimate
    open_windows: int = 0
    windows: int = 0


@dataclass(frozen=True)
class ReceptionClass:
    """A ticket class. `key` is typed after that of the category; `proof` is what its holder shows at the window."""

    id: str
    key: str
    name: str
    proof: str = ""
    is_green_lane: bool = False


@dataclass(frozen=True)
class IssuedRow:
    """A ticket that was issued here: its state in the queue, what is known about its slip, and what can be done."""

    id: str
    number: str
    category: str
    class_name: str
    time: str
    state: str
    slip: str
    level: Level = "plain"
    acts: tuple[TicketAct, ...] = ()


@dataclass(frozen=True)
class AppointmentRow:
    """An appointment of today: begin and end, category, state in words, and the ticket that was given for it."""

    id: str
    time: str
    category: str
    state: str
    ticket: str = ""
    is_expected: bool = False  # nobody has come for it, and it was not cancelled


@dataclass(frozen=True)
class TicketAnswer:
    """Where a ticket is, for its holder: sentences on its place, estimated wait and reason, and what can be done."""

    id: str
    number: str
    sentences: tuple[str, ...]
    acts: tuple[TicketAct, ...] = ()


@dataclass(frozen=True)
class ReceptionView:
    """The screen of a reception. `trouble` is why no tickets can be given out now; empty if they can."""

    status: Status
    categories: tuple[ReceptionCategory, ...]
    classes: tuple[ReceptionClass, ...]
    issued: tuple[IssuedRow, ...]  # newest first
    windows: tuple[WindowNumbers, ...]
    appointments: tuple[AppointmentRow, ...] = ()  # of today, in the order of their times
    trouble: str = ""
    message: str = ""
    unconfirmed: tuple[str, ...] = ()  # ids of tickets issued now whose slips may not have come out
    calls: tuple[KioskCall, ...] = ()  # of citizens at kiosks that nobody has answered
    code_requests: tuple[OpenCodeRequest, ...] = ()  # at kiosks, which wait for a clerk


class ReceptionService(StaffService, Protocol):
    """Actions of a clerk or supervisor at a reception."""

    def read_view(self) -> ReceptionView: ...
    def answer_call(self, call: str) -> ReceptionView:
        """State that the call from a kiosk was seen and somebody goes there. Raises Refused if somebody has."""
        ...

    def confirm_code(self, request: str, last: str) -> ReceptionView:
        """Confirm a signed code on paper. `last`: last four characters of the number of the person's document.

        Raises Refused if the document has others, or the request has ended; OutOfReach without the center.
        """
        ...

    def decline_code(self, request: str) -> ReceptionView:
        """Decline a signed code on paper: the kiosk prints none. Raises Refused if the request has ended."""
        ...

    def issue(self, category: str, ticket_class: str, count: int = 1) -> ReceptionView:
        """Issue tickets and print their slips, one after the other, for a group of `count` persons.

        Raises Refused or OutOfReach with how many were issued before.
        """
        ...

    def take_code(self, code: str) -> TicketAnswer | ReceptionView:
        """Return where the ticket of a slip is; or issue the ticket of an appointment with this code.

        The number of a case, as on a receipt, gives a message whether a message waits for the citizen.

        Raises Refused, with what to do, if the code is of none of these, or the appointment is not now.
        """
        ...

    def find_ticket(self, number: str) -> TicketAnswer:
        """Return where a ticket is. `number` is that on the slip, typed or scanned. Raises Refused for another one."""
        ...

    def describe_ticket(self, ticket: str) -> TicketAnswer:
        """Return where the ticket with this id is. Raises Refused if there is none."""
        ...

    def reprint(self, ticket: str) -> ReceptionView:
        """Print the slip again, marked as a reprint; the ticket stays the same."""
        ...

    def record_left(self, ticket: str) -> ReceptionView:
        """Take a waiting ticket out of the queue, because its holder does not wait."""
        ...

    def move(self, ticket: str, category: str) -> ReceptionView:
        """Let a waiting ticket wait in another category."""
        ...

    @property
    def paper_taking(self) -> PaperTakingService:
        """Takes the pages of papers in."""
        ...

    def find_ticket_paper(self, ticket: str) -> PaperTarget:
        """Return the paper that is scanned next for a waiting ticket."""
        ...

    def list_ticket_papers(self, ticket: str) -> tuple[Option, ...]:
        """Return the papers that were scanned for a ticket that waits."""
        ...

    def finish_ticket_paper(self, ticket: str) -> ReceptionView:
        """Give the scanned paper to the ticket; only the window that calls it sees it then."""
        ...

    def remove_ticket_paper(self, paper: str) -> ReceptionView:
        """Remove a paper from its ticket, before the ticket is called."""
        ...

    def record_slip(self, ticket: str, *, printed: bool) -> ReceptionView:
        """Record whether a slip came out, where the program ended while it was printed."""
        ...

    def read_undo(self) -> UndoOffer | None: ...
    def undo(self, offer: int) -> ReceptionView: ...
