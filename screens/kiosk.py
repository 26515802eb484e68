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

from clerk_app.desk import CaseState, ClerkError, Desks, KioskDesk, KioskView, Level
from clerk_app.locales import _, mark, spoken
from screens import keys
from screens.base import ClerkApp
from screens.kiosk_asking import CASE, STAFF, AskPage
from screens.kiosk_frame import KioskScreen, other_language
from screens.kiosk_pages import STATE, Home, Sentence, SlipPage, StatePage
from screens.widgets.paint import Line, Painted, wrap

WARNING = 20.0  # seconds of countdown before what was typed is wiped (WCAG 2.2.1)
TICK = 0.5  # seconds between looks at the clock
LOOK_EVERY = 5.0  # seconds between looks at the hall, and between tries to open the store


class KioskApp(ClerkApp, inherit_bindings=False):
    """One self-service machine. `connect` opens the store; `clock` counts seconds and never goes back."""

    ALLOW_SELECT = False
    BINDINGS = [
        *keys.bindings((keys.LANGUAGE,)),
        Binding("asterisk", "language", show=False, priority=True),
        Binding("f12", "unlock", show=False, priority=True),
    ]

    def __init__(self, connect: Callable[[], Desks], *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._connect = connect
        self._clock = clock
        self._touched = clock()
        self._first_language = spoken()
        self._finger_down = False
        self._left = 0  # seconds of the countdown, 0 while there is none
        self._desks: Desks | None = None
        self._desk: KioskDesk | None = None
        self._view: KioskView | None = None
        self._asked: tuple[str, str] | None = None  # the case on the page, to be told in another language

    async def on_mount(self) -> None:
        self._front = KioskScreen()
        await self.push_screen(self._front)
        self.call_after_refresh(self.look_at_hall)
        self.set_interval(TICK, self.tick)
        self.set_interval(LOOK_EVERY, self.look_at_hall)

    def say(self, sentence: str, level: Level = "plain") -> None:
        """Put a sentence on the message line; one that stands there already is not said again."""
        if (sentence, level) != (self.said.text, self.said.level):
            super().say(sentence, level)

    # opening, looking

    def look_at_hall(self) -> None:
        """Open the store if it is not, and count who waits; on other pages than the first nothing needs it."""
        if not self.keys_waiting and (self._view is None or self._front.page.home):
            self.fetch(self._open_and_look, self._seen)

    def _open_and_look(self) -> KioskView:
        """In the desk thread; a store that could not be opened is tried again."""
        if self._desk is None:
            self._desks = self._desks or self._connect()
            self._desk = self._desks.kiosk()
        return self._desk.look()

    async def _seen(self, view: KioskView) -> None:
        first, self._view = self._view is None, view
        self._front.query_one("#office", Painted).refresh()
        if first:
            self.say("")
            await self._front.show_page(Home(view))
        await self._front.page.said_again(view)

    async def look_again(self) -> None:
        """Ask the desk again, in the language spoken now."""
        if self._desk is not None:
            await self._seen(await self.ask(self._desk.look))
            page = self._front.page
            if isinstance(page, StatePage) and self._asked is not None:
                page.tell(await self.ask(partial(self._desk.case_state, *self._asked)))

    def head(self, width: int) -> Iterable[Line]:
        """The office's name and the time."""
        status = self._view.status if self._view is not None else None
        yield []
        name = status.office if status else _("Single-window service")
        yield from ([(line, "title")] for line in wrap(name, width)[:1])

    def foot(self, width: int) -> Iterable[Line]:
        """What happens when nobody does anything."""
        page, idle = self._front.page, self._desk.idle_seconds if self._desk is not None else 0
        sentence = _("After {count} seconds without a touch this page is cleared.").format(count=idle)
        if page.stays is not None:
            sentence = _("This page goes away by itself.")
        elif page.home:
            sentence = _("A member of staff helps you gladly.")
        lines = wrap(sentence, width - 2)
        yield from ([[]] if len(lines) < 3 else [])
        yield from ([("  " + line, "dim")] for line in lines)

    # acts

    def pressed(self, button: str) -> None:
        """A button of the front page, the head or the foot."""
        if button == "language":
            self.action_language()
        elif button == "back":
            self.go_home()
        elif button == "turn":
            self.perform(self._turn_page())
        elif button == STATE:
            self.perform(self._front.show_page(AskPage(mark("How does my case stand?"), CASE)))
        elif button.startswith("category-"):
            self.perform(self._take_ticket(button.removeprefix("category-")))

    async def _turn_page(self) -> None:
        if isinstance(self._front.page, Home):
            await self._front.page.grid.turn()

    async def _take_ticket(self, category: str) -> None:
        assert self._desk is not None
        await self._front.show_page(Sentence(lambda: _("Your slip is being printed ...")))
        try:
            slip = await self.ask(partial(self._desk.take_ticket, category))
        except ClerkError as error:
            sentence = str(error)
            self.bell()
            await self._front.show_page(
                Sentence(
                    lambda: "x " + sentence + "\n\n" + _("You have no ticket. Please ask a member of staff."), "bad"
                )
            )
        else:
            await self._front.show_page(SlipPage(slip))
        self._touched = self._clock()

    def answered(self, page: AskPage, values: tuple[str, ...]) -> None:
        """The blanks of a page are filled in."""
        self.perform(self._unlock(page, values) if page.blanks is STAFF else self._tell_state(page, values))

    async def _tell_state(self, page: AskPage, values: tuple[str, ...]) -> None:
        assert self._desk is not None
        try:
            state: CaseState = await self.ask(partial(self._desk.case_state, *values))
        except ClerkError as error:
            page.complain(str(error))
        else:
            self._asked = (values[0], values[1])
            await self._front.show_page(StatePage(state))

    def action_unlock(self) -> None:
        """F12: the way out, for staff."""
        if self._desk is not None:
            self.perform(self._front.show_page(AskPage(mark("For staff"), STAFF)))

    async def _unlock(self, page: AskPage, values: tuple[str, ...]) -> None:
        assert self._desk is not None
        assert self._desks is not None
        try:
            await self.ask(partial(self._desk.unlock, " ".join(values)))
        except ClerkError as error:
            page.complain(str(error))
        else:
            await self.ask(self._desks.close)
            self.exit()

    def action_language(self) -> None:
        self.change_language(other_language()[0])

    # leaving a page

    def go_home(self) -> None:
        """The front page, in the first language; what was typed and shown is gone."""
        if self._view is not None:
            self.perform(self._go_home(self._view))

    async def _go_home(self, view: KioskView) -> None:
        self._asked = None
        self._show_countdown(0)
        if spoken() != self._first_language:
            self.change_language(self._first_language)
        await self._front.show_page(Home(view))
        self.look_at_hall()

    def tick(self) -> None:
        """Look at the clock: warn, count down, clear."""
        if self._view is None or self._desk is None or self.act_in_flight:
            return
        quiet, page = self._clock() - self._touched, self._front.page
        idle = float(self._desk.idle_seconds)
        if isinstance(page, Home):
            if quiet >= idle and not (page.untouched and spoken() == self._first_language):
                self.go_home()
        elif page.stays is not None:
            if quiet >= page.stays:
                self.go_home()
        elif quiet >= idle + WARNING:
            self.go_home()
        elif quiet >= idle:
            self._show_countdown(int(idle + WARNING - quiet + 0.999))

    def _show_countdown(self, left: int) -> None:
        if left and left != self._left:
            self.bell()
        self._left = left
        self._front.count_down(left)

    async def on_event(self, event: events.Event) -> None:
        """Every key and touch starts the idle time anew; the one that stops the countdown does nothing else."""
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollUp | events.MouseScrollDown):
            if not event.is_forwarded:
                self._touched = self._clock()
                if self._left:
                    self._show_countdown(0)
                    self._finger_down = isinstance(event, events.MouseDown)
                    return
        elif isinstance(event, events.MouseUp) and self._finger_down:
            self._finger_down = False
            return
        await super().on_event(event)
