"""The receipt of a case that a kiosk accepted: the page from what is in memory, printed in two phases at the center."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.prints import COUNTED_OUTCOMES, UNKNOWN, PrintContent
from clerk_app.citizen.application_form import ApplicationForm
from clerk_app.citizen.kiosk_prints import BeginKioskPrint, RecordKioskPrint
from clerk_app.citizen.matters import KioskCaseAccepted
from clerk_app.composition.office import Office
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.locales import _, current_language
from clerk_app.log import log_event
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.receipt import CaseReceipt
from clerk_app.paper.documents.shared_facts import PrintedDates, PrintedMatter
from clerk_app.paper.page import PaperPage, encode_page
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import Printer, PrintJob
from clerk_app.roles.formatting import describe_consent, format_party_name, localize
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.roles.paper_titles import title_paper
from clerk_app.roles.print_lock import hold_print
from clerk_app.roles.printing import send_job
from clerk_app.views.kiosk_matters import PrintedReceipt

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def print_matter_receipt(
    office: Office,
    sessions: OfficeSessions,
    actor: str,
    catalogue: Catalogue,
    accepted: KioskCaseAccepted,
    form: ApplicationForm,
) -> PrintedReceipt:
    """Print the receipt of an accepted case; return what is known about it."""
    receipt = _build_receipt(office, catalogue, accepted, form)
    return print_at_kiosk(office, sessions, actor, accepted.notice, accepted.window, receipt)


def print_at_kiosk(
    office: Office, sessions: OfficeSessions, actor: str, notice: str, window: str, receipt: PaperFacts
) -> PrintedReceipt:
    """Print the receipt of a notice; return what is known about it. Nothing is printed that the center does not know.

    `window` is the window that prints the later notices of the case.
    """
    printer, page = (
        office.printers.for_paper(receipt.kind),
        receipt.to_page(current_language(), office.catalogue_frame().papers),
    )
    try:
        printer.check_ready()
        job = make_job(
            printer,
            page,
            id="",
            kind=receipt.kind,
            number=notice,
            at=office.local_time(),
            language=current_language(),
            title=title_paper(receipt.kind),
            font=office.settings.font,
        )
        with hold_print(office.folder):
            outcome = _print(office, sessions, actor, printer, job, partial(_begin, notice, window, printer, page))
    except ClerkError as error:
        log_event("kiosk", "no receipt", why=error.sentence)
        return _not_printed()
    if outcome in COUNTED_OUTCOMES:
        return PrintedReceipt(is_printed=True, sentence=_("The receipt is printed: please take it."))
    if outcome == UNKNOWN:
        sentence = _("It is not known whether the receipt came out. If it did not, any window prints it.")
        return PrintedReceipt(is_printed=False, sentence=sentence)
    return _not_printed()


def _begin(notice: str, window: str, printer: Printer, page: PaperPage, session: str) -> BeginKioskPrint:
    return BeginKioskPrint(
        session=session,
        paper=notice,
        kind=notice.partition("-")[2].partition("-")[0],
        window=window,
        printer=printer.name,
        device=printer.device.partition(":")[0],
        language=current_language(),
        personal=PrintContent(page=encode_page(page).decode()),
    )


def _print(
    office: Office,
    sessions: OfficeSessions,
    actor: str,
    printer: Printer,
    job: PrintJob,
    build: Callable[[str], BeginKioskPrint],
) -> str:
    """Begin a print at the center, send it, record its outcome and return it. The session may end meanwhile."""
    used: list[str] = []

    def begin(session: str) -> BeginKioskPrint:
        used.append(session)
        return build(session)

    begun, outcome = sessions.perform(begin).print, UNKNOWN
    try:
        outcome, _problem = send_job(printer, replace(job, id=begun))
    finally:
        office.printers.remove_job(begun)
        with suppress(OutOfReach, Refused):  # a clerk is asked whether it came out
            office.door.perform(RecordKioskPrint(session=used[0], print=begun, outcome=outcome), actor)
    return outcome


def _not_printed() -> PrintedReceipt:
    return PrintedReceipt(
        is_printed=False,
        sentence=_(
            "This machine cannot print now. Note the number, or take a picture of it: any window prints the receipt."
        ),
    )


def _build_receipt(
    office: Office, catalogue: Catalogue, accepted: KioskCaseAccepted, form: ApplicationForm
) -> CaseReceipt:
    zone = catalogue.time_zone
    tasks = {task.matter: task for task in accepted.tasks}
    (applicant,) = form.details.parties

    def dates(promised: int | None, statutory: int | None, *, expected: bool, statutory_expected: bool) -> PrintedDates:
        days = [None if at is None else to_local_time(at, zone).date() for at in (promised, statutory)]
        return PrintedDates(days[0], days[1], expected, statutory_expected)

    matters = []
    for planned in form.plan.active_matters:
        task = tasks.get(planned.id)
        own = PrintedDates()
        if task is not None:
            own = dates(
                task.due_at,
                task.statutory_at,
                expected=task.expected,
                statutory_expected=task.statutory_expected,
            )
        organ = localize(catalogue.organ(planned.organ).name)
        matters.append(PrintedMatter(localize(planned.matter.name), organ, own))
    return CaseReceipt(
        case_number=accepted.number,
        applicant_masked=format_party_name(applicant.name, applicant.kind),
        one_thing=localize(form.plan.one_thing.name),
        matters=tuple(matters),
        materials=(),
        received_at=office.local_time(),
        hall=office.settings.name.localized(),
        window=_("kiosk"),
        clerk_number="",
        phone=office.settings.phone,
        dates=dates(
            accepted.promised_at,
            accepted.statutory_at,
            expected=accepted.expected,
            statutory_expected=accepted.statutory_expected,
        ),
        held=tuple(
            _("{name}: {consent}").format(name=localize(catalogue.material(name).name), consent=describe_consent(how))
            for name, how in accepted.consents.items()
        ),
        may_withdraw=bool(accepted.consents),
    )
