"""Issues tickets at a machine with a printer (kiosk, reception) in two phases: number reserved, slip printed.

If the slip is not printed, the number is void and nobody waits with it. A slip that is printed again is of the same
ticket and has a mark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.hall.appointments import digest_appointment_code
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.waiting_tickets import RecordSlipReprint
from clerk_app.locales import current_language
from clerk_app.paper.documents.ticket_slip import TicketSlip
from clerk_app.paper.page import mark_reprint
from clerk_app.paper.printers.spool import format_paper_name
from clerk_app.roles.ticket_categories import list_categories
from clerk_app.roles.wait_estimates import WaitEstimates
from db.engines import Row

_REPRINT_WORD = "重打"


class SlipNotPrintedError(Exception):
    """The slip was not printed, so there is no ticket. `number` is void; empty if none was reserved."""

    def __init__(self, error: OutOfReach, number: str = "") -> None:
        super().__init__(str(error))
        self.error = error
        self.number = number


@dataclass(frozen=True)
class PrintedTicket:
    """A ticket whose slip was given to the printer. `wait` is the estimate on the slip in minutes, from and to."""

    id: str
    number: str
    category: str  # name
    ahead: int
    taken_at: datetime
    wait: tuple[int, int] = (0, 0)


class TicketPrinter:
    """Issues and prints the tickets of one machine, for the actor who records them."""

    def __init__(self, office: Office, actor: str) -> None:
        self._office = office
        self._actor = actor
        self.estimates = WaitEstimates(office)

    def issue(
        self,
        category: str,
        ticket_class: str = "ordinary",
        *,
        code: str = "",
        on_prepared: Callable[[str], None] | None = None,
    ) -> PrintedTicket:
        """Issue a ticket and print its slip. `on_prepared` gets the id of the ticket before its slip is printed.

        With the `code` of an appointment the ticket is that of the appointment, also in its category.

        Raises SlipNotPrintedError, OutOfReach while the authority is out of reach, Refused with what to do.
        """
        try:
            self._office.printer.check_ready()  # before the ticket is issued, because a ticket needs a printed slip
        except OutOfReach as error:
            raise SlipNotPrintedError(error) from error
        # an estimate is of an ordinary ticket: one with a head start waits less
        hall = self._office.settings.hall
        estimates = self.estimates.newest if ticket_class == "ordinary" and not code else None
        stored = estimates.stored(category) if estimates is not None else None
        prepared = self._office.door.perform(
            PrepareTicket(
                hall=hall,
                category=category,
                priority=ticket_class,
                appointment_code=digest_appointment_code(hall, code) if code else "",
                estimated_low=stored.low if stored is not None else 0,
                estimated_high=stored.high if stored is not None else 0,
            ),
            self._actor,
        )
        if on_prepared is not None:
            on_prepared(prepared.ticket)
        printed = PrintedTicket(
            id=prepared.ticket,
            number=prepared.number,
            category=self._name_category(prepared.category or category),
            ahead=prepared.ahead,
            taken_at=self._office.local_time(),
            wait=estimates.shown(category) if estimates is not None else (0, 0),
        )
        try:
            self._print_slip(printed)
        except OutOfReach as error:
            self.record_print(printed.id, printed=False)
            raise SlipNotPrintedError(error, printed.number) from error
        self.record_print(printed.id, printed=True)
        return printed

    def record_print(self, ticket: str, *, printed: bool) -> None:
        """Record whether a slip was printed: the ticket waits, or its number is void."""
        self._office.door.perform(RecordSlipPrint(ticket=ticket, printed=printed), self._actor)

    def reprint(self, ticket: Row, count: int, ahead: int) -> None:
        """Print the slip of a waiting ticket again, with the mark of reprint number `count`.

        The command is checked before the slip is printed, so that no slip of a ticket that was called comes out.
        Raises Refused, and OutOfReach with the fault of the printer.
        """
        command = RecordSlipReprint(ticket=ticket["id"])
        self._office.door.check(command, self._actor)
        slip = PrintedTicket(
            id=ticket["id"],
            number=ticket["number"],
            category=self._name_category(ticket["category"]),
            ahead=ahead,
            taken_at=self._office.local_time(ticket["issued_at"]),
        )
        self._print_slip(slip, reprint=count)
        self._office.door.perform(command, self._actor)

    def _print_slip(self, ticket: PrintedTicket, *, reprint: int = 0) -> None:
        from clerk_app.paper.printers.escpos import encode_escpos  # loads python-escpos

        settings, now = self._office.settings, self._office.local_time()
        slip = TicketSlip(
            number=ticket.number,
            category=ticket.category,
            waiting_before=ticket.ahead,
            wait_from=ticket.wait[0],
            wait_to=ticket.wait[1],
            taken_at=ticket.taken_at,
            hall=settings.name.localized(),
        )
        page = slip.to_page(current_language(), self._office.catalogue().papers)
        if reprint:
            page = mark_reprint(page, reprint, now, word=_REPRINT_WORD)
        name = format_paper_name("ticket", f"{ticket.number}-{reprint}" if reprint else ticket.number, now)
        self._office.printer.print_paper(name, encode_escpos(page, settings.paper_mm))

    def _name_category(self, letter: str) -> str:
        with self._office.store.read() as tx:
            categories = list_categories(self._office, tx)
        return next((category.name for category in categories if category.letter == letter), letter)
