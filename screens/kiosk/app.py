"""The kiosk: citizens take a ticket, read the state of a case, or open a session. Leaving a page removes its data.

Lock-down: Textual's own bindings, command list, selection, clipboard and quit are disabled. F12 asks for the code of
the machine, or for a supervisor's number and PIN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import monotonic

from textual.binding import Binding

from clerk_app.errors import ClerkError
from clerk_app.locales import _, current_language, set_plain
from clerk_app.views.kiosk import IssuedTicket, KioskService, KioskView
from clerk_app.views.workstation import Workstation
from screens import keys
from screens.kiosk import frame, question_page
from screens.kiosk.aids import AID_BINDINGS, KioskAids
from screens.kiosk.idle import COUNTDOWN_SECONDS, IdleTime
from screens.kiosk.menu_page import MenuPage, home_page
from screens.kiosk.pages import GridPage, HomePage
from screens.kiosk.question_page import KioskField, QuestionPage, receipt_number
from screens.kiosk.screen import KioskScreen
from screens.kiosk.session_steps import SessionSteps
from screens.kiosk.sizes import Mount
from screens.kiosk.ticket_steps import is_appointment_scan, next_page, print_ticket, show_case_state, ticket_call
from screens.scan_receiver import Scan
from screens.theme.themes import CITIZEN_THEMES
from screens.widgets.paint import Line, TextBlock

TICK_SECONDS = 0.5  # between checks of the idle time
REFRESH_SECONDS = 5.0  # between reads of the hall, and between attempts to open the store


class KioskApp(KioskAids, inherit_bindings=False):
    """The app of one kiosk; implements `KioskHost`. `connect` opens the store; `clock` is a monotonic clock."""

    ALLOW_SELECT = False
    themes = CITIZEN_THEMES
    BINDINGS = [
        *keys.bindings((keys.LANGUAGE,)),
        *AID_BINDINGS,
        Binding("f12", "unlock", show=False, priority=True),
    ]

    def __init__(self, connect: Callable[[], Workstation], *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._connect = connect
        self._idle = IdleTime(clock)
        self.default_language = current_language()
        set_plain(False)
        self._workstation: Workstation | None = None
        self.service: KioskService | None = None
        self._session: SessionSteps | None = None
        self.view: KioskView | None = None

    async def on_mount(self) -> None:
        self._kiosk_screen = KioskScreen()
        await self.push_screen(self._kiosk_screen)
        self.call_after_refresh(self.refresh_hall)
        self.set_interval(TICK_SECONDS, self.update_idle_state)
        self.set_interval(REFRESH_SECONDS, self.refresh_hall)

    @property
    def has_session(self) -> bool:
        return self._session is not None and self._session.current is not None

    def restart_idle_time(self) -> None:
        self._idle.restart()

    @property
    def workstation(self) -> Workstation | None:
        return self._workstation

    # opening and refreshing

    def refresh_hall(self) -> None:
        """While the front page is shown, open the store if it is not open and read the numbers of waiting tickets."""
        if not self.gate_closed and (self.view is None or self._kiosk_screen.page.is_home):
            self.fetch(self._load_view, self._show_view)

    def _load_view(self) -> KioskView:
        """Open the store if it is not open, and read the view; runs in the service thread. Raises ClerkError."""
        if self.service is None:
            self._workstation = self._workstation or self._connect()
            self.service = self._workstation.open_kiosk()
            self.use_scan_rules(self._workstation.scan_prefix, self._workstation.is_code)
        return self.service.read_view()

    async def _show_view(self, view: KioskView) -> None:
        first, self.view = self.view is None, view
        if first and self.service is not None:
            self.theme = self.service.theme
            self._kiosk_screen.adapt_to_size(self.size)
            self.service.note_terminal_size(*self.size)
            self._kiosk_screen.offer_speech(is_available=self.service.speech.is_available)
            self._session = SessionSteps(self, self._kiosk_screen, self.service)
        self._kiosk_screen.query_one("#office", TextBlock).refresh()
        if first:
            self.clear_message()
            await self._kiosk_screen.show_page(home_page(view))
        if self._kiosk_screen.page.children:  # a page that is being mounted reads the next view
            await self._kiosk_screen.page.update_view(view)

    async def reload_view(self) -> None:
        """Read the view again, in the current language."""
        if self.service is not None:
            await self._show_view(await self.ask(self.service.read_view))
            await self._kiosk_screen.page.read_again(self)

    def head_lines(self, width: int) -> Iterable[Line]:
        return frame.head_lines(self.view, width)

    def hint_lines(self, width: int) -> Iterable[Line]:
        idle_seconds = self.service.idle_seconds * self._idle.slowness if self.service is not None else None
        return frame.hint_lines(self._kiosk_screen.page, idle_seconds, width)

    @property
    def screen_mount(self) -> Mount | None:
        return Mount(*self.service.screen_mount) if self.service is not None else None

    # actions

    def press_button(self, button: str) -> None:
        """Run the action of a button of a page, the head or the foot."""
        acts = {"language": self.action_language, "back": self.go_back, "end": self.go_home}
        acts |= {"call-staff": self.action_call_staff, "read-aloud": self.action_read_aloud}
        if button in acts:
            acts[button]()
        elif self._session is not None and self._session.starts(button):
            self.perform(self._session.press(button))
        elif button == "turn" and isinstance(page := self._kiosk_screen.page, GridPage) and page.children:
            self.perform(page.grid.next_page())
        elif self.service is not None and self.view is not None:
            following, take = next_page(button, self.view), ticket_call(button, self.service)
            if following is not None:
                self.perform(self._kiosk_screen.show_page(following))
            elif take is not None:
                self.perform(self._take_ticket(take))

    def use_scan(self, scan: Scan) -> None:
        """Open a session with a code, ask for the second factor of a receipt, or take the ticket of an appointment."""
        page, number = self._kiosk_screen.page, receipt_number(scan)
        if self._session is not None and (step := self._session.scan_step(scan, page)) is not None:
            self.perform(step)
        elif self.service is not None and is_appointment_scan(scan, page, self.view):
            self.perform(self._take_ticket(partial(self.service.take_ticket_by_code, scan.text)))
        elif self.service is None or not number or (isinstance(page, QuestionPage) and page.is_for_staff):
            self.bell()
            self.notify(_("This code cannot be used here. Scan the bar code of your receipt."), severity="warning")
        else:
            question = QuestionPage(question_page.CASE_TITLE, question_page.CASE_FIELDS, scanned=number)
            self.perform(self._kiosk_screen.show_page(question))

    async def _take_ticket(self, take: Callable[[], IssuedTicket]) -> None:
        await print_ticket(self, self._kiosk_screen, take)
        self._idle.restart()

    def check_answer(self, field: KioskField, value: str) -> str:
        if self.service is not None and field == question_page.CASE_FIELDS[0]:
            try:
                self.service.check_case_number(value)
            except ClerkError as error:
                return str(error)
        return ""

    def submit_answers(self, page: QuestionPage, values: tuple[str, ...]) -> None:
        """Use the values typed on `page`: end the program, or show the case."""
        if self.service is None or self._workstation is None:
            self.bell()
        elif page.submit is not None:
            self.perform(page.submit(values))
        elif page.is_for_staff:
            self.perform(self.unlock(self._workstation, self.service, page, " ".join(values)))
        elif page.fields == question_page.APPOINTMENT_FIELDS:
            self.perform(self._take_ticket(partial(self.service.take_ticket_by_code, values[0])))
        else:
            number, second_factor = values
            self.perform(show_case_state(self, self._kiosk_screen, page, self.service, number, second_factor))

    def action_unlock(self) -> None:
        """F12: show the page on which staff enter the code of the machine, or number and PIN, to end the program."""
        if self.service is not None:
            self.perform(self._kiosk_screen.show_page(question_page.staff_page(self.service.has_exit_code)))

    # leaving a page, and idle time

    def go_back(self) -> None:
        """Show the page before within a flow, the menu of the open session, or the front page."""
        page, session = self._kiosk_screen.page, self._session
        if (step := page.step_back()) is not None:
            self.perform(step)
        elif session is not None and session.current is not None and not isinstance(page, MenuPage):
            self.perform(session.show_menu())
        else:
            self.go_home()

    def go_home(self, *, is_idle: bool = False) -> None:
        """End the session; show the front page in the default language; remove everything typed and shown."""
        if self.view is not None and self.service is not None:
            self.perform(self._go_home(self.view, self.service, is_idle=is_idle))

    async def _go_home(self, view: KioskView, service: KioskService, *, is_idle: bool) -> None:
        self._show_countdown(0)
        if self._session is not None:
            await self._session.end(is_idle=is_idle)
        if self.end_with_citizen(was_personal=self._kiosk_screen.was_personal):
            return
        self.reset_language()
        await self._kiosk_screen.show_page(home_page(view))
        await self._show_view(await self.ask(service.read_view))

    def update_idle_state(self) -> None:
        """Check the idle time: start or update the countdown, or return to the front page when it ends."""
        if self.view is None or self.service is None or self.action_running:
            return
        page, limit = self._kiosk_screen.page, float(self.service.idle_seconds)
        if isinstance(page, HomePage):
            is_initial = page.in_initial_state and self.in_default_language
            leaves = self._idle.is_over(limit) and not is_initial
        else:
            leaves = self._idle.is_over(limit + COUNTDOWN_SECONDS if page.closes_after is None else page.closes_after)
            if not leaves and page.closes_after is None and (seconds_left := self._idle.count_down(limit)):
                self._show_countdown(seconds_left)
        if leaves:
            self.go_home(is_idle=True)
        elif self._session is not None:
            self._session.prolong(self._idle)
