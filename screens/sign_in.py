"""Sign-in with staff number and PIN. The screen is painted before the store is open; keys typed meanwhile are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views import ClerkError, Preferences, PreferenceStore, StaffSession, Workstation
from screens import keys
from screens.preferences import PreferencesApp
from screens.role_screen import RoleScreen, save_typed_input
from screens.scan_receiver import SIGN_IN_FIRST
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.status_lines import TopLine

LEASE_RENEWAL_SECONDS = 240.0
"""Seconds between renewals of a window's lease, which ends after 15 minutes by default; not while it is locked."""

Connect = Callable[[], Workstation]
ScreenFactory = Callable[[Workstation, StaffSession], RoleScreen | None]
"""Returns the screen for a staff session, or None if the person lacks the role that this app was started for."""


class SignInProgram(Protocol):
    """The app, as the sign-in screen uses it."""

    @property
    def workstation(self) -> Workstation | None:
        """The workstation, None until the store is open."""
        ...

    async def sign_in(self, number: str, pin: str) -> None:
        """Sign the person in and show the screen for their role."""
        ...


class StaffApp(PreferencesApp):
    """An app with sign-in: opens the store in the background, signs a person in, shows the role's screen, locks it.

    `connect` imports and opens the store, the services and the camera; it runs in the service thread after the first
    paint. `make_screen` makes the screen of the person who signed in. `machine` are the preferences of this machine.
    """

    BINDINGS = keys.bindings((keys.LOCK, keys.SIGN_OUT))

    def __init__(
        self,
        connect: Connect,
        make_screen: ScreenFactory,
        preferences: PreferenceStore | None = None,
        machine: Preferences | None = None,
    ) -> None:
        super().__init__(preferences, machine or Preferences())
        self._connect = connect
        self._make_screen = make_screen
        self._workstation: Workstation | None = None
        self._open_lock = asyncio.Lock()
        self._person = ""

    @property
    def preferring_person(self) -> str:
        return "" if self.locked else self._person

    def on_mount(self) -> None:
        self.push_screen(SignInScreen(self))
        self.set_interval(LEASE_RENEWAL_SECONDS, self._renew_lease)
        self.call_after_refresh(lambda: self.run_in_background(self.open_workstation()))

    async def open_workstation(self) -> Workstation:
        """Return the workstation; open the store first if it is not open.

        Raises ClerkError if the store cannot be opened; a later call tries again.
        """
        async with self._open_lock:
            if self._workstation is None:
                self._workstation = await self.ask(self._connect)
                self.use_scan_rules(self._workstation.scan_prefix, self._workstation.is_code)
                for screen in self.screen_stack:
                    for part in screen.query(TextBlock):
                        part.refresh(layout=True)
        return self._workstation

    @property
    def workstation(self) -> Workstation | None:
        """The workstation, None until the store is open."""
        return self._workstation

    @property
    def locked(self) -> bool:
        """Whether nobody is signed in."""
        return isinstance(self.screen, SignInScreen)

    async def sign_in(self, number: str, pin: str) -> None:
        """Sign a person in: show the locked screen if it is theirs, otherwise a new screen."""
        workstation = await self.open_workstation()
        session = await self.ask(lambda: workstation.sign_in(number, pin))
        screen = self._make_screen(workstation, session)
        if screen is None:
            sentence = _("The role of {person} has no screen on this machine.").format(person=session.person)
            self.notify(sentence, severity="error")
            return
        screen.kept_reasons.store = session.reasons
        person = session.id or session.person
        preferences = await self.read_preferences(person)
        returning, self._person = person == self._person and len(self.screen_stack) > 2, person
        self.use_preferences(preferences)
        if returning:
            await self.pop_screen()
            if isinstance(self.screen, RoleScreen):
                await self.screen.refresh_view()
            return
        await self._show_sign_in()
        await self.push_screen(screen)
        await screen.load_first_view()

    def action_lock(self) -> None:
        if not self.locked:
            self.perform(self._lock())

    async def _lock(self) -> None:
        """Lock the screen, also if input cannot be saved: it stays in the fields of the locked screen."""
        try:
            await save_typed_input(self.screen_stack)
        finally:
            workstation = await self.open_workstation()
            await self.ask(workstation.lock)
            await self.push_screen(SignInScreen(self, locked=True))

    def action_sign_out(self) -> None:
        if not self.locked:
            self.perform(self._sign_out())

    async def _sign_out(self) -> None:
        workstation = await self.open_workstation()
        await save_typed_input(self.screen_stack)
        sentence = await self.ask(workstation.describe_sign_out) or _("The next person signs in here. Drafts stay.")
        if not await self.show(ConfirmDialog(_("Sign out"), sentence, hint=_("signs out"))):
            return
        message, self._person = await self.ask(workstation.sign_out), ""
        await self._show_sign_in()
        self.use_preferences(Preferences())
        if message:
            self.notify(message)

    async def _show_sign_in(self) -> None:
        """Close all screens above the first sign-in screen, which stays below them."""
        while len(self.screen_stack) > 2:
            await self.pop_screen()
        self.screen.set_focus(self.screen.query_one("#number"))

    def _renew_lease(self) -> None:
        if self._workstation is not None and not self.locked:
            self.run_in_background(self.ask(self._workstation.renew_lease))

    def _available_actions(self) -> tuple[keys.KeyAction, ...]:
        return (*super()._available_actions(), *(() if self.locked else (keys.SIGN_OUT,)))

    async def action_quit(self) -> None:
        self.perform(self._quit())

    async def _quit(self) -> None:
        """Sign out and leave the program, also if signing out fails. A locked screen gives nothing back."""
        workstation, present = self._workstation, not self.locked
        if workstation is not None and present and not await self._confirm_quit(workstation):
            return
        try:
            await save_typed_input(self.screen_stack)
            if workstation is not None and present:
                await self.ask(workstation.sign_out)
        finally:
            try:
                if workstation is not None:
                    await self.ask(workstation.close)
            finally:
                self.exit()

    async def _confirm_quit(self, workstation: Workstation) -> bool:
        try:
            sentence = await self.ask(workstation.describe_sign_out)
        except ClerkError:
            return True
        if not sentence:
            return True
        question = f"{sentence} " + _("F12 locks the screen instead.")
        return await self.show(ConfirmDialog(_("Quit"), question, hint=_("signs out and quits"))) is not None


class SignInScreen(RoleScreen):
    """Asks for staff number and PIN; Enter in the PIN field signs in."""

    CSS_PATH = "sign_in.tcss"
    scan_refusal = SIGN_IN_FIRST

    def __init__(self, program: SignInProgram, *, locked: bool = False) -> None:
        super().__init__()
        self._program = program
        self._locked = locked

    def body(self) -> Iterable[Widget]:
        yield Vertical(
            TextBlock(lambda _w: self._office_lines(), id="office"),
            Horizontal(TextBlock(lambda _w: [[(_("Staff number"), "")]]), FormInput(id="number"), classes="line"),
            Horizontal(TextBlock(lambda _w: [[(_("PIN"), "")]]), FormInput(id="pin", password=True), classes="line"),
            TextBlock(
                lambda _w: [[("Enter ", "cap"), (_("signs in"), "dim"), ("   ^L ", "cap"), ("中文 / English", "dim")]]
            ),
            id="sheet",
        )
        yield TextBlock(self._hint_lines, id="hint")

    def on_mount(self) -> None:
        self.query_one(TopLine).display = False
        self.set_focus(self.query_one("#number"))

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        if message.input.id == "number":
            self.set_focus(self.query_one("#pin"))
        else:
            self.host.perform(self._sign_in())

    def action_step_back(self) -> None:
        self.set_focus(self.query_one("#number"))

    async def _sign_in(self) -> None:
        number, pin = self.query_one("#number", FormInput), self.query_one("#pin", FormInput)
        try:
            await self._program.sign_in(number.value.strip(), pin.value)
        except ClerkError:
            pin.reset_value("")
            self.set_focus(pin if number.value.strip() else number)
            raise
        number.reset_value("")
        pin.reset_value("")

    def _office_lines(self) -> Iterable[Line]:
        workstation = self._program.workstation
        yield [(workstation.office if workstation else _("Single-window service"), "title")]
        yield [(_("Locked. Everything is as it was left.") if self._locked else _("Sign in to begin."), "dim")]

    def _hint_lines(self, width: int) -> Iterable[Line]:
        workstation = self._program.workstation
        sentence = workstation.hint if workstation else _("The store is being opened; you can type already.")
        yield from ([(line, "dim")] for line in wrap(sentence, width))
