"""`LineProgram`: signs a person in, reads the commands of their screen, locks, signs out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from clerk_app.errors import ClerkError
from clerk_app.locales import LANGUAGES, _, current_language, set_language
from clerk_app.views.workstation import Preferences, PreferenceStore, StaffSession, Workstation
from screens import keys
from screens.pin_change import change_pin
from screens.plain.command import LineScreen, describe_commands, find_action, find_command
from screens.plain.counter import LineCounter
from screens.plain.department import LineDepartment
from screens.plain.host import BACK, HELP, LineHost
from screens.plain.questions import ask_dialog
from screens.plain.sign_in import ask_number_and_pin, open_session
from screens.plain.terminal import Answer, Interrupted, LineTerminal, TerminalClosed
from screens.sign_in import CHANGE_PIN, LEASE_RENEWAL_SECONDS, SESSION_CHECK_SECONDS

CLAIM_RENEWAL_SECONDS = 120.0
RoleLineScreen = LineCounter | LineDepartment
MakeScreen = Callable[[Workstation, StaffSession, LineHost], RoleLineScreen | None]
"""Returns the screen of a session; None if the role has none here."""
_ENDS = (keys.LOCK.id, keys.SIGN_OUT.id, keys.QUIT.id)


class LineProgram:
    """The program in the linear mode. `connect` opens the store in the worker thread."""

    def __init__(
        self,
        terminal: LineTerminal,
        connect: Callable[[], Workstation],
        make_screen: MakeScreen,
        preferences: PreferenceStore | None = None,
    ) -> None:
        self.terminal = terminal
        self.host = LineHost(terminal, ask_dialog)
        self._connect = connect
        self._make_screen = make_screen
        self._preferences = preferences
        self._machine_language = current_language()
        self._workstation: Workstation | None = None
        self._screen: RoleLineScreen | None = None
        self._is_locked = False
        self._is_working = False  # whether somebody is signed in and the screen is not locked
        self._person = ""
        self._number = ""

    async def run(self) -> None:
        """Run until the person quits or the terminal is closed; what is held is given back."""
        loop = asyncio.get_running_loop()
        with self.terminal.reading():
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self.terminal.close)
            try:
                self.host.write(_("Single-window service, linear mode. ? explains every question, < goes back."))
                self._workstation = await self._open()
                if self._workstation is not None:
                    await self._serve(self._workstation)
            except TerminalClosed:
                pass
            finally:
                await self._leave()
                self.host.close()

    async def _leave(self) -> None:
        """Give back what is held unless the screen is locked, and close the store."""
        workstation = self._workstation
        if workstation is None:
            return
        if self._screen is not None and not self._is_locked:
            await self.host.report_errors(self.host.ask(workstation.sign_out))
        await self.host.report_errors(self.host.ask(workstation.close))

    async def _open(self) -> Workstation | None:
        """Open the store; after an error, ask whether to try again."""
        while True:
            try:
                workstation = await self.host.ask(self._connect)
            except ClerkError as error:
                self.host.notify(str(error), severity="error")
                if not await self.host.confirm((), _("tries again")):
                    return None
            else:
                self.host.is_code = workstation.is_code
                self.host.write(workstation.office, workstation.hint)
                return workstation

    async def _serve(self, workstation: Workstation) -> None:
        watch = asyncio.ensure_future(self._watch(workstation))
        try:
            while await self._sign_in(workstation):
                ended = await self._work()
                self._is_locked = ended == keys.LOCK.id
                if self._is_locked:
                    await self.host.ask(workstation.lock)
                    self.host.write(_("Locked. Everything is as it was left."))
                    continue
                message = await self.host.ask(workstation.sign_out)
                self._screen, self._person = None, ""
                set_language(self._machine_language)
                self.host.write(*([message] if message else []), _("Signed out."))
                if ended == keys.QUIT.id:
                    return
        finally:
            watch.cancel()

    # sign-in

    async def _sign_in(self, workstation: Workstation) -> bool:
        """Ask for staff number and PIN until somebody is signed in; return False if the program is to end."""
        while True:
            try:
                typed = await ask_number_and_pin(self.host, workstation)
                if typed is None:
                    return False
                session = await open_session(self.host, workstation, *typed)
                if session is not None and await self._open_screen(workstation, session, typed[0]):
                    return True
            except Interrupted:
                continue
            except ClerkError as error:
                self.host.notify(str(error), severity="error")

    async def _open_screen(self, workstation: Workstation, session: StaffSession, number: str) -> bool:
        person, self._is_locked = session.id or session.person, False
        await self._use_language(person)
        if self._screen is not None and person == self._person:
            await self.host.report_errors(self._screen.refresh_view())
            return True
        screen = self._make_screen(workstation, session, self.host)
        if screen is None:
            sentence = _("The role of {person} has no linear mode on this machine: counter and department have one.")
            self.host.notify(sentence.format(person=session.person), severity="error")
            await self.host.ask(workstation.sign_out)
            return False
        screen.kept_reasons.store = session.reasons
        self._screen, self._person, self._number = screen, person, number
        self.host.write(_("Signed in: {person}.").format(person=session.person))
        await self.host.report_errors(screen.load_first_view())
        return True

    async def _use_language(self, person: str) -> None:
        store = self._preferences
        if store is not None:
            stored = await self.host.ask(lambda: store.read(person))
            set_language(stored.language or self._machine_language)

    # commands

    async def _work(self) -> str:
        """Read and perform commands until the screen is locked or the person leaves; return the id of that act."""
        self._is_working = True
        try:
            while self._screen is not None:
                ended = await self._perform(self._screen, await self.terminal.ask(self._screen.prompt))
                if ended:
                    return ended
        except Interrupted:
            return keys.LOCK.id
        finally:
            self._is_working = False
        return keys.QUIT.id

    async def _perform(self, screen: LineScreen, answer: Answer) -> str:
        """Perform one command and the function keys that its questions end with."""
        await self._start(screen, answer)
        while True:
            await self.host.run_actions()
            if (ended := await self._run_requested()) in _ENDS:
                return ended
            key = await screen.finish_action()
            if not key:
                return ""
            await self._start(screen, Answer("", key))

    async def _start(self, screen: LineScreen, answer: Answer) -> None:
        text, key = answer.text.strip(), answer.key
        actions = self._actions(screen)
        if key == "enter" and text == BACK:
            key = "escape"
        if key == "f1" or (key == "enter" and text.casefold() in (HELP, "help", "f1", "1", _("Help").casefold())):
            self._explain(screen)
        elif key == "enter" and not text:
            situation = screen.situation()
            self.host.write(situation.now if situation is not None else "")
        elif action := find_action(actions, text, key):
            if action.id != keys.LOCK.id:
                await self.host.report_errors(screen.refresh_quietly())
            await screen.perform_action(action)
        elif key == "enter" and (command := find_command(screen.commands, text)):
            await self.host.report_errors(screen.refresh_quietly())
            self.host.perform(command.run())
        elif key == "enter" and len(text) >= 3:
            self.host.perform(screen.process_text(text))
        else:
            self.host.notify(_("This is no command here. ? lists them."), severity="warning")

    def _actions(self, screen: LineScreen) -> tuple[keys.KeyAction, ...]:
        return (*screen.described_actions(), keys.LANGUAGE, screen.SIGN_OUT, CHANGE_PIN, keys.QUIT)

    def _explain(self, screen: LineScreen) -> None:
        self.host.write_situation(screen.situation())
        self.host.write(*describe_commands(self._actions(screen), screen.commands))

    async def _run_requested(self) -> str:
        """Perform the act of the program that was asked for; return its id if the work here ends with it."""
        requested, self.host.requested = self.host.requested, ""
        workstation = self._workstation
        if workstation is None:
            return ""
        if requested == keys.LANGUAGE.id:
            names = list(LANGUAGES)
            await self._change_language(names[(names.index(current_language()) + 1) % len(names)])
        elif requested == CHANGE_PIN.id:
            await self.host.report_errors(change_pin(self.host, workstation, self._number))
        elif requested in (keys.SIGN_OUT.id, keys.QUIT.id):
            sentence = await self.host.ask(workstation.describe_sign_out) or _("Drafts stay.")
            return requested if await self.host.confirm((sentence,), _("signs out")) else ""
        return requested

    async def _change_language(self, language: str) -> None:
        set_language(language)
        store, person = self._preferences, self._person
        if store is not None:
            stored = await self.host.ask(lambda: store.read(person))
            await self.host.ask(lambda: store.save(person, Preferences(language, stored.theme)))
        if self._screen is not None:
            await self.host.report_errors(self._screen.refresh_view())

    async def _watch(self, workstation: Workstation) -> None:
        """Renew leases, and withdraw the present question when the session is over or nobody has pressed a key."""
        loop, seconds = asyncio.get_running_loop(), 0.0
        while True:
            await asyncio.sleep(SESSION_CHECK_SECONDS)
            seconds += SESSION_CHECK_SECONDS
            if self._screen is None or not self._is_working:
                continue
            if seconds % LEASE_RENEWAL_SECONDS == 0:
                await self.host.report_errors(self.host.ask(workstation.renew_lease))
            if seconds % CLAIM_RENEWAL_SECONDS == 0 and isinstance(self._screen, LineDepartment):
                await self.host.report_errors(self._screen.renew_claim())
            is_idle = loop.time() - self.terminal.last_key_at >= await self.host.ask(lambda: workstation.idle_seconds)
            if is_idle or await self.host.ask(workstation.is_session_over):
                self.terminal.interrupt()
