"""Contract of the counter screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from clerk_app.views.case import Applicant, CaseView, IntakeView, MaterialView
from clerk_app.views.case_list import CaseRow, SearchResult
from clerk_app.views.case_messages import CaseMessageService
from clerk_app.views.connection import StaffService
from clerk_app.views.consent import BroughtList, ConsentService
from clerk_app.views.courier import CourierService
from clerk_app.views.duplicates import DuplicateSearch
from clerk_app.views.finding import FindingService
from clerk_app.views.further import FurtherService
from clerk_app.views.hall import DayNumbers
from clerk_app.views.handover import HandoverService
from clerk_app.views.held_materials import HeldMaterialService
from clerk_app.views.identity import IdentityService
from clerk_app.views.matter_choice import MatterChoiceService
from clerk_app.views.names import NameService
from clerk_app.views.navigation import EligibleRow, NavigationService
from clerk_app.views.paper_review import PaperReviewService
from clerk_app.views.papers import PaperService
from clerk_app.views.received import ReceivedService
from clerk_app.views.representation import RepresentationService
from clerk_app.views.shared import CaseLetter, CasePaper, Option, Paper, PendingPaper, PrintQuestion, Status
from clerk_app.views.undo import UndoOffer

if TYPE_CHECKING:
    from clerk_app.views.plots import DayPlot

Leaving = Literal["", "finish", "unserved", "hold", "requeue", "no_show"]
"""What becomes of the visit at a window when another begins: served, ended without service, on hold, back to its place
in the queue, not here. Empty: it ends as served; the action is refused if nothing was done."""

PrintAnswer = Literal["came_out", "missing", "damaged"]
"""Whether a paper came out of the printer: yes, no, or so that it cannot be used."""


@dataclass(frozen=True)
class TicketRow:
    """A ticket in the hall."""

    id: str
    number: str  # for example A023
    category: str
    priority: str  # for example elderly or appointment; empty for an ordinary ticket
    state: str
    waited: str
    calls: int
    called_at: datetime | None
    drawn: str = ""  # time of issue, HH:MM
    reason: str = ""  # why it has its place in the queue; empty for a ticket that does not wait
    route: str = ""  # where the ticket being served waits after this visit; empty if it ends here


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list of drafts. For an unreadable draft, `one_thing` is the text "cannot be displayed"."""

    id: str
    one_thing: str
    applicant: str  # masked name; empty if not known
    age: str
    readable: bool = True
    clerk: str = ""  # name of the clerk whose draft it is


@dataclass(frozen=True)
class FoundParty:
    """Somebody who showed a code and is no party of the draft yet, and the roles that they may have."""

    name: str  # masked
    number: str  # masked
    roles: tuple[Option, ...]
    is_served: bool = False  # whether it is the person served, who is not the applicant
    absent_roles: tuple[Option, ...] = ()  # in which this person may be absent, and `served` acts for them
    served: str = ""  # masked name of the person served


@dataclass(frozen=True)
class RequestedTicket:
    """A printed ticket that was shown while somebody is served here, or that is being served at another window."""

    id: str  # only its number if this store does not know the ticket
    number: str
    window: str  # name of the other window where it is being served; empty if it is not


@dataclass(frozen=True)
class OneThingRow:
    """A one thing of the catalogue. `key` is its number in the list of F5."""

    key: str
    name: str
    lead: str  # name of the organ that leads it
    matters: int
    days: int  # promised working days


@dataclass(frozen=True)
class StaffMessage:
    """A message of a supervisor that was not read; `time` is HH:MM."""

    id: str
    sender: str
    time: str
    text: str


@dataclass(frozen=True)
class HelpCall:
    """What became of the window's call for help, as a sentence, and whether a supervisor has seen it."""

    sentence: str
    is_seen: bool = False


@dataclass(frozen=True)
class CounterView:
    """Everything that the counter screen shows."""

    status: Status
    serving: TicketRow | None
    waiting: tuple[TicketRow, ...]  # the next tickets
    held: tuple[TicketRow, ...]
    ended: tuple[TicketRow, ...]  # tickets that were ended at this window in the last minutes, newest first
    nothing_done: bool  # a ticket was called, and nothing was done for it
    applicant: Applicant | None
    intake: IntakeView | None
    case: CaseView | None
    receipt: Paper | None
    unprinted: tuple[PendingPaper, ...]  # requests of departments, and what a crash or printer error kept back
    message: str  # a sentence for the message line; may be empty
    is_refusal: bool = False  # whether the message is why a code was refused
    window_state: str = ""  # that the window is paused, or closes after this visit; else empty
    closed: str = ""  # why nobody can be served here now: the window was closed, or another person has signed in
    remote_case: str = ""  # number of the requested case if another site has it; otherwise empty
    requested_ticket: RequestedTicket | None = None  # a printed ticket to be served once the clerk has agreed
    found_party: FoundParty | None = None  # another party's code was shown: its role is to be chosen
    drafts: tuple[DraftRow, ...] = ()  # the newest drafts; empty while somebody is served
    day: DayNumbers | None = None
    case_papers: tuple[CasePaper, ...] = ()  # papers of the open case, newest first
    copyable: tuple[Option, ...] = ()  # licences of which a copy may be printed in this visit
    letters: tuple[CaseLetter, ...] = ()  # letters of the open case, or of the case whose paper is shown
    waiting_plot: DayPlot | None = None  # who waits in the hall over the day; None during a visit
    one_things: tuple[OneThingRow, ...] = ()  # what can be accepted; empty during a visit
    also_eligible: tuple[EligibleRow, ...] = ()  # further things for the applicant of the draft, or of the receipt
    messages: tuple[StaffMessage, ...] = ()  # of supervisors, unread, oldest first
    help_call: HelpCall | None = None  # that has not ended
    print_questions: tuple[PrintQuestion, ...] = ()  # prints of this window and of the open case without an outcome
    brought_list: BroughtList | None = None  # an absent party's list was scanned: it is to be compared with the paper
    scanned_list: str = ""  # number of the consent list of this draft that was scanned: is it signed?
    has_unlisted: bool = False  # whether receipts of several cases of this visit can be printed on one list
    scanned_sheet: str = ""  # role whose sheet of this draft was scanned: is it signed?


class CounterService(
    FurtherService[CounterView],
    HeldMaterialService[CounterView],
    IdentityService[CounterView],
    MatterChoiceService[CounterView],
    NameService[CounterView],
    NavigationService[CounterView],
    StaffService,
    CourierService,
    ConsentService[CounterView],
    ReceivedService[CounterView],
    RepresentationService[CounterView],
    PaperService[CounterView],
    PaperReviewService[CounterView],
    FindingService[CounterView],
    CaseMessageService[CounterView],
    HandoverService[CounterView],
    Protocol,
):
    """Actions of the clerk at a window. Methods that return a CounterView return the view after the action."""

    def read_view(self) -> CounterView: ...
    def read_undo(self) -> UndoOffer | None:
        """Return what Ctrl+Z would undo, or why it cannot be undone; None if nothing was done in two minutes."""
        ...

    def undo(self, offer: int) -> CounterView:
        """Undo the act of an offer, by its id. Raises Refused if that is no longer possible."""
        ...

    # the hall
    def call_next(self, leaving: Leaving = "") -> CounterView:
        """Leave the visit at the window, and call the next ticket."""
        ...

    def recall(self) -> CounterView: ...
    def hold(self) -> CounterView: ...
    def resume(self, ticket: str, leaving: Leaving = "", *, take_over: bool = False) -> CounterView:
        """Leave the visit at the window, and serve a ticket that is on hold, was ended, or is shown on paper.

        `take_over`: also if the ticket is being served at another window.
        """
        ...

    def mark_no_show(self) -> CounterView: ...
    def serve_walk_in(self, leaving: Leaving = "") -> CounterView:
        """Leave the visit at the window, and serve a citizen without a ticket."""
        ...

    def finish_visit(self, leaving: Leaving = "") -> CounterView:
        """Leave the visit; its draft is kept."""
        ...

    def list_pick_reasons(self) -> tuple[Option, ...]: ...
    def pick_ticket(self, ticket: str, reason: str, leaving: Leaving = "") -> CounterView:
        """Leave the visit at the window, and call a waiting ticket before its turn; `reason` is a code."""
        ...

    def list_transfer_targets(self) -> tuple[Option, ...]:
        """Return the queues, windows and persons to which the ticket can be transferred."""
        ...

    def transfer_ticket(self, target: str, *, comes_back: bool = False) -> CounterView:
        """End the visit; the ticket waits at a target, and afterwards for this window if it comes back."""
        ...

    def list_functions(self) -> tuple[Option, ...]:
        """Return the ticket categories of the hall."""
        ...

    def set_stations(self, categories: tuple[str, ...]) -> CounterView:
        """Set the categories in which the ticket waits, one after the other, when this window finishes with it."""
        ...

    def set_functions(self, categories: tuple[str, ...]) -> CounterView:
        """Change the categories that this window serves."""
        ...

    def list_pause_reasons(self) -> tuple[Option, ...]: ...
    def pause_window(self, reason: str) -> CounterView:
        """Pause the window; the visit stays open, and `call_next` opens the window again."""
        ...

    def close_after_visit(self) -> CounterView:
        """Let the window close when the visit ends, or take that back."""
        ...

    def mark_message_read(self, message: str) -> CounterView: ...
    def raise_emergency(self) -> None:
        """Call for help. Raises OutOfReach within seconds if nobody gets the call. May be called in any thread."""
        ...

    # person and draft
    def process_scan(self, text: str) -> CounterView:
        """Process a scanned or typed text: a code, a case number, a ticket number. Refused codes are recorded too."""
        ...

    def begin_draft(self, one_thing: str) -> CounterView: ...
    def fetch_materials(self) -> CounterView:
        """Fetch the materials that the city holds. Needed if the center was out of reach when the draft was begun."""
        ...

    def assign_party(self, role: str) -> CounterView:
        """Take `CounterView.found_party` as the party with this role; an empty role drops it."""
        ...

    def identify_by_document(self, role: str, name: str, number: str) -> CounterView:
        """Record that a party showed an identity document. Empty `name` and `number`: as the draft states them."""
        ...

    def list_drafts(self) -> tuple[DraftRow, ...]: ...
    def reopen_draft(self, draft: str) -> CounterView:
        """Continue a draft in the current visit, or in a new one; its applicant is to be identified again."""
        ...

    def discard_draft(self, reason: str, draft: str = "") -> CounterView:
        """Delete a draft; an empty `draft` means the one on the screen."""
        ...

    # the form
    def fill_field(self, field: str, value: str) -> CounterView:
        """Save a value in the draft. An invalid value is also saved; the view then has an error at the field."""
        ...

    def explain_difference(self, field: str, reason: str) -> CounterView: ...
    def drop_matter(self, matter: str) -> CounterView: ...
    def add_matter(self, matter: str) -> CounterView: ...
    def list_unmask_purposes(self) -> tuple[Option, ...]: ...
    def unmask(self, purpose: str) -> CounterView:
        """Record why the applicant of the open case is needed in full, and show name and number so."""
        ...

    def list_accesses(self) -> tuple[str, ...]:
        """Return who saw the data of the person who is served, newest first, one line each. Raises Refused."""
        ...

    def open_material(self, material: str) -> MaterialView: ...
    def find_duplicates(self) -> DuplicateSearch:
        """Search the other cases of the applicant for the same one thing that are under way.

        Raises Refused if the draft cannot be accepted yet.
        """
        ...

    def list_duplicate_reasons(self) -> tuple[Option, ...]: ...
    def accept_case(self, duplicates: Sequence[str] = (), duplicate_code: str = "") -> CounterView:
        """Accept the case.

        `duplicates` are the other cases that the clerk was shown, `duplicate_code` the reason for another case.
        """
        ...

    # an accepted case
    def list_own_cases(self) -> tuple[CaseRow, ...]:
        """Return the cases that were accepted, refused, supplemented or handed over here today, last act first."""
        ...

    def list_search_purposes(self) -> tuple[Option, ...]: ...
    def find_cases(self, text: str, purpose: str) -> SearchResult:
        """Find the cases of a person at the center; the search is counted and recorded. Raises Refused, OutOfReach.

        `text` has one of the forms of `clerk_app.text.search_terms`.
        """
        ...

    def open_case(self, number: str) -> CounterView: ...
    def transfer_case(self, last_four: str) -> CounterView:
        """Transfer `remote_case` to this site.

        `last_four` are the last four characters of the applicant's identity number.
        """
        ...

    def withdraw_case(self, reason: str) -> CounterView: ...
    def decline_case(self, reason: str, codes: Sequence[str] = ()) -> CounterView:
        """Refuse to accept the draft; `codes` are ids of stock reasons."""
        ...

    def print_new_version(self, paper: str) -> CounterView:
        """Print a paper that was printed before with what holds now, as another version of it."""
        ...

    def print_in_language(self, paper: str, language: str) -> CounterView:
        """Print a paper with what holds now in a language that the screens do not have: a code of its template."""
        ...

    def print_missing(self) -> CounterView:
        """Print everything that the draft lacks. Raises Refused if nothing is missing, OutOfReach."""
        ...

    def list_copy_purposes(self) -> tuple[Option, ...]: ...
    def print_licence_copy(self, licence: str, purpose: str) -> CounterView:
        """Print a copy of a licence of `CounterView.copyable` for a purpose, as a paper of the open case if it is used.

        Raises Refused without the consent of the citizen, OutOfReach if the printer is not ready.
        """
        ...

    def print_letters(self, letters: Sequence[str]) -> CounterView:
        """Print letters of `CounterView.letters` one after the other, until one does not come out."""
        ...

    def answer_print(self, print_id: str, answer: PrintAnswer) -> CounterView:
        """Record the clerk's answer about a print with an unknown outcome. Nothing is printed."""
        ...

    def list_papers(self) -> tuple[CasePaper, ...]:
        """Return the papers of the open case, or of the case whose paper is shown, newest first. Raises Refused."""
        ...

    def reprint_paper(self, paper: str) -> CounterView:
        """Print a paper by its id; a paper that was printed before is marked as a reprint."""
        ...

    def close_case_view(self) -> CounterView: ...
