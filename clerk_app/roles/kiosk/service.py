"""Service of the kiosk screen: prints tickets and shows the status of a case. It stores no personal data."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from clerk_app.cases.status_query import (
    CaseStatus,
    QueryCaseStatus,
    SecondFactor,
)
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calling_order import count_called_before
from clerk_app.hall.day_state import find_open_day
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.numbers import is_case_number
from clerk_app.locales import _
from clerk_app.log import log_event
from clerk_app.paper.documents.ticket_slip import TicketSlip
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.kiosk.case_states import build_citizen_view
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.roles.kiosk.machine_exit import MachineExit
from clerk_app.roles.kiosk.quotas import KioskQuotas
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.roles.printer_watch import PrinterWatch
from clerk_app.roles.status import read_status
from clerk_app.roles.ticket_categories import BY_CODE, has_class, list_categories, list_classes
from clerk_app.roles.ticket_printing import SlipNotPrintedError, TicketPrinter
from clerk_app.text.cleaning import clean_code
from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.kiosk import IssuedTicket, KioskCategory, KioskClass, KioskView

if TYPE_CHECKING:
    from clerk_app.roles.kiosk.copies import OfficeCopies
    from clerk_app.roles.kiosk.feedback import OfficeFeedback
    from clerk_app.roles.kiosk.guide import OfficeGuide
    from clerk_app.roles.kiosk.matters import KioskMatters
    from clerk_app.roles.kiosk.own import OfficeOwn
    from clerk_app.roles.kiosk.papers import KioskPapers
    from clerk_app.roles.kiosk.speech import Speech

MOST_ROWS = 30  # of a terminal in which a row is at least a thirtieth of the screen


@raises_citizen_errors
class OfficeKiosk:
    """Implements views.KioskService for a kiosk of an office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._door = office.door
        with office.store.read() as tx:
            node = tx.query_one("ledger.own_node")
        self._node = str(node["id"]) if node is not None else ""
        self._is_enrolled = node is not None and node["kind"] == MachineKind.KIOSK
        # an enrolled kiosk has no staff list: it acts under its own id
        self._staff_id = self._node if self._is_enrolled else office.settings.kiosk_staff
        self._exit = MachineExit(office, self._node, self._staff_id, is_enrolled=self._is_enrolled)
        self.sessions = OfficeSessions(office, self._staff_id)
        self._quotas = KioskQuotas(office)
        self._printer = TicketPrinter(office, self._staff_id, is_attended=False)
        self._watch = PrinterWatch(office.printers, TicketSlip.kind)
        self._printer.settle_left_slips()
        self.idle_seconds = office.settings.kiosk_idle_seconds
        self.screen_mount = office.settings.kiosk_screen_bottom_cm, office.settings.kiosk_screen_top_cm
        self.theme = office.settings.kiosk_theme

    @cached_property
    def papers(self) -> KioskPapers:
        from clerk_app.roles.kiosk.papers import KioskPapers  # not before a citizen brings papers

        return KioskPapers(self._office, self.sessions, self._staff_id)

    @cached_property
    def matters(self) -> KioskMatters:
        from clerk_app.roles.kiosk.matters import KioskMatters  # not before a citizen applies

        return KioskMatters(self._office, self.sessions, self._staff_id)

    @cached_property
    def feedback(self) -> OfficeFeedback:
        from clerk_app.roles.kiosk.feedback import OfficeFeedback  # not before a citizen rates or complains

        return OfficeFeedback(self._office, self._staff_id)

    @cached_property
    def copies(self) -> OfficeCopies:
        from clerk_app.roles.kiosk.copies import OfficeCopies  # not before a citizen prints

        return OfficeCopies(self._office, self._staff_id, self.sessions)

    @cached_property
    def own(self) -> OfficeOwn:
        from clerk_app.roles.kiosk.own import OfficeOwn  # not before a session is open

        return OfficeOwn(self._office, self.sessions)

    def note_terminal_size(self, columns: int, rows: int) -> None:
        if rows > MOST_ROWS:
            log_event("kiosk", "text is small: enlarge the font", rows=rows, columns=columns, most=MOST_ROWS)

    @cached_property
    def guide(self) -> OfficeGuide:
        """The service guide of the newest catalogue."""
        from clerk_app.roles.kiosk.guide import OfficeGuide  # loads the papers

        return OfficeGuide(self._office, self._quotas)

    @cached_property
    def speech(self) -> Speech:
        from clerk_app.roles.kiosk.speech import Speech  # with the first page

        return Speech(self._office.settings.kiosk_speech)

    def call_staff(self) -> bool:
        from clerk_app.hall.kiosk_calls import CallStaff  # not needed by most citizens

        return self._door.perform(CallStaff(hall=self._office.settings.hall), self._staff_id).is_new

    def read_view(self) -> KioskView:
        with self._office.store.read() as tx:
            hall = self._office.settings.hall
            categories = list_categories(self._office, tx)
            letters = [category.letter for category in categories]
            offered = {ticket_class for category in categories for ticket_class in category.classes}
            green_lane = [known for known in list_classes(tx) if known.is_green_lane and known.id in offered]
            before = count_called_before(tx, hall, letters, self._office.corrected_now)
            waiting = sum(row["waiting"] for row in tx.query_all("hall.waiting_by_category", hall=hall))
            has_appointments = has_class(tx, BY_CODE)
            status = read_status(self._office, tx, place=_("kiosk"), person="", waiting=waiting)
            is_open = find_open_day(tx, hall) is not None
            estimates = self._printer.estimates.read(tx)
            is_reachable = read_connection_facts(self._office, tx).is_reachable
        return KioskView(
            status=status,
            categories=tuple(
                KioskCategory(
                    category.letter,
                    category.name,
                    before[category.letter],
                    estimates.shown(category.letter),
                    tuple(known.id for known in green_lane if known.id in category.classes),
                )
                for category in categories
            ),
            is_open=is_open,
            is_connected=is_reachable,
            green_lane=tuple(KioskClass(known.id, known.name, known.proof) for known in green_lane),
            can_print=not self._watch.find_trouble(),
            has_appointments=has_appointments,
        )

    def take_ticket(self, category: str, ticket_class: str = "ordinary") -> IssuedTicket:
        return self._take_ticket(category, ticket_class)

    def take_ticket_by_code(self, code: str) -> IssuedTicket:
        return self._take_ticket("", BY_CODE, code)

    def _take_ticket(self, category: str, ticket_class: str, code: str = "") -> IssuedTicket:
        try:
            ticket = self._printer.issue(category, ticket_class, code=code)
        except SlipNotPrintedError as failure:
            raise self._no_slip(failure.error) from failure
        except OutOfReach as lost:
            raise OutOfReach(
                "This machine cannot give out tickets right now. "
                "Please go to a window or to the reception: you will be served without a ticket."
            ) from lost
        except Refused as refused:
            raise (_hall_closed() if refused.reason == "hall_closed" else refused) from refused
        if ticket.is_unknown:
            log_event("kiosk", "slip not confirmed", number=ticket.number)
        proof = self._read_proof(ticket_class)
        return IssuedTicket(
            ticket.number, ticket.category, ticket.ahead, ticket.taken_at, ticket.wait, proof, ticket.is_unknown
        )

    def _read_proof(self, ticket_class: str) -> str:
        """Return what the holder of a ticket of the green lane shows at the window; empty for another class."""
        with self._office.store.read() as tx:
            classes = list_classes(tx)
        return next((known.proof for known in classes if known.id == ticket_class and known.needs_proof), "")

    def check_case_number(self, number: str) -> None:
        if not is_case_number(clean_code(number)):
            raise _wrong_number()

    def find_case_status(self, number: str, second_factor: str) -> CaseStatusView:
        number = clean_code(number)
        if not is_case_number(number):
            raise _wrong_number()
        status = self._query_authority(number, second_factor)
        return build_citizen_view(self._office, number, status, self._office.corrected_now)

    def _query_authority(self, number: str, second_factor: str) -> CaseStatus:
        """Return the status of a case from the authority, which records the query and counts wrong second factors.

        Raises Refused with a sentence that does not reveal whether the number or the second factor is wrong.
        """
        try:
            return self._door.perform(
                QueryCaseStatus(case=number, personal=SecondFactor(last=second_factor)), self._staff_id
            )
        except Refused as refused:
            raise (_wrong_factor() if refused.reason == "second_factor" else refused) from refused
        except OutOfReach as lost:
            raise Refused(
                "second_factor",
                "This case number and these four characters do not belong together, or this machine cannot look up "
                "the case right now. Please compare both, or ask at a window.",
            ) from lost

    @property
    def has_exit_code(self) -> bool:
        return self._exit.has_code

    def unlock(self, secret: str) -> None:
        self._exit.unlock(secret)

    def _no_slip(self, error: OutOfReach) -> OutOfReach:
        """Log why no slip was printed, for the staff; return the error for the citizen."""
        log_event("kiosk", "no slip", why=error.sentence)
        return OutOfReach(
            "This machine cannot print a ticket right now. "
            "Please use another machine, or go to a window: you will be served without a ticket."
        )


def _wrong_number() -> Refused:
    return Refused("number", "One of the 12 digits is wrong. Please compare the number with your receipt.")


def _wrong_factor() -> Refused:
    return Refused(
        "second_factor",
        "This case number and these four characters do not belong together. "
        "Please compare both with your receipt and your identity document.",
    )


def _hall_closed() -> Refused:
    return Refused(
        "hall_closed", "The hall is closed now, so there are no tickets. Please come back during the opening hours."
    )
