"""Issues tickets at a machine with a printer (kiosk, reception) in two phases: number reserved, slip printed.

If the slip is not printed, the number is void and nobody waits with it. If nobody knows whether it came out, a
reception is asked (`PrintedTicket.is_unknown`), and the ticket stays out of the queue until it answers. At a kiosk
nobody can be asked: the ticket waits, because its number was shown. A slip that is printed again is of the same ticket
and has a mark.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from clerk_app.composition.office import Office
from clerk_app.errors import ClerkError, OutOfReach
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.waiting_tickets import RecordSlipReprint
from clerk_app.locales import current_language
from clerk_app.paper.documents.ticket_slip import TicketSlip
from clerk_app.paper.page import mark_reprint
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import PrintOutcome
from clerk_app.roles.printer_words import describe_outcome
from clerk_app.roles.ticket_categories import list_categories
from clerk_app.roles.wait_estimates import WaitEstimates
from clerk_app.text.appointment_codes import digest_appointment_code
from db.engines import Row

_REPRINT_WORD = "重打"
_JOB_PREFIX = "slip/"


class SlipNotPrintedError(Exception):
    """The slip was not printed, so there is no ticket. `number` is void; empty if none was reserved."""

    def __init__(self, error: OutOfReach, number: str = "") -> None:
        super().__init__(str(error))
        self.error = error
        self.number = number


@dataclass(frozen=True)
class PrintedTicket:
    """A ticket whose slip was given to the printer. `wait` is the estimate on the slip in minutes, from and to.

    `delivery` is what is known about the slip, as a sentence.
    """

    id: str
    number: str
    category: str  # name
    ahead: int
    taken_at: datetime
    wait: tuple[int, int] = (0, 0)
    is_unknown: bool = False
    delivery: str = ""


class TicketPrinter:
    """Issues and prints the tickets of one machine, for the actor who records them.

    `is_attended`: whether a clerk can see if a slip came out.
    """

    def __init__(self, office: Office, actor: str, *, is_attended: bool) -> None:
        self._office = office
        self._actor = actor
        self._is_attended = is_attended
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
            self._office.printers.for_paper(
                TicketSlip.kind
            ).check_ready()  # before the ticket is issued, because a ticket needs a printed slip
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
            printed = self._print_slip(printed)
        except OutOfReach as error:
            self.record_print(printed.id, printed=False)
            raise SlipNotPrintedError(error, printed.number) from error
        if not (printed.is_unknown and self._is_attended):
            self._record_known(printed.id)
        return printed

    def record_print(self, ticket: str, *, printed: bool) -> None:
        """Record whether a slip was printed, as a person saw: the ticket waits, or its number is void."""
        outcome: Literal["", "confirmed"] = "confirmed" if printed and self._is_attended else ""
        self._office.door.perform(RecordSlipPrint(ticket=ticket, printed=printed, outcome=outcome), self._actor)
        self._office.printers.remove_job(_job_id(ticket))

    def _record_known(self, ticket: str, outcome: PrintOutcome = PrintOutcome.WRITTEN) -> None:
        """Record a slip that counts as printed, with what is known about it; a folder has no record of its jobs."""
        known = self._office.printers.find_outcome(_job_id(ticket)) or outcome
        command = RecordSlipPrint(ticket=ticket, printed=True, outcome=known.value)  # type: ignore[arg-type]
        self._office.door.perform(command, self._actor)
        self._office.printers.remove_job(_job_id(ticket))

    def settle_left_slips(self) -> None:
        """Record the slips that were being printed when the program ended last, as far as they need no answer."""
        for job in self._office.printers.list_jobs():
            ticket = job.id.removeprefix(_JOB_PREFIX)
            needs_answer = self._is_attended and job.known_outcome is PrintOutcome.UNKNOWN
            if job.id.startswith(_JOB_PREFIX) and job.is_left and not needs_answer:
                with suppress(ClerkError):  # recorded already, or the authority is out of reach: its entry follows
                    self._record_known(ticket)

    def reprint(self, ticket: Row, count: int, ahead: int) -> str:
        """Print the slip of a waiting ticket again, with the mark of reprint number `count`.

        Return what is known about the slip, as a sentence. The command is checked before the slip is printed, so that
        no slip of a ticket that was called comes out. Raises Refused, and OutOfReach with the fault of the printer.
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
        printed = self._print_slip(slip, reprint=count)
        self._office.door.perform(command, self._actor)
        self._office.printers.remove_job(_job_id(slip.id, count))
        return printed.delivery

    def _print_slip(self, ticket: PrintedTicket, *, reprint: int = 0) -> PrintedTicket:
        """Print a slip; return the ticket with what is known about it. Raises OutOfReach if nothing was printed."""
        printer, now = self._office.printers.for_paper(TicketSlip.kind), self._office.local_time()
        slip = TicketSlip(
            number=ticket.number,
            category=ticket.category,
            waiting_before=ticket.ahead,
            wait_from=ticket.wait[0],
            wait_to=ticket.wait[1],
            taken_at=ticket.taken_at,
            hall=self._office.settings.name.localized(),
        )
        page = slip.to_page(current_language(), self._office.catalogue_frame().papers)
        if reprint:
            page = mark_reprint(page, reprint, now, word=_REPRINT_WORD)
        job = make_job(
            printer,
            page,
            id=_job_id(ticket.id, reprint),
            kind=TicketSlip.kind,
            number=f"{ticket.number}-{reprint}" if reprint else ticket.number,
            at=now,
            font=self._office.settings.font,
        )
        outcome = printer.send(job)
        is_unknown = outcome is PrintOutcome.UNKNOWN
        return replace(ticket, is_unknown=is_unknown, delivery=describe_outcome(printer, outcome))

    def _name_category(self, letter: str) -> str:
        with self._office.store.read() as tx:
            categories = list_categories(self._office, tx)
        return next((category.name for category in categories if category.letter == letter), letter)


def _job_id(ticket: str, reprint: int = 0) -> str:
    return f"{_JOB_PREFIX}{ticket}/{reprint}" if reprint else f"{_JOB_PREFIX}{ticket}"
