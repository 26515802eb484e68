"""The steps of a citizen's session: opening by scan or by typing, the menu, prolonging, and the end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.locales import _
from clerk_app.views.kiosk import KioskService
from clerk_app.views.kiosk_session import FACTOR_NEEDED, SESSION_ENDED, OpenSession
from screens.kiosk.flows import FLOWS
from screens.kiosk.flows.flow import show_failure
from screens.kiosk.host import KioskHost
from screens.kiosk.idle import IdleTime
from screens.kiosk.menu_page import DigitsPage, MenuPage, OpeningPage
from screens.kiosk.pages import FLOW_PREFIX, MATTERS_BUTTON, KioskPage, SentencePage
from screens.kiosk.question_page import CASE_FIELDS, QuestionPage, receipt_number
from screens.kiosk.screen import KioskScreen
from screens.scan_receiver import Scan

PROLONG_SECONDS = 60.0  # between two prolongations at the center, of a citizen who touches without an act there


class SessionSteps:
    """Shows the pages of the session. What the citizen scans or types is in these pages alone."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: KioskService) -> None:
        self._host = host
        self._screen = screen
        self._service = service
        self._used_at: float | None = None  # of the last act at the center, by the clock of the app; None: at present

    @property
    def current(self) -> OpenSession | None:
        """The open session."""
        return self._service.sessions.current

    def opening_page(self, scanned: str = "") -> OpeningPage:
        """Return the page on which a session is opened; `scanned` is the number of a scanned receipt."""

        async def submit(values: tuple[str, ...]) -> None:
            number, second_factor = values
            await self._open(page, partial(self._service.sessions.open_by_receipt, number, second_factor))

        page = OpeningPage(submit, scanned=scanned)
        return page

    async def open_by_code(self, text: str) -> None:
        """Open the session of a scanned code; ask for the second factor where it is needed."""

        async def submit(values: tuple[str, ...]) -> None:
            await self._open(digits, partial(self._service.sessions.open_by_code, text, values[0]))

        digits = DigitsPage(submit)
        await self._screen.show_page(SentencePage(lambda: _("Your code is being checked ...")))
        try:
            await self._host.ask(partial(self._service.sessions.open_by_code, text))
        except Refused as refused:
            if refused.reason == FACTOR_NEEDED:
                await self._screen.show_page(digits)
            else:
                await show_failure(self._host, self._screen, refused, _("No session was opened."))
        except ClerkError as error:
            await self._show_unopened(error)
        else:
            await self.show_menu()

    async def _open(self, page: QuestionPage, call: Callable[[], OpenSession]) -> None:
        try:
            await self._host.ask(call)
        except OutOfReach as lost:
            await self._show_unopened(lost)
        except ClerkError as error:
            page.show_error(str(error))
        else:
            await self.show_menu()

    async def _show_unopened(self, error: ClerkError) -> None:
        kept = _("No session was opened. Try again later, or go to a window.")
        await show_failure(self._host, self._screen, error, kept)

    async def show_menu(self) -> None:
        """Show what the session allows; without a session, the page that opens one."""
        session, view = self.current, self._host.view
        self._used_at = None
        self._host.restart_idle_time()
        if session is not None and view is not None:
            await self._screen.show_page(MenuPage(view, session))
        else:
            await self._screen.show_page(self.opening_page())

    async def start_flow(self, button: str) -> None:
        """Start the flow of a button, if the session allows it."""
        flow = next((flow for flow in FLOWS if flow.button == button and flow.is_allowed(self.current)), None)
        if flow is None:
            await self.show_menu()
            return
        try:
            await flow.start(self._host, self._screen)
        except ClerkError as error:
            await show_failure(self._host, self._screen, error)

    def starts(self, button: str) -> bool:
        """Return whether a button opens a session or starts a flow."""
        return button == MATTERS_BUTTON or button.startswith(FLOW_PREFIX)

    async def press(self, button: str) -> None:
        """Open the page of the session, or start the flow of a button."""
        if button == MATTERS_BUTTON:
            await self.show_menu()
        else:
            await self.start_flow(button)

    def scan_step(self, scan: Scan, page: KioskPage) -> Coroutine[Any, Any, None] | None:
        """Return what a scan does with the session; None for a scan that has nothing to do with it."""
        is_question = isinstance(page, QuestionPage) and not isinstance(page, OpeningPage | DigitsPage)
        if scan.trouble or (isinstance(page, QuestionPage) and is_question and page.fields != CASE_FIELDS):
            return None
        if isinstance(page, OpeningPage) and (number := receipt_number(scan)):
            return self._screen.show_page(self.opening_page(number))
        return self.open_by_code(scan.text) if self._service.sessions.is_code(scan.text) else None

    def prolong(self, idle: IdleTime) -> None:
        """Let the center begin its idle time again, if there was an input since and a minute has passed."""
        if self._used_at is None or self.current is None:
            self._used_at = idle.now
        elif idle.last_input_at > self._used_at and idle.now - self._used_at >= PROLONG_SECONDS:
            self._used_at = idle.now
            self._host.run_in_background(self._prolong())

    async def _prolong(self) -> None:
        try:
            await self._host.ask(self._service.sessions.prolong)
        except Refused as refused:
            if refused.reason == SESSION_ENDED:
                await show_failure(self._host, self._screen, refused)
        except OutOfReach:
            return  # the next act reports it

    async def end(self, *, is_idle: bool) -> None:
        """End the session: remove the page with its data, then send the end to the center."""
        if self.current is not None:
            await self._screen.show_page(SentencePage(lambda: _("Your session is being ended ...")))
            await self._host.ask(partial(self._service.sessions.end, is_idle=is_idle))
