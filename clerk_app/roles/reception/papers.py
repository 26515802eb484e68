"""Papers that the reception scans for a ticket that waits."""

from __future__ import annotations

from functools import cached_property

from clerk_app.composition.office import Office
from clerk_app.composition.open_papers import TICKET_OWNER
from clerk_app.hall.ticket_papers import RemoveTicketPaper, TakeTicketPapers, TicketPaper
from clerk_app.locales import _, plural_form
from clerk_app.roles.papers.given_files import marking_given
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.views.papers import PaperTarget
from clerk_app.views.shared import Option

_MATERIAL = "paper"  # of a ticket: what it is for is decided at the window


class ReceptionPapers:
    """Scans papers for tickets; the window that calls a ticket takes them in."""

    def __init__(self, office: Office, staff: str) -> None:
        self._office, self._staff = office, staff

    @cached_property
    def paper_taking(self) -> PaperTaking:
        return PaperTaking(self._office)

    def find_target(self, ticket: str) -> PaperTarget:
        """Return the paper that is scanned next for a ticket."""
        number = ticket.rpartition("/")[2]
        return PaperTarget(TICKET_OWNER + ticket, _MATERIAL, _("A paper for ticket {number}").format(number=number))

    def list_papers(self, ticket: str) -> tuple[Option, ...]:
        """Return the papers of a ticket that waits."""
        with self._office.store.read() as tx:
            rows = tx.select("ticket_papers", order=("number",), ticket=ticket)
        names = []
        for row in rows:
            pages = plural_form(row["pages"], _("{count} page"), _("{count} pages")).format(count=row["pages"])
            at = f"{self._office.local_time(row['taken_at']):%H:%M}"
            name = _("Paper {number}").format(number=row["number"])
            names.append(Option(row["id"], name, hint=f"{pages}  {at}"))
        return tuple(names)

    def finish(self, ticket: str) -> str:
        """Take in the paper whose pages were scanned; return what follows in words. Raises Refused, OutOfReach."""
        target = self.find_target(ticket)
        file = self.paper_taking.complete(target.owner, target.material)
        paper = TicketPaper(
            content=file.content, media_type=file.media_type, pages=file.pages, size=file.size, source=file.source
        )
        with marking_given(self._office, [file.content]):
            self._office.door.perform(TakeTicketPapers(ticket=ticket, papers=(paper,)), self._staff)
        self._office.open_papers.drop(target.owner, target.material)
        words = _("Taken in for {number}: the window that calls it sees the paper, and nobody else.")
        return words.format(number=ticket.rpartition("/")[2])

    def remove(self, paper: str) -> str:
        """Remove a paper; return what was done in words. Raises Refused, OutOfReach."""
        decision = self._office.door.perform(RemoveTicketPaper(paper=paper), self._staff)
        return _("Removed from {number}.").format(number=decision.ticket.rpartition("/")[2])
