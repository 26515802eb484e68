"""Asks for staff number and PIN: the first screen of the staff, painted before the store is open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.workstation import Workstation
from screens import keys
from screens.role_screen import RoleScreen
from screens.scan_receiver import SIGN_IN_FIRST, Scan
from screens.theme.panels import title_panel
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.top_line import TopLine

if TYPE_CHECKING:
    from clerk_app.views.shared import Status
    from screens.situation import Situation

OPENING_SECONDS, MACHINE_SECONDS = (
    0.5,
    5.0,
)  # between checks whether the store is open, and between reads of the machine
TALL_ROWS, PLACE_ROWS = 34, 8  # of a terminal with room for a large place, and of that place
LARGE_PLACE = "#place"


class SignInProgram(Protocol):
    """The app, as the sign-in screen uses it."""

    @property
    def role(self) -> str:
        """The role that the program was started for; empty for that of the person who signs in."""
        ...

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
        self._failure = ""  # why nobody was signed in at the last try
        self._failed_number = ""  # as typed then
        self._machine: tuple[Status, str] | None = None  # with the version of the program

    def body(self) -> Iterable[Widget]:
        sheet = Vertical(
            TextBlock(lambda _w: self._office_lines(), id="office"),
            Horizontal(TextBlock(lambda _w: [[(_("Staff number"), "")]]), FormInput(id="number"), classes="line"),
            Horizontal(TextBlock(lambda _w: [[(_("PIN"), "")]]), FormInput(id="pin", password=True), classes="line"),
            TextBlock(self._result_lines, id="result"),
            id="sheet",
            classes="panel",
        )
        machine = TextBlock(self._machine_lines, id="machine", classes="panel")
        self._show_titles(sheet, machine)  # before they are mounted, so that they are styled and painted once
        return sheet, machine

    def situation(self) -> Situation | None:
        from screens.sign_in_situation import describe_situation  # not needed for the first paint

        is_open, error = self._program.workstation is not None, self._program.opening_error
        return describe_situation(locked=self._locked, is_open=is_open, error=None if is_open else error)

    def on_mount(self) -> None:
        self.query_one(TopLine).display = False
        self.set_focus(self.query_one("#number"))
        self.set_timer(OPENING_SECONDS, self._watch_machine)

    def _show_titles(self, sheet: Widget, machine: Widget) -> None:
        title_panel(sheet, _("Locked") if self._locked else _("Sign in"))
        title_panel(machine, _("This machine"))

    async def refresh_view(self) -> None:
        self._show_titles(self.query_one("#sheet"), self.query_one("#machine"))
        self.read_machine()

    def _watch_machine(self) -> None:
        """Read the facts of the machine when the store has been opened, and again and again."""
        is_open = self._program.workstation is not None
        if is_open and self.is_current:
            self.read_machine()
        self.set_timer(MACHINE_SECONDS if is_open else OPENING_SECONDS, self._watch_machine)

    def read_machine(self) -> None:
        """Read place, connection and version of the machine in the background, and show them."""
        if (workstation := self._program.workstation) is not None:
            role = self._program.role
            self.host.fetch(lambda: (workstation.read_status(role), workstation.version), self._show_machine)

    async def _show_machine(self, facts: tuple[Status, str]) -> None:
        self._machine = facts
        self.query_one("#machine").refresh(layout=True)
        if not self.query(LARGE_PLACE):
            from screens.widgets.large_text import LargeText  # not needed for the first paint

            place = LargeText(self._place, self._place_rows, plain=str, id=LARGE_PLACE.lstrip("#"))
            await self.query_one("#body").mount(place, before=0)

    def _place(self) -> str:
        return self._machine[0].place if self._machine is not None else ""

    def _place_rows(self) -> int:
        return PLACE_ROWS if self.app.size.height >= TALL_ROWS and self._place() else 0

    def on_input_changed(self) -> None:
        """Remove the reason why nobody was signed in, once something else is typed."""
        number, pin = (self.query_one(name, FormInput).value for name in ("#number", "#pin"))
        if self._failure and (pin or number != self._failed_number):
            self._show_failure("")

    def _show_failure(self, sentence: str) -> None:
        self._failure, self._failed_number = sentence, self.query_one("#number", FormInput).value
        self.query_one("#result").refresh(layout=True)

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
        except ClerkError as error:
            pin.reset_value("")
            self.set_focus(pin if number.value.strip() else number)
            self._show_failure(str(error) if self._program.workstation is not None else "")
            self.app.bell()
            return
        number.reset_value("")
        pin.reset_value("")

    def _office_lines(self) -> Iterable[Line]:
        workstation = self._program.workstation
        yield [(workstation.office if workstation else _("Single-window service"), "title")]
        yield [(_("Locked. Everything is as it was left.") if self._locked else _("Sign in to begin."), "dim")]

    def _result_lines(self, width: int) -> Iterable[Line]:
        """Yield why nobody was signed in, and the keys."""
        if self._failure:
            yield from ([(line, "bad")] for line in wrap(f"x {self._failure}", width))
            yield []
        yield [("Enter ", "cap"), (_("signs in"), "dim"), ("   ^L ", "cap"), ("中文 / English", "dim")]

    def _machine_lines(self, width: int) -> Iterable[Line]:
        workstation, error = self._program.workstation, self._program.opening_error
        if workstation is None and error is not None:
            yield from ([(line, "bad")] for line in wrap(f"x {error}", width))
            yield from ([(line, "dim")] for line in wrap(_("Signing in opens the store again."), width))
            return
        if workstation is None:
            yield from ([(line, "dim")] for line in wrap(_("The store is being opened; you can type already."), width))
            return
        if self._machine is not None:
            from screens.machine_lines import machine_lines  # not needed for the first paint

            yield from machine_lines(*self._machine, width)
            if self.app.size.height >= TALL_ROWS:
                yield []
        yield from ([(line, "dim")] for line in wrap(_("A badge that is scanned gives the staff number."), width))
        yield from ([(line, "dim")] for line in (wrap(workstation.hint, width) if workstation.hint else ()))
