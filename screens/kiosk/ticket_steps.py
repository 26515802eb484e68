"""The steps from a button of the kiosk to a page or a ticket: case, class, code of an appointment, printing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clerk_app.errors import ClerkError, Refused
from clerk_app.locales import _
from clerk_app.views.kiosk import IssuedTicket, KioskService, KioskView
from screens.kiosk.case_page import CaseStatePage
from screens.kiosk.host import KioskHost
from screens.kiosk.pages import (
    APPOINTMENT_BUTTON,
    CASE_STATE_BUTTON,
    GREEN_LANE_BUTTON,
    HomePage,
    KioskPage,
    SentencePage,
)
from screens.kiosk.question_page import (
    APPOINTMENT_FIELDS,
    APPOINTMENT_TITLE,
    CASE_FIELDS,
    CASE_TITLE,
    MAX_CODE,
    QuestionPage,
    receipt_number,
)
from screens.kiosk.screen import KioskScreen
from screens.kiosk.ticket_pages import ClassPage, GreenLanePage, SlipPage
from screens.scan_receiver import Scan


def next_page(button: str, view: KioskView) -> KioskPage | None:
    """Return the page that a button shows; None for a button that takes a ticket."""
    if button == CASE_STATE_BUTTON:
        return QuestionPage(CASE_TITLE, CASE_FIELDS)
    if button == APPOINTMENT_BUTTON:
        return QuestionPage(APPOINTMENT_TITLE, APPOINTMENT_FIELDS)
    if button == GREEN_LANE_BUTTON:
        return GreenLanePage(view)
    kind, _dash, ticket_class = button.partition("-")
    return ClassPage(view, ticket_class) if kind == "class" else None


def ticket_call(button: str, service: KioskService) -> Callable[[], IssuedTicket] | None:
    """Return the call that takes the ticket of a button; None for another button."""
    kind, _dash, name = button.partition("-")
    if kind not in ("category", "ticket"):
        return None
    category, _dash, ticket_class = name.partition("-")
    return partial(service.take_ticket, category, ticket_class or "ordinary")


def is_appointment_scan(scan: Scan, page: KioskPage, view: KioskView | None) -> bool:
    """Return whether a scan may be the code of an appointment: only the center knows whether it is one."""
    asks = isinstance(page, QuestionPage) and page.fields == APPOINTMENT_FIELDS
    offered = view is not None and view.has_appointments and (asks or isinstance(page, HomePage))
    return offered and not receipt_number(scan) and not scan.trouble and len(scan.text) <= MAX_CODE


async def print_ticket(host: KioskHost, screen: KioskScreen, take: Callable[[], IssuedTicket]) -> None:
    """Take a ticket and show its number, or why there is none and what to do."""
    await screen.show_page(SentencePage(lambda: _("Your slip is being printed ...")))
    try:
        ticket = await host.ask(take)
    except ClerkError as error:
        failure = error  # its sentence is in the language of the screen, which may be changed
        screen.app.bell()
        has_to_wait = isinstance(error, Refused) and error.reason == "tickets"
        await screen.show_page(SentencePage(lambda: f"x {failure}\n\n{_no_ticket(has_to_wait=has_to_wait)}", "bad"))
    else:
        await screen.show_page(SlipPage(ticket))


def _no_ticket(*, has_to_wait: bool) -> str:
    return _("You have no ticket yet.") if has_to_wait else _("You have no ticket. Please ask our staff.")


async def show_case_state(
    host: KioskHost, screen: KioskScreen, page: QuestionPage, service: KioskService, number: str, second_factor: str
) -> None:
    """Show the state of a case; an error is shown on `page`, where number and second factor were typed."""
    read = partial(service.find_case_status, number, second_factor)
    try:
        state = await host.ask(read)
    except ClerkError as error:
        page.show_error(str(error))
    else:
        await screen.show_page(CaseStatePage(state, read))
