"""Asks for staff number and PIN: the first screen of the staff, painted before the store is open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.workstation import Workstation
from screens import keys
from screens.role_screen import RoleScreen
from screens.scan_receiver import SIGN_IN_FIRST, Scan
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.top_line import TopLine

if TYPE_CHECKING:
    from screens.situation import Situation


class SignInProgram(Protocol):
    """The app, as the sign-in screen uses it."""

    @property
    def workstation(self) -> Workstation | None:
        """The workstation, None until the store is open."""
        ...

    @property
    def opening_error(self) -> ClerkError | None:
        """Why the store could not be opened at the last try; None if it was opened or is being opened."""
        ...

    async def sign_in(self, number: str, pin: str) -> None:
        """Sign the person in and show the screen for their role."""
        ...


class SignInScreen(RoleScreen):
    """Asks for staff number and PIN; Enter in the PIN field signs in."""

    BINDINGS = [Binding("up", "step_to('number')", show=False), Binding("down", "step_to('pin')", show=False)]
    OTHER_KEYS = (
        keys.KeyHelp("enter", mark("Enter"), mark("next field; in the last field, signs in")),
        keys.FIELDS,
        keys.UNDO,
    )
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

    def situation(self) -> Situation | None:
        from screens.sign_in_situation import describe_situation  # not needed for the first paint

        is_open, error = self._program.workstation is not None, self._program.opening_error
        return describe_situation(locked=self._locked, is_open=is_open, error=None if is_open else error)

    def on_mount(self) -> None:
        self.query_one(TopLine).display = False
        self.set_focus(self.query_one("#number"))

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        if message.input.id == "number":
            self.set_focus(self.query_one("#pin"))
        else:
            self.host.perform(self._sign_in())

    def action_step_to(self, name: str) -> None:
        self.set_focus(self.query_one(f"#{name}"))

    def action_step_back(self) -> None:
        self.set_focus(self.query_one("#number"))

    def take_scan(self, scan: Scan) -> None:
        """Take the badge of a person: it replaces the staff number, and the PIN is asked for."""
        workstation = self._program.workstation
        if workstation is None or scan.trouble:
            super().take_scan(scan)
        else:
            self.host.perform(self._use_badge(workstation, scan))

    async def _use_badge(self, workstation: Workstation, scan: Scan) -> None:
        try:
            number = await self.host.ask(partial(workstation.find_badge, scan.text))
        except ClerkError:
            super().take_scan(scan)
            return
        self.query_one("#number", FormInput).reset_value(number)
        self.set_focus(self.query_one("#pin"))

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
        workstation, error = self._program.workstation, self._program.opening_error
        if workstation is None and error is not None:
            yield from ([(line, "bad")] for line in wrap(str(error), width))
            yield from ([(line, "dim")] for line in wrap(_("Signing in opens the store again."), width))
            return
        sentence = workstation.hint if workstation else _("The store is being opened; you can type already.")
        yield from ([(line, "dim")] for line in wrap(sentence, width))
