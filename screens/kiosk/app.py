"""Self-service: a ticket, the state of a case. Nothing personal stays, and only staff get out.

The lock-down: no bindings but ours, no palette, no selection, no clipboard, no quit; F12 asks for a supervisor's number
and PIN and ends the program. Run it as the only program of its terminal; whoever starts it starts it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import monotonic

from textual import events
from textual.binding import Binding

from clerk_app.locales import _, current_language, mark
from clerk_app.views import CaseStatusView, ClerkError, KioskService, KioskView, Level, Workstation
from screens import keys
from screens.app import ClerkApp
from screens.kiosk.pages import CASE_STATE_BUTTON, CaseStatePage, HomePage, SentencePage, SlipPage
from screens.kiosk.question_page import CASE_FIELDS, STAFF_FIELDS, QuestionPage
from screens.kiosk.screen import KioskScreen, next_language
from screens.widgets.paint import Line, TextBlock, wrap

COUNTDOWN_SECONDS = 20.0  # seconds of countdown before what was typed is wiped (WCAG 2.2.1)
TICK_SECONDS = 0.5  # seconds between looks at the clock
REFRESH_SECONDS = 5.0  # seconds between looks at the hall, and between tries to open the store


class KioskApp(ClerkApp, inherit_bindings=False):
    """One self-service machine. `connect` opens the store; `clock` counts seconds and never goes back."""

    ALLOW_SELECT = False
    BINDINGS = [
        *keys.bindings((keys.LANGUAGE,)),
        Binding("asterisk", "language", show=False, priority=True),
        Binding("f12", "unlock", show=False, priority=True),
    ]

    def __init__(self, connect: Callable[[], Workstation], *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._connect = connect
        self._clock = clock
        self._last_input_at = clock()
        self._default_language = current_language()
        self._ignore_next_release = False
        self._seconds_left = 0  # seconds of the countdown, 0 while there is none
        self._workstation: Workstation | None = None
        self._service: KioskService | None = None
        self._view: KioskView | None = None
        self._shown_case: tuple[str, str] | None = None  # the case on the page, to be told in another language

    async def on_mount(self) -> None:
        self._kiosk_screen = KioskScreen()
        await self.push_screen(self._kiosk_screen)
        self.call_after_refresh(self.refresh_hall)
        self.set_interval(TICK_SECONDS, self.update_idle_state)
        self.set_interval(REFRESH_SECONDS, self.refresh_hall)

    def show_message(self, message: str, level: Level = "plain") -> None:
        """Put a sentence on the message line; one that stands there already is not said again."""
        if (message, level) != (self.message.text, self.message.level):
            super().show_message(message, level)

    # opening, looking

    def refresh_hall(self) -> None:
        """Open the store if it is not, and count who waits; on other pages than the first nothing needs it."""
        if not self.gate_closed and (self._view is None or self._kiosk_screen.page.is_home):
            self.fetch(self._load_view, self._show_view)

    def _load_view(self) -> KioskView:
        """In the desk thread; a store that could not be opened is tried again."""
        if self._service is None:
            self._workstation = self._workstation or self._connect()
            self._service = self._workstation.open_kiosk()
        return self._service.read_view()

    async def _show_view(self, view: KioskView) -> None:
        first, self._view = self._view is None, view
        self._kiosk_screen.query_one("#office", TextBlock).refresh()
        if first:
            self.show_message("")
            await self._kiosk_screen.show_page(HomePage(view))
        await self._kiosk_screen.page.update_view(view)

    async def reload_view(self) -> None:
        """Ask the desk again, in the language spoken now."""
        if self._service is not None:
            await self._show_view(await self.ask(self._service.read_view))
            page = self._kiosk_screen.page
            if isinstance(page, CaseStatePage) and self._shown_case is not None:
                page.show_state(await self.ask(partial(self._service.find_case_status, *self._shown_case)))

    def head_lines(self, width: int) -> Iterable[Line]:
        """The office's name and the time."""
        status = self._view.status if self._view is not None else None
        yield []
        name = status.office if status else _("Single-window service")
        yield from ([(line, "title")] for line in wrap(name, width)[:1])

    def foot_lines(self, width: int) -> Iterable[Line]:
        """What happens when nobody does anything."""
        page, idle = self._kiosk_screen.page, self._service.idle_seconds if self._service is not None else 0
        sentence = _("After {count} seconds without a touch this page is cleared.").format(count=idle)
        if page.closes_after is not None:
            sentence = _("This page goes away by itself.")
        elif page.is_home:
            sentence = _("A member of staff helps you gladly.")
        lines = wrap(sentence, width - 2)
        yield from ([[]] if len(lines) < 3 else [])
        yield from ([("  " + line, "dim")] for line in lines)

    # acts

    def press_button(self, button: str) -> None:
        """A button of the front page, the head or the foot."""
        if button == "language":
            self.action_language()
        elif button == "back":
            self.go_home()
        elif button == "turn":
            self.perform(self._turn_page())
        elif button == CASE_STATE_BUTTON:
            self.perform(self._kiosk_screen.show_page(QuestionPage(mark("How does my case stand?"), CASE_FIELDS)))
        elif button.startswith("category-"):
            self.perform(self._take_ticket(button.removeprefix("category-")))

    async def _turn_page(self) -> None:
        if isinstance(self._kiosk_screen.page, HomePage):
            await self._kiosk_screen.page.grid.next_page()

    async def _take_ticket(self, category: str) -> None:
        assert self._service is not None
        await self._kiosk_screen.show_page(SentencePage(lambda: _("Your slip is being printed ...")))
        try:
            slip = await self.ask(partial(self._service.take_ticket, category))
        except ClerkError as error:
            sentence = str(error)
            self.bell()
            await self._kiosk_screen.show_page(
                SentencePage(
                    lambda: "x " + sentence + "\n\n" + _("You have no ticket. Please ask a member of staff."), "bad"
                )
            )
        else:
            await self._kiosk_screen.show_page(SlipPage(slip))
        self._last_input_at = self._clock()

    def submit_answers(self, page: QuestionPage, values: tuple[str, ...]) -> None:
        """The blanks of a page are filled in."""
        self.perform(self._unlock(page, values) if page.fields is STAFF_FIELDS else self._show_case_state(page, values))

    async def _show_case_state(self, page: QuestionPage, values: tuple[str, ...]) -> None:
        assert self._service is not None
        try:
            state: CaseStatusView = await self.ask(partial(self._service.find_case_status, *values))
        except ClerkError as error:
            page.show_error(str(error))
        else:
            self._shown_case = (values[0], values[1])
            await self._kiosk_screen.show_page(CaseStatePage(state))

    def action_unlock(self) -> None:
        """F12: the way out, for staff."""
        if self._service is not None:
            self.perform(self._kiosk_screen.show_page(QuestionPage(mark("For staff"), STAFF_FIELDS)))

    async def _unlock(self, page: QuestionPage, values: tuple[str, ...]) -> None:
        assert self._service is not None
        assert self._workstation is not None
        try:
            await self.ask(partial(self._service.unlock, " ".join(values)))
        except ClerkError as error:
            page.show_error(str(error))
        else:
            await self.ask(self._workstation.close)
            self.exit()

    def action_language(self) -> None:
        self.change_language(next_language()[0])

    # leaving a page

    def go_home(self) -> None:
        """The front page, in the first language; what was typed and shown is gone."""
        if self._view is not None:
            self.perform(self._go_home(self._view))

    async def _go_home(self, view: KioskView) -> None:
        self._shown_case = None
        self._show_countdown(0)
        if current_language() != self._default_language:
            self.change_language(self._default_language)
        await self._kiosk_screen.show_page(HomePage(view))
        self.refresh_hall()

    def update_idle_state(self) -> None:
        """Look at the clock: warn, count down, clear."""
        if self._view is None or self._service is None or self.action_running:
            return
        quiet, page = self._clock() - self._last_input_at, self._kiosk_screen.page
        idle = float(self._service.idle_seconds)
        if isinstance(page, HomePage):
            if quiet >= idle and not (page.in_initial_state and current_language() == self._default_language):
                self.go_home()
        elif page.closes_after is not None:
            if quiet >= page.closes_after:
                self.go_home()
        elif quiet >= idle + COUNTDOWN_SECONDS:
            self.go_home()
        elif quiet >= idle:
            self._show_countdown(int(idle + COUNTDOWN_SECONDS - quiet + 0.999))

    def _show_countdown(self, seconds_left: int) -> None:
        if seconds_left and seconds_left != self._seconds_left:
            self.bell()
        self._seconds_left = seconds_left
        self._kiosk_screen.show_countdown(seconds_left)

    async def on_event(self, event: events.Event) -> None:
        """Every key and touch starts the idle time anew; the one that stops the countdown does nothing else."""
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollUp | events.MouseScrollDown):
            if not event.is_forwarded:
                self._last_input_at = self._clock()
                if self._seconds_left:
                    self._show_countdown(0)
                    self._ignore_next_release = isinstance(event, events.MouseDown)
                    return
        elif isinstance(event, events.MouseUp) and self._ignore_next_release:
            self._ignore_next_release = False
            return
        await super().on_event(event)
