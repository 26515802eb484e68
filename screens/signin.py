"""The way in: staff number and PIN. It is painted before the store is open; what is typed meanwhile is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from clerk_app.desk import ClerkError, Desks, SignedIn
from clerk_app.locales import _
from screens import keys
from screens.base import ClerkApp
from screens.role import RoleScreen
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, Painted, wrap
from screens.widgets.status import TopLine

Connect = Callable[[], Desks]
Enter = Callable[[Desks, SignedIn], RoleScreen | None]
"""The screen of someone who signed in; None if they have no desk of this kind."""


class DeskApp(ClerkApp):
    """A program behind a sign-in: opens the store in the background, signs in, shows the role's screen, locks.

    `connect` imports and opens everything heavy; it runs in the desk thread after the first paint.
    """

    BINDINGS = keys.bindings((keys.LOCK,))

    def __init__(self, connect: Connect, enter: Enter) -> None:
        super().__init__()
        self._connect = connect
        self._enter = enter
        self._desks: Desks | None = None
        self._opening = asyncio.Lock()
        self._person = ""

    def on_mount(self) -> None:
        self.push_screen(SignIn())
        self.call_after_refresh(lambda: self.aside(self.desks()))

    async def desks(self) -> Desks:
        """The desks; the store is opened if it is not. Raises what opening raises, and may be asked again."""
        async with self._opening:
            if self._desks is None:
                self._desks = await self.ask(self._connect)
                for screen in self.screen_stack:
                    for part in screen.query(Painted):
                        part.refresh(layout=True)
        return self._desks

    @property
    def opened(self) -> Desks | None:
        """The desks if the store is open."""
        return self._desks

    @property
    def locked(self) -> bool:
        """Whether nobody sits here now."""
        return isinstance(self.screen, SignIn)

    async def sign_in(self, number: str, pin: str) -> None:
        """Sign in; the same person comes back to where they were, another one to their own desk."""
        desks = await self.desks()
        signed = await self.ask(lambda: desks.sign_in(number, pin))
        screen = self._enter(desks, signed)
        if screen is None:
            self.say(_("{person} has no desk of this kind here.").format(person=signed.person), "bad")
            return
        back = signed.person == self._person and len(self.screen_stack) > 2
        self._person = signed.person
        if back:
            await self.pop_screen()
            if isinstance(self.screen, RoleScreen):
                await self.screen.refresh_view()
            return
        while not isinstance(self.screen_stack[1], SignIn) or len(self.screen_stack) > 2:
            await self.pop_screen()
        await self.push_screen(screen)
        await screen.arrive()

    def action_lock(self) -> None:
        if not self.locked:
            self.perform(self._lock())

    async def _lock(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, RoleScreen):
                await screen.put_away()
        desks = await self.desks()
        await self.ask(desks.lock)
        await self.push_screen(SignIn(locked=True))

    async def action_quit(self) -> None:
        self.perform(self._leave())

    async def _leave(self) -> None:
        try:
            for screen in self.screen_stack:
                if isinstance(screen, RoleScreen):
                    await screen.put_away()
            if self._desks is not None:
                await self.ask(self._desks.close)
        finally:
            self.exit()


class SignIn(RoleScreen):
    """Number, PIN, Enter."""

    CSS_PATH = "signin.tcss"

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()
        self._locked = locked

    @property
    def desk_app(self) -> DeskApp:
        app = self.app
        assert isinstance(app, DeskApp)
        return app

    def body(self) -> Iterable[Widget]:
        yield Vertical(
            Painted(lambda _w: self._office(), id="office"),
            Horizontal(Painted(lambda _w: [[(_("Staff number"), "")]]), FormInput(id="number"), classes="line"),
            Horizontal(Painted(lambda _w: [[(_("PIN"), "")]]), FormInput(id="pin", password=True), classes="line"),
            Painted(
                lambda _w: [[("Enter ", "cap"), (_("signs in"), "dim"), ("   ^L ", "cap"), ("中文 / English", "dim")]]
            ),
            id="sheet",
        )
        yield Painted(self._hint, id="hint")

    def on_mount(self) -> None:
        self.query_one(TopLine).display = False
        self.set_focus(self.query_one("#number"))

    def on_form_input_done(self, message: FormInput.Done) -> None:
        if message.input.id == "number":
            self.set_focus(self.query_one("#pin"))
        else:
            self.desk_app.perform(self._sign_in())

    def action_step_back(self) -> None:
        self.set_focus(self.query_one("#number"))

    async def _sign_in(self) -> None:
        number, pin = self.query_one("#number", FormInput), self.query_one("#pin", FormInput)
        try:
            await self.desk_app.sign_in(number.value.strip(), pin.value)
        except ClerkError:
            pin.set_quietly("")
            self.set_focus(pin if number.value.strip() else number)
            raise
        number.set_quietly("")
        pin.set_quietly("")

    def _office(self) -> Iterable[Line]:
        desks = self.desk_app.opened
        yield [(desks.office if desks else _("Single-window service"), "title")]
        yield [(_("Locked. Everything is as it was left.") if self._locked else _("Sign in to begin."), "dim")]

    def _hint(self, width: int) -> Iterable[Line]:
        desks = self.desk_app.opened
        sentence = desks.hint if desks else _("The store is being opened; you can type already.")
        yield from ([(line, "dim")] for line in wrap(sentence, width))
