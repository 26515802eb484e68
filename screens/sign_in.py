"""Sign-in with staff number and PIN. The screen is painted before the store is open; keys typed meanwhile are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.screen import Screen

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.workstation import Preferences, PreferenceStore, StaffSession, Workstation
from screens import keys
from screens.host import Question
from screens.preferences import PreferencesApp
from screens.role_screen import RoleScreen, save_typed_input
from screens.sign_in_screen import SignInScreen
from screens.sign_in_time import ask_time
from screens.widgets.paint import TextBlock

if TYPE_CHECKING:
    from screens.pin_dialog import NewPin

LEASE_RENEWAL_SECONDS = 240.0
"""Seconds between renewals of a window's lease, which ends after 15 minutes by default; not while it is locked."""
SESSION_CHECK_SECONDS = 10.0
"""Seconds between two checks whether the session of the person signed in is over."""
CHANGE_PIN = keys.KeyAction("change_pin", "f10", mark("Change PIN"), mark("Replaces your own PIN."), on_key_line=False)
LEAVE = keys.QUIT.with_label(keys.QUIT.label, mark("Leaves the program."))  # while nobody is signed in

Connect = Callable[[], Workstation]
ScreenFactory = Callable[[Workstation, StaffSession], RoleScreen | None]
"""Returns the screen for a staff session, or None if the person lacks the role that this app was started for."""


class StaffApp(PreferencesApp):
    """An app with sign-in: opens the store in the background, signs a person in, shows the role's screen, locks it.

    `connect` imports and opens the store, the services and the camera; it runs in the service thread after the first
    paint. `make_screen` makes the screen of the person who signed in. `machine` are the preferences of this machine.
    `role`: the app was started for it; empty for that of the person who signs in.
    """

    BINDINGS = keys.bindings((keys.LOCK, keys.SIGN_OUT, CHANGE_PIN))
    CSS_PATH = "sign_in.tcss"  # of the app, because Textual parses all styles again for that of a screen

    def __init__(
        self,
        connect: Connect,
        make_screen: ScreenFactory,
        preferences: PreferenceStore | None = None,
        machine: Preferences | None = None,
        role: str = "",
    ) -> None:
        super().__init__(preferences, machine or Preferences())
        self._connect = connect
        self._make_screen = make_screen
        self.role = role
        self._workstation: Workstation | None = None
        self.opening_error: ClerkError | None = None
        self._open_lock = asyncio.Lock()
        self._person = ""
        self._number = ""  # as typed by the person signed in
        self._last_key_at = monotonic()

    @property
    def preferring_person(self) -> str:
        return "" if self.locked else self._person

    def get_default_screen(self) -> Screen[None]:
        return SignInScreen(self)

    def on_mount(self) -> None:
        self.set_interval(LEASE_RENEWAL_SECONDS, self._renew_lease)
        self.set_interval(SESSION_CHECK_SECONDS, self._check_session)
        self.call_after_refresh(lambda: self.run_in_background(self.open_workstation()))

    async def open_workstation(self) -> Workstation:
        """Return the workstation; open the store first if it is not open.

        Raises ClerkError if the store cannot be opened; a later call tries again.
        """
        async with self._open_lock:
            if self._workstation is None:
                try:
                    self._workstation, self.opening_error = await self.ask(self._connect), None
                except ClerkError as error:
                    self.opening_error = error
                    raise
                finally:
                    for part in (part for screen in self.screen_stack for part in screen.query(TextBlock)):
                        part.refresh(layout=True)
                self.use_scan_rules(self._workstation.scan_prefix, self._workstation.is_code)
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
        if session.clock is not None:
            if (at_time := await ask_time(self, workstation, number, pin, session.clock)) is None:
                return
            session = at_time
        if session.pin_due:
            if (chosen := await self._change_pin(number, pin)) is None:
                self.notify(_("Nobody is signed in: the PIN has to be changed first."), severity="warning")
                return
            session = await self.ask(lambda: workstation.sign_in(number, chosen.new))
        screen = self._make_screen(workstation, session)
        if screen is None:
            sentence = _("The role of {person} has no screen on this machine.").format(person=session.person)
            self.notify(sentence, severity="error")
            return
        screen.kept_reasons.store = session.reasons
        self._number = number
        person = session.id or session.person
        preferences = await self.read_preferences(person)
        returning, self._person = person == self._person and len(self.screen_stack) > 1, person
        self.use_preferences(preferences)
        if returning:
            await self.pop_screen()
            if isinstance(self.screen, RoleScreen):
                await self.screen.refresh_view()
            return
        await self._show_sign_in()
        await self.push_screen(screen)
        await screen.load_first_view()

    def action_change_pin(self) -> None:
        if not self.locked:
            self.perform(self._change_own_pin())

    async def _change_own_pin(self) -> None:
        await self._change_pin(self._number)

    async def _change_pin(self, number: str, present: str = "") -> NewPin | None:
        from screens.pin_change import change_pin

        return await change_pin(self, await self.open_workstation(), number, present)

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
        from screens.widgets.dialogs import ConfirmDialog  # not needed for the first paint

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
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self.screen.set_focus(self.screen.query_one("#number"))

    def _renew_lease(self) -> None:
        if self._workstation is not None and not self.locked:
            self.run_in_background(self.ask(self._workstation.renew_lease))

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            self._last_key_at = monotonic()
        await super().on_event(event)

    def _check_session(self) -> None:
        """Lock the screen when nobody has pressed a key for long, or the person may not go on."""
        if self._workstation is not None and not self.locked:
            self.run_in_background(self._lock_if_over(self._workstation))

    async def _lock_if_over(self, workstation: Workstation) -> None:
        is_idle = monotonic() - self._last_key_at >= await self.ask(lambda: workstation.idle_seconds)
        if not (is_idle or await self.ask(workstation.is_session_over)) or self.locked:
            return
        if isinstance(self.screen, Question):  # part of an action; the next check locks
            await self.screen.run_action("step_back")
        else:
            self.action_lock()

    def available_actions(self) -> tuple[keys.KeyAction, ...]:
        actions, screen = super().available_actions(), self.screen
        if self.locked:
            return tuple(LEAVE if action.id == LEAVE.id else action for action in actions)
        return (*actions, screen.SIGN_OUT if isinstance(screen, RoleScreen) else keys.SIGN_OUT, CHANGE_PIN)

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
        from screens.widgets.dialogs import ConfirmDialog

        question = f"{sentence} " + _("F12 locks the screen instead.")
        return await self.show(ConfirmDialog(_("Quit"), question, hint=_("signs out and quits"))) is not None
