"""Service of the reception: issues tickets of every class, answers where a ticket is, corrects the queue."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.status_query import SecondFactor
from clerk_app.citizen.code_slips import AnswerCodeSlip
from clerk_app.composition.office import Office
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.kiosk_calls import AnswerKioskCall
from clerk_app.hall.waiting_moves import MoveWaitingTicket
from clerk_app.hall.waiting_tickets import LEFT, VOID, CancelTicket
from clerk_app.hall.windows import is_lease_valid, parse_categories
from clerk_app.ledger.access import Role
from clerk_app.ledger.numbers import is_case_number
from clerk_app.locales import _, format_list, mark
from clerk_app.paper.documents.ticket_slip import TicketSlip
from clerk_app.roles.code_requests import read_code_requests
from clerk_app.roles.connection_view import read_connection_facts, read_connection_view
from clerk_app.roles.counter.day_numbers import describe_windows
from clerk_app.roles.formatting import format_short_age
from clerk_app.roles.kiosk_calls import read_kiosk_calls
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.roles.printer_watch import PrinterWatch
from clerk_app.roles.reception.appointments import read_appointments
from clerk_app.roles.reception.issued_tickets import IssuedTickets
from clerk_app.roles.reception.papers import ReceptionPapers
from clerk_app.roles.reception.receipts import describe_waiting
from clerk_app.roles.reception.ticket_words import answer_for, count_ahead, format_wait, issued_row
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.roles.status import read_status
from clerk_app.roles.ticket_categories import OfferedCategory, list_categories, list_classes
from clerk_app.roles.ticket_printing import PrintedTicket, SlipNotPrintedError, TicketPrinter
from clerk_app.roles.undo import ActLog
from clerk_app.text.cleaning import clean_code
from clerk_app.views.connection import ConnectionView
from clerk_app.views.papers import PaperTarget
from clerk_app.views.reception import ReceptionCategory, ReceptionClass, ReceptionView, TicketAnswer
from clerk_app.views.shared import Option
from clerk_app.views.undo import UndoOffer
from db.engines import Row, Transaction

MOST_OF_A_GROUP = DIGITS = 9
_VOID_QUESTION = mark("Make void what was issued just now: {numbers}? Take the slips back.")
_MOVE_BACK = mark("Let ticket {number} wait in its former queue again?")
_LEFT_SENTENCE = mark("Ticket {number} was taken out of the queue, and does not come back: issue a new one.")


@raises_clerk_errors
class OfficeReception(OfficeStaffService):
    """Implements views.ReceptionService for a reception of an office."""

    def __init__(self, office: Office, staff: Row) -> None:
        super().__init__(office, staff)
        self._hall = office.settings.hall
        self._papers = ReceptionPapers(office, self._staff_id)
        self._printer = TicketPrinter(office, self._staff_id, is_attended=True)
        self._printer.settle_left_slips()
        self._watch = PrinterWatch(office.printers, TicketSlip.kind)
        self._issued = IssuedTickets(office.folder)
        self._acts: ActLog[ReceptionView] = ActLog(self._door.clock)

    # views

    def read_view(self) -> ReceptionView:
        with self._office.store.read() as tx:
            queues = {row["category"]: row for row in tx.query_all("hall.waiting_by_category", hall=self._hall)}
            windows = [row for row in tx.select("windows", order=("id",)) if row["hall"] in (self._hall, "")]
            categories, estimates = list_categories(self._office, tx), self._printer.estimates.read(tx)
            status = read_status(
                self._office,
                tx,
                place=_("reception"),
                person=str(self._staff["name"]),
                waiting=sum(row["waiting"] for row in queues.values()),
            )
            names = {category.letter: category.name for category in categories}
            tickets = [tx.get("tickets", id=ticket) for ticket in self._issued.tickets]
            return ReceptionView(
                status=status,
                categories=tuple(
                    self._build_category(
                        tx,
                        str(index % DIGITS + 1),
                        category,
                        queues.get(category.letter),
                        windows,
                        estimates.shown(category.letter),
                    )
                    for index, category in enumerate(categories)
                ),
                classes=tuple(
                    ReceptionClass(known.id, str(key), known.name, known.proof, known.is_green_lane)
                    for key, known in enumerate(list_classes(tx), 1)
                ),
                issued=tuple(
                    issued_row(self._office, tx, ticket, names, self._issued.count_reprints(ticket["id"]))
                    for ticket in tickets
                    if ticket is not None
                ),
                windows=describe_windows(tx, self._office, windows),
                appointments=read_appointments(self._office, tx, names),
                trouble=self._find_trouble(tx),
                calls=read_kiosk_calls(self._office, tx),
                code_requests=read_code_requests(self._office, tx),
            )

    def answer_call(self, call: str) -> ReceptionView:
        self._door.perform(AnswerKioskCall(call=call), self._staff_id)
        return replace(self.read_view(), message=_("The call from the kiosk is answered. Please go there."))

    def confirm_code(self, request: str, last: str) -> ReceptionView:
        personal = SecondFactor(last=clean_code(last).upper())
        self._door.perform(AnswerCodeSlip(request=request, confirms=True, personal=personal), self._staff_id)
        return replace(self.read_view(), message=_("Confirmed. The kiosk prints the code now."))

    def decline_code(self, request: str) -> ReceptionView:
        self._door.perform(AnswerCodeSlip(request=request, confirms=False), self._staff_id)
        return replace(self.read_view(), message=_("Declined. The kiosk prints no code."))

    def _build_category(
        self,
        tx: Transaction,
        key: str,
        category: OfferedCategory,
        queue: Row | None,
        windows: list[Row],
        wait: tuple[int, int],
    ) -> ReceptionCategory:
        now = self._office.corrected_now
        serving = [row for row in windows if category.letter in parse_categories(row["categories"])]
        return ReceptionCategory(
            id=category.letter,
            key=key,
            name=category.name,
            classes=category.classes,
            waiting=queue["waiting"] if queue is not None else 0,
            longest=format_short_age(queue["oldest"], now) if queue is not None else "",
            estimate=format_wait(wait),
            open_windows=sum(row["state"] == "open" and is_lease_valid(tx, row, now) for row in serving),
            windows=len(serving),
        )

    def _find_trouble(self, tx: Transaction) -> str:
        """Return why no tickets can be given out now; empty if they can."""
        if find_open_day(tx, self._hall) is None:
            return _("The hall is closed: no tickets are given out now.")
        if not read_connection_facts(self._office, tx).is_reachable:
            return str(_no_center())
        return self._watch.find_trouble()

    def read_connection(self) -> ConnectionView:
        return read_connection_view(
            self._office, with_acceptances=self._staff["role"] == Role.SUPERVISOR, at_reception=True
        )

    def find_ticket(self, number: str) -> TicketAnswer:
        cleaned = clean_code(number).upper()
        with self._office.store.read() as tx:
            row = tx.query_one("hall.ticket_by_number", hall=self._hall, number=cleaned)
            if row is None:
                raise Refused("ticket", "There is no ticket {number} in this hall.", number=cleaned)
            return answer_for(self._office, tx, row)

    def describe_ticket(self, ticket: str) -> TicketAnswer:
        with self._office.store.read() as tx:
            return answer_for(self._office, tx, self._get_ticket(tx, ticket))

    def _get_ticket(self, tx: Transaction, ticket: str) -> Row:
        row = tx.get("tickets", id=ticket)
        if row is None:
            raise Refused("ticket", "There is no such ticket.")
        return row

    # acts

    def take_code(self, code: str) -> TicketAnswer | ReceptionView:
        with self._office.store.read() as tx:
            row = tx.query_one("hall.ticket_by_number", hall=self._hall, number=clean_code(code).upper())
            if row is not None:
                return answer_for(self._office, tx, row)
        if is_case_number(clean_code(code)):
            return replace(self.read_view(), message=describe_waiting(self._office, clean_code(code), self._staff_id))
        return self._issue("", "appointment", 1, code)

    def issue(self, category: str, ticket_class: str, count: int = 1) -> ReceptionView:
        return self._issue(category, ticket_class, count)

    def _issue(self, category: str, ticket_class: str, count: int, code: str = "") -> ReceptionView:
        printed: list[PrintedTicket] = []
        try:
            while len(printed) < min(max(1, count), MOST_OF_A_GROUP):
                printed.append(self._printer.issue(category, ticket_class, code=code, on_prepared=self._issued.add))
        except (SlipNotPrintedError, ClerkError) as failure:
            raise self._describe_failure(failure, printed) from failure
        finally:
            self._record_issue(printed)
        ahead = _("{count} before it").format(count=printed[0].ahead)
        wait = format_wait(printed[0].wait)
        facts = format_list(part for part in (printed[0].category, ahead, wait) if part)
        numbers = format_list(ticket.number for ticket in printed)
        return replace(
            self.read_view(),
            message=_("Issued: {numbers}. {facts}.").format(numbers=numbers, facts=facts),
            unconfirmed=tuple(ticket.id for ticket in printed if ticket.is_unknown),
        )

    def _describe_failure(self, failure: Exception, printed: list[PrintedTicket]) -> ClerkError:
        """Return the error of an issue for the reception, with the tickets issued before it and the void number."""
        if isinstance(failure, SlipNotPrintedError):
            error: ClerkError = failure.error
            if failure.number:
                error = OutOfReach(
                    "{why} There is no ticket: number {number} is void.", why=str(failure.error), number=failure.number
                )
        elif isinstance(failure, OutOfReach):
            error = _no_center()
        else:
            assert isinstance(failure, ClerkError), "no other error is caught"
            error = failure
        if not printed:
            return error
        numbers = format_list(ticket.number for ticket in printed)
        return Refused("partly", "Issued before this: {numbers}. {why}", numbers=numbers, why=str(error))

    def _record_issue(self, printed: list[PrintedTicket]) -> None:
        """Record tickets for Ctrl+Z, which makes them void while none was called."""
        printed = [ticket for ticket in printed if not ticket.is_unknown]  # the others do not wait yet
        if not printed:
            return
        ids = [ticket.id for ticket in printed]

        def make_void() -> ReceptionView:
            for ticket in ids:
                self._door.perform(CancelTicket(ticket=ticket, why=VOID), self._staff_id)
            return self.read_view()

        def find_obstacle() -> str:
            with self._office.store.read() as tx:
                rows = [self._get_ticket(tx, ticket) for ticket in ids]
            gone = [row["number"] for row in rows if row["state"] != "waiting" or row["called_at"] is not None]
            if not gone:
                return ""
            return _("Called or ended already, so not void: {numbers}.").format(numbers=format_list(gone))

        numbers = [ticket.number for ticket in printed]
        self._acts.record(
            _VOID_QUESTION, make_void, facts=lambda: {"numbers": format_list(numbers)}, find_obstacle=find_obstacle
        )

    def reprint(self, ticket: str) -> ReceptionView:
        with self._office.store.read() as tx:
            row = self._get_ticket(tx, ticket)
            ahead = count_ahead(self._office, tx, row)
        delivery = self._printer.reprint(row, self._issued.count_reprints(ticket) + 1, ahead)
        self._issued.add_reprint(ticket)
        words = _("Slip of {number}, marked as a reprint. {delivery}").format(number=row["number"], delivery=delivery)
        return replace(self.read_view(), message=words)

    def record_left(self, ticket: str) -> ReceptionView:
        self._door.perform(CancelTicket(ticket=ticket, why=LEFT), self._staff_id)
        number = ticket.rpartition("/")[2]
        self._acts.record(_LEFT_SENTENCE, None, facts=lambda: {"number": number})
        return replace(self.read_view(), message=_("{number} does not wait any more.").format(number=number))

    def move(self, ticket: str, category: str) -> ReceptionView:
        with self._office.store.read() as tx:
            row = self._get_ticket(tx, ticket)
            names = {known.letter: known.name for known in list_categories(self._office, tx)}
        self._door.perform(MoveWaitingTicket(ticket=ticket, category=category), self._staff_id)

        def move_back() -> ReceptionView:
            self._door.perform(MoveWaitingTicket(ticket=ticket, category=row["category"]), self._staff_id)
            return self.read_view()

        self._acts.record(_MOVE_BACK, move_back, facts=lambda: {"number": row["number"]})
        words = _("{number} waits in {category} now, with its number and its time.")
        return replace(
            self.read_view(), message=words.format(number=row["number"], category=names.get(category, category))
        )

    @property
    def paper_taking(self) -> PaperTaking:
        return self._papers.paper_taking

    def find_ticket_paper(self, ticket: str) -> PaperTarget:
        return self._papers.find_target(ticket)

    def list_ticket_papers(self, ticket: str) -> tuple[Option, ...]:
        return self._papers.list_papers(ticket)

    def finish_ticket_paper(self, ticket: str) -> ReceptionView:
        words = self._papers.finish(ticket)
        return replace(self.read_view(), message=words)

    def remove_ticket_paper(self, paper: str) -> ReceptionView:
        words = self._papers.remove(paper)
        return replace(self.read_view(), message=words)

    def record_slip(self, ticket: str, *, printed: bool) -> ReceptionView:
        self._printer.record_print(ticket, printed=printed)
        number = ticket.rpartition("/")[2]
        words = _("{number} waits in the queue now.") if printed else _("{number} is void.")
        return replace(self.read_view(), message=words.format(number=number))

    def read_undo(self) -> UndoOffer | None:
        return self._acts.find_offer()

    def undo(self, offer: int) -> ReceptionView:
        return replace(self._acts.undo(offer), message=_("Undone."))


def _no_center() -> OutOfReach:
    return OutOfReach(
        "No tickets can be given out now: the center is out of reach. Windows serve citizens without a ticket."
    )
