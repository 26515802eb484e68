"""A second person decides whether somebody is the person in the photo: number and PIN, typed at this window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.locales import _, mark
from screens import keys
from screens.widgets.containers import Horizontal
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import TextBlock, wrap


@dataclass(frozen=True)
class NumberAndPin:
    """Staff number and PIN of the second person."""

    number: str
    pin: str

    def __repr__(self) -> str:
        return "NumberAndPin()"  # so that no log shows a PIN


class SecondPersonDialog(Dialog[NumberAndPin]):
    """Two lines: staff number and PIN of another clerk or a supervisor of the site."""

    about = mark("Another clerk or a supervisor signs the decision; nothing is recorded before their PIN.")
    OTHER_KEYS = (keys.FIELDS,)
    BINDINGS = [Binding("up", "step(-1)", show=False), Binding("down", "step(1)", show=False)]
    DEFAULT_CSS = """
    SecondPersonDialog Horizontal { height: 1; margin: 1 0 0 0; }
    SecondPersonDialog Horizontal TextBlock { width: 16; }
    """

    def __init__(self, name: str, *, same: bool, number: str = "", error: str = "") -> None:
        super().__init__(_("A second person decides"), hint=_("signs the decision"))
        self.person, self.same, self.number = name, same, number
        self.error_text = error

    @property
    def sentence(self) -> str:
        """What the second person signs."""
        if self.same:
            decision = _("The person at the window is {name}, as in the photo.").format(name=self.person)
        else:
            decision = _("The person at the window is not {name}. The identification ends.").format(name=self.person)
        return decision + " " + _("Another clerk or a supervisor signs this with their own number and PIN.")

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(self.sentence, width)])
        number = FormInput(self.number, id="number")
        pin = FormInput(id="pin", password=True)
        yield _line(_("Staff number"), number)
        yield _line(_("PIN"), pin)

    def on_mount(self) -> None:
        if self.number:
            self.call_later(self.set_focus, self.query_one("#pin"))  # after the dialog has set the focus

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.error_text and event.input.id == "pin" and event.value:
            self.show_error("")

    def action_step(self, by: int) -> None:
        """Go to the line before or after."""
        self.set_focus(self.query_one("#pin" if by > 0 else "#number"))

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        number, pin = self.query_one("#number", FormInput), self.query_one("#pin", FormInput)
        if message.input is number:
            self.set_focus(pin)
        elif number.value.strip() and pin.value:
            self.close(NumberAndPin(number.value.strip(), pin.value))
        else:
            self.show_error(_("Number and PIN are needed."))


def _line(label: str, field: FormInput) -> Horizontal:
    return Horizontal(TextBlock(lambda _width: [[(label, "")]]), field)
