"""Prints a paper at a kiosk. Nothing of it is kept: page and job exist while it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.locales import current_language
from clerk_app.log import log_event
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import PrintOutcome

if TYPE_CHECKING:
    from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True)
class PrintedPapers:
    """How many papers certainly came out, and whether another one may have."""

    printed: int
    is_unknown: bool = False


def check_printer(office: Office, kind: str) -> None:
    """Raise OutOfReach, with a sentence for the citizen, if a paper of this kind cannot be printed now."""
    try:
        office.printers.for_paper(kind).check_ready()
    except OutOfReach as error:
        raise _no_paper(kind, error) from error


def print_paper(office: Office, facts: PaperFacts, number: str, count: int = 1) -> PrintedPapers:
    """Print a paper `count` times, and stop at the first one that does not come out.

    Raises OutOfReach, with a sentence for the citizen, if certainly none came out.
    """
    printer, now = office.printers.for_paper(facts.kind), office.local_time()
    page = facts.prepare_template(office.catalogue_frame().papers).build(facts, current_language())
    for printed in range(count):
        job = make_job(
            printer,
            page,
            id=f"{facts.kind}/{number}/{printed}/{now:%H%M%S%f}",
            kind=facts.kind,
            number=f"{number}-{printed + 1}" if count > 1 else number,
            at=now,
            font=office.settings.font,
        )
        try:
            outcome = printer.send(job)
        except OutOfReach as error:
            if not printed:
                raise _no_paper(facts.kind, error) from error
            log_event("kiosk", "paper not printed", paper=facts.kind, why=error.sentence)
            return PrintedPapers(printed)
        finally:
            office.printers.remove_job(job.id)
        if outcome is PrintOutcome.UNKNOWN:
            log_event("kiosk", "paper not confirmed", paper=facts.kind)
            return PrintedPapers(printed, is_unknown=True)
    return PrintedPapers(count)


def _no_paper(kind: str, error: OutOfReach) -> OutOfReach:
    """Log why nothing was printed, for the staff; return the error for the citizen."""
    log_event("kiosk", "paper not printed", paper=kind, why=error.sentence)
    return OutOfReach("This machine cannot print now: nothing was printed. Please use another one, or go to a window.")
