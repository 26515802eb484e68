"""A small app on the real base classes, for tests through a pseudo terminal.

F4 moves the focus, F2 opens a dialog. F5 is an action that takes SLOW_SECONDS (environment) or ends on SIGUSR1 and then
moves the focus, F6 a slow action that fails, F9 an act with reasons that begins with a slow action. Enter in a field
adds its value to a list; a line of the screen shows the fields and the list.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable

from textual.widget import Widget

from clerk_app.errors import Refused
from clerk_app.locales import set_language
from screens import keys
from screens.app import ClerkApp
from screens.kept_reasons import ReasonKeeper
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import TextDialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock
from screens.widgets.reasons import record_reasons

SLOW_SECONDS = float(os.environ.get("SLOW_SECONDS", "1"))
SLOW_ENDED = threading.Event()


class SampleScreen(RoleScreen):
    """Two fields, and a line that shows their values."""

    ACTIONS = (keys.NEXT, keys.HOLD, keys.CHOOSE, keys.RETURN, keys.SUBMIT)
    BINDINGS = keys.bindings(ACTIONS)

    def body(self) -> Iterable[Widget]:
        self.done: list[str] = []
        self.kept_reasons = ReasonKeeper()
        yield FormInput(id="first")
        yield FormInput(id="second")
        yield TextBlock(lambda _width: self._landed(), id="landed")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#first"))

    def on_input_changed(self) -> None:
        self.query_one("#landed").refresh()

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        self.done.append(message.input.value)
        message.input.value = ""

    def action_hold(self) -> None:
        self.set_focus(self.query_one("#second"))

    def action_next(self) -> None:
        self.host.perform(self._dialog())

    def action_choose(self) -> None:
        self.host.perform(self._slow())

    def action_return_it(self) -> None:
        self.host.perform(self._fail())

    def action_submit(self) -> None:
        self.host.perform(self._decide())

    async def _decide(self) -> None:
        await self.host.ask(lambda: SLOW_ENDED.wait(SLOW_SECONDS))
        await record_reasons(self, "refuse 1", "Refuse", "Why?", self._record)

    async def _record(self, reasons: str) -> None:
        self.done.append(f"refused: {reasons}")
        self.query_one("#landed").refresh()

    async def _dialog(self) -> None:
        answer = await self.host.show(TextDialog("Question", "What is it?"))
        self.done.append(f"<{answer}>")
        self.query_one("#landed").refresh()

    async def _slow(self) -> None:
        await self.host.ask(lambda: SLOW_ENDED.wait(SLOW_SECONDS))
        self.set_focus(self.query_one("#second"))

    async def _fail(self) -> None:
        await self.host.ask(_refuse)

    def _landed(self) -> list[Line]:
        values = [self.query_one(f"#{name}", FormInput).value for name in ("first", "second")]
        return [[(f"first={values[0]};second={values[1]};done={','.join(self.done)};", "")]]


def _refuse() -> None:
    threading.Event().wait(0.2)
    raise Refused("no", "The sample service refuses.")


class SampleApp(ClerkApp):
    """The app."""

    def on_mount(self) -> None:
        self.push_screen(SampleScreen())


if __name__ == "__main__":
    set_language("en")
    signal.signal(signal.SIGUSR1, lambda _number, _frame: SLOW_ENDED.set())
    SampleApp().run()
    sys.exit(0)
