"""Asks for a new PIN, twice, and for the present one unless it was just typed."""

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
class NewPin:
    """A present PIN and the one that replaces it."""

    present: str
    new: str

    def __repr__(self) -> str:
        return "NewPin()"  # so that no log shows a PIN


class PinDialog(Dialog[NewPin]):
    """Three hidden lines: present PIN, new PIN, new PIN again.

    Only the new one is asked for with `present`, which was just typed and is due, or for another `person`.
    """

    about = mark("The new PIN is typed twice; the present one stays valid until then.")
    OTHER_KEYS = (keys.FIELDS,)
    BINDINGS = [Binding("up", "step(-1)", show=False), Binding("down", "step(1)", show=False)]
    DEFAULT_CSS = """
    PinDialog Horizontal { height: 1; margin: 1 0 0 0; }
    PinDialog Horizontal TextBlock { width: 16; }
    """

    def __init__(self, *, present: str = "", person: str = "", error: str = "") -> None:
        super().__init__(_("New PIN") if person else _("Change the PIN"), hint=_("changes the PIN"))
        self.present, self.person = present, person
        self.error_text = error

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for text in self.sentences() for line in wrap(text, width)])
        if not self.present and not self.person:
            yield _line(_("Present PIN"), "present")
        yield _line(_("New PIN"), "new")
        yield _line(_("The same again"), "again")

    def sentences(self) -> Iterable[str]:
        if self.person:
            words = _("{name} signs in with this PIN once, and then chooses another.")
            yield words.format(name=self.person)
        elif self.present:
            yield _("Your PIN has to be changed now.")
        yield _("Six digits or more; no date, no run of digits, nothing that many people choose.")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.error_text and event.value:
            self.show_error("")

    def action_step(self, by: int) -> None:
        """Go to the line before or after."""
        fields = list(self.query(FormInput))
        current = next((index for index, field in enumerate(fields) if field.has_focus), 0)
        self.set_focus(fields[max(0, min(len(fields) - 1, current + by))])

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        fields = list(self.query(FormInput))
        following = fields[fields.index(message.input) + 1 :]
        if following:
            self.set_focus(following[0])
            return
        new, again = fields[-2].value, fields[-1].value
        if new != again:
            fields[-2].reset_value("")
            fields[-1].reset_value("")
            self.set_focus(fields[-2])
            self.show_error(_("The two PINs are not the same."))
        else:
            self.close(NewPin(self.present or fields[0].value, new))


def _line(label: str, name: str) -> Horizontal:
    return Horizontal(TextBlock(lambda _width: [[(label, "")]]), FormInput(id=name, password=True))
