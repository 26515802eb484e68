"""The kiosk: citizens take a ticket and read the state of a case. Leaving a page removes its personal data.

Lock-down: Textual's own bindings, command list, selection, clipboard and quit are disabled. F12 asks for the code of
the machine, or for a supervisor's number and PIN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import monotonic

from textual import events
from textual.binding import Binding

from clerk_app.errors import ClerkError
from clerk_app.locales import _, current_language
from clerk_app.views.kiosk import IssuedTicket, KioskService, KioskView
from clerk_app.views.workstation import Workstation
from screens import keys
from screens.kiosk import frame, question_page
from screens.kiosk.case_page import CaseStatePage
from screens.kiosk.citizen_process import CitizenProcess
from screens.kiosk.idle import COUNTDOWN_SECONDS, IdleTime
from screens.kiosk.pages import GridPage, HomePage
from screens.kiosk.question_page import KioskField, QuestionPage, receipt_number
from screens.kiosk.screen import KioskScreen, next_language
from screens.kiosk.sizes import Mount
from screens.kiosk.ticket_steps import is_appointment_scan, next_page, print_ticket, ticket_call
from screens.scan_receiver import Scan
from screens.theme.themes import CITIZEN_THEMES
from screens.widgets.paint import Line, TextBlock

TICK_SECONDS = 0.5  # between checks of the idle time
REFRESH_SECONDS = 5.0  # between reads of the hall, and between attempts to open the store


class KioskApp(CitizenProcess, inherit_bindings=False):
    """The app of one kiosk; implements `KioskHost`. `connect` opens the store; `clock` is a monotonic clock."""

    ALLOW_SELECT = False
    themes = CITIZEN_THEMES
    BINDINGS = [
        *keys.bindings((keys.LANGUAGE,)),
        Binding("asterisk", "language", show=False, priority=True),
        Binding("f12", "unlock", show=False, priority=True),
    ]

    def __init__(self, connect: Callable[[], Workstation], *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._connect = connect
        self._idle = IdleTime(clock)
        self._default_language = current_language()
        self._workstation: Workstation | None = None
        self._service: KioskService | None = None
        self._view: KioskView | None = None
        self._shown_case: tuple[str, str] | None = None  # number and second factor, to read it in another language

    async def on_mount(self) -> None:
        self._kiosk_screen = KioskScreen()
        await self.push_screen(self._kiosk_screen)
        self.call_after_refresh(self.refresh_hall)
        self.set_interval(TICK_SECONDS, self.update_idle_state)
        self.set_interval(REFRESH_SECONDS, self.refresh_hall)

    @property
    def workstation(self) -> Workstation | None:
        return self._workstation

    # opening and refreshing

    def refresh_hall(self) -> None:
        """While the front page is shown, open the store if it is not open and read the numbers of waiting tickets."""
        if not self.gate_closed and (self._view is None or self._kiosk_screen.page.is_home):
            self.fetch(self._load_view, self._show_view)

    def _load_view(self) -> KioskView:
        """Open the store if it is not open, and read the view; runs in the service thread. Raises ClerkError."""
        if self._service is None:
            self._workstation = self._workstation or self._connect()
            self._service = self._workstation.open_kiosk()
            self.use_scan_rules(self._workstation.scan_prefix, self._workstation.is_code)
        return self._service.read_view()

    async def _show_view(self, view: KioskView) -> None:
        first, self._view = self._view is None, view
        if first and self._service is not None:
            self.theme = self._service.theme
            self._kiosk_screen.adapt_to_size(self.size)
            self._service.note_terminal_size(*self.size)
        self._kiosk_screen.query_one("#office", TextBlock).refresh()
        if first:
            self.clear_message()
            await self._kiosk_screen.show_page(HomePage(view))
        if self._kiosk_screen.page.children:  # a page that is being mounted reads the next view
            await self._kiosk_screen.page.update_view(view)

    async def reload_view(self) -> None:
        """Read the view again, in the current language."""
        if self._service is not None:
            await self._show_view(await self.ask(self._service.read_view))
            page = self._kiosk_screen.page
            if isinstance(page, CaseStatePage) and self._shown_case is not None:
                page.show_state(await self.ask(partial(self._service.find_case_status, *self._shown_case)))

    def head_lines(self, width: int) -> Iterable[Line]:
        return frame.head_lines(self._view, width)

    def hint_lines(self, width: int) -> Iterable[Line]:
        idle_seconds = self._service.idle_seconds if self._service is not None else None
        return frame.hint_lines(self._kiosk_screen.page, idle_seconds, width)

    @property
    def screen_mount(self) -> Mount | None:
        return Mount(*self._service.screen_mount) if self._service is not None else None

    # actions

    def press_button(self, button: str) -> None:
        """Run the action of a button of a page, the head or the foot."""
        if button == "language":
            self.action_language()
        elif button == "back":
            self.go_home()
        elif button == "turn" and isinstance(page := self._kiosk_screen.page, GridPage):
            self.perform(page.grid.next_page())
        elif self._service is not None and self._view is not None:
            following, take = next_page(button, self._view), ticket_call(button, self._service)
            if following is not None:
                self.perform(self._kiosk_screen.show_page(following))
            elif take is not None:
                self.perform(self._take_ticket(take))

    def use_scan(self, scan: Scan) -> None:
        """Ask for the second factor of a scanned receipt, or take the ticket of the code of an appointment."""
        page, number = self._kiosk_screen.page, receipt_number(scan)
        if self._service is not None and is_appointment_scan(scan, page, self._view):
            self.perform(self._take_ticket(partial(self._service.take_ticket_by_code, scan.text)))
        elif self._service is None or not number or (isinstance(page, QuestionPage) and page.is_for_staff):
            self.bell()
            self.notify(_("This code cannot be used here. Scan the bar code of your receipt."), severity="warning")
        else:
            question = QuestionPage(question_page.CASE_TITLE, question_page.CASE_FIELDS, scanned=number)
            self.perform(self._kiosk_screen.show_page(question))

    async def _take_ticket(self, take: Callable[[], IssuedTicket]) -> None:
        await print_ticket(self, self._kiosk_screen, take)
        self._idle.restart()

    def check_answer(self, field: KioskField, value: str) -> str:
        if self._service is not None and field.digits:
            try:
                self._service.check_case_number(value)
            except ClerkError as error:
                return str(error)
        return ""

    def submit_answers(self, page: QuestionPage, values: tuple[str, ...]) -> None:
        """Use the values typed on `page`: end the program, or show the case."""
        if self._service is None or self._workstation is None:
            self.bell()
        elif page.is_for_staff:
            self.perform(self._unlock(self._workstation, self._service, page, " ".join(values)))
        elif page.fields == question_page.APPOINTMENT_FIELDS:
            self.perform(self._take_ticket(partial(self._service.take_ticket_by_code, values[0])))
        else:
            number, second_factor = values
            self.perform(self._show_case_state(self._service, page, number, second_factor))

    async def _show_case_state(
        self, service: KioskService, page: QuestionPage, number: str, second_factor: str
    ) -> None:
        try:
            state = await self.ask(partial(service.find_case_status, number, second_factor))
        except ClerkError as error:
            page.show_error(str(error))
        else:
            self._shown_case = (number, second_factor)
            await self._kiosk_screen.show_page(CaseStatePage(state))

    def action_unlock(self) -> None:
        """F12: show the page on which staff enter the code of the machine, or number and PIN, to end the program."""
        if self._service is not None:
            self.perform(self._kiosk_screen.show_page(question_page.staff_page(self._service.has_exit_code)))

    async def _unlock(
        self, workstation: Workstation, service: KioskService, page: QuestionPage, number_and_pin: str
    ) -> None:
        try:
            await self.ask(partial(service.unlock, number_and_pin))
        except ClerkError as error:
            page.show_error(str(error))
        else:
            await self.ask(workstation.close)
            self.end_for_staff()

    def action_language(self) -> None:
        self.change_language(next_language()[0])

    # leaving a page, and idle time

    def go_home(self) -> None:
        """Show the front page in the default language; remove everything typed and shown."""
        if self._view is not None and self._service is not None:
            self.perform(self._go_home(self._view, self._service))

    async def _go_home(self, view: KioskView, service: KioskService) -> None:
        if self.end_with_citizen(was_personal=self._kiosk_screen.was_personal):
            return
        self._shown_case = None
        self._show_countdown(0)
        if current_language() != self._default_language:
            self.change_language(self._default_language)
        await self._kiosk_screen.show_page(HomePage(view))
        await self._show_view(await self.ask(service.read_view))

    def update_idle_state(self) -> None:
        """Check the idle time: start or update the countdown, or return to the front page when it ends."""
        if self._view is None or self._service is None or self.action_running:
            return
        page, limit = self._kiosk_screen.page, float(self._service.idle_seconds)
        if isinstance(page, HomePage):
            is_initial = page.in_initial_state and current_language() == self._default_language
            leaves = self._idle.is_over(limit) and not is_initial
        else:
            leaves = self._idle.is_over(limit + COUNTDOWN_SECONDS if page.closes_after is None else page.closes_after)
            if not leaves and page.closes_after is None and (seconds_left := self._idle.count_down(limit)):
                self._show_countdown(seconds_left)
        if leaves:
            self.go_home()

    def _show_countdown(self, seconds_left: int) -> None:
        if seconds_left and seconds_left != self._idle.seconds_left:
            self.bell()
        self._idle.seconds_left = seconds_left
        self._kiosk_screen.show_countdown(seconds_left)

    async def on_event(self, event: events.Event) -> None:
        """Restart the idle time at every key and touch. A key or touch that stops the countdown has no other effect."""
        if self._idle.take_input(event):
            if self._idle.seconds_left:
                self._show_countdown(0)
            if not isinstance(event, events.Key) or not event.is_printable:
                return
            self.skip_typed_run()  # a scan is used, a typed character is not
        await super().on_event(event)
