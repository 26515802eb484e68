"""A page whose fields are filled in one after another, with keyboard, scanner or on-screen keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.message import Message

from clerk_app.locales import _, mark
from clerk_app.text.cleaning import clean_character
from clerk_app.views.kiosk import KioskView
from screens.kiosk.buttons import BigButton
from screens.kiosk.key_pad import KeyPad, key_of
from screens.kiosk.pages import LOW_ROWS, KioskPage, Submit
from screens.scan_receiver import FastKeys, Scan
from screens.widgets.containers import Container
from screens.widgets.large_text import dot_lines, glyph_dots
from screens.widgets.paint import Line, TextBlock, wrap


@dataclass(frozen=True)
class KioskField:
    """A field of the page. `name`, `description` and `too_long` are message ids.

    `too_long` is shown when a character beyond `max_length` is typed.
    """

    name: str
    description: str
    max_length: int
    exact: bool = True  # the value must have exactly `max_length` characters
    digits: bool = False
    secret: bool = False
    too_long: str = mark("No more characters fit here. The last one was not taken.")


class QuestionPage(KioskPage):
    """Takes the values of its fields in order. Enter goes to the next field; after the last one, posts `Answered`."""

    @dataclass
    class Answered(Message):
        """All fields are filled in."""

        page: QuestionPage
        values: tuple[str, ...]

    def __init__(
        self, title: str, fields: Sequence[KioskField], *, scanned: str = "", submit: Submit | None = None
    ) -> None:
        """`scanned` fills the first field; `submit` uses the values instead of the app."""
        super().__init__()
        self.submit = submit
        self._title = title
        self.fields = fields
        self.values = [scanned, *[""] * (len(fields) - 1)]
        self.index = int(bool(scanned))
        self._error = ""
        self.check: Callable[[KioskField, str], str] = lambda _field, _value: ""
        """Returns why a filled field cannot be right; empty if it can. Called before the next field is entered."""

    @property
    def is_for_staff(self) -> bool:
        """Whether the values end the program."""
        return self.fields in (CODE_FIELDS, STAFF_FIELDS)

    def compose(self) -> ComposeResult:
        with Container(id="split"):
            yield from self.compose_text()
            yield KeyPad(id="pad")

    def compose_text(self) -> ComposeResult:
        """Yield what is next to the keys: the fields with what is typed."""
        yield TextBlock(self._lines, id="blanks")

    def on_mount(self) -> None:
        self.on_resize()

    def on_resize(self) -> None:
        self.query_one(KeyPad).arrange_keys()

    def show_error(self, sentence: str) -> None:
        """Show an error and clear the last field, which must be typed again."""
        self.values[-1] = ""
        self._complain(sentence)

    def _complain(self, sentence: str) -> None:
        self._error = sentence
        self._repaint()
        self.app.bell()

    def press(self, key: str, character: str) -> bool:
        plain = clean_character(character)
        if key == "enter":
            self._next_field()
        elif key in ("backspace", "delete", "full_stop", "comma"):
            self._delete_last()
        elif len(plain) == 1 and plain.isascii() and plain.isalnum():
            self._append(plain.upper() if self.fields[self.index].exact else plain)
        else:
            # separators between groups of digits are accepted and ignored
            return bool(character) and plain in ("", "-")
        return True

    def is_scan(self, keys: FastKeys) -> bool:
        """Return whether fast keys are a scan: in the field of a number, or a code elsewhere."""
        text = keys.text.strip()
        in_number = self.fields[self.index].digits and len(text) >= 8 and text.isdigit()
        return keys.ended and (in_number or keys.is_code)

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        message.stop()
        key = key_of(message.button)
        self.press("backspace" if key == "<" else key, "" if key == "<" else key)
        if message.touched:
            self.screen.set_focus(None)

    async def update_view(self, view: KioskView) -> None:  # noqa: ARG002
        self._repaint()

    def _append(self, character: str) -> None:
        field, value = self.fields[self.index], self.values[self.index]
        if field.digits and not character.isdigit():
            self._complain(_("Only digits belong here."))
        elif len(value) >= field.max_length:
            self._complain(_(field.too_long))
        else:
            self.values[self.index], self._error = value + character, ""
            self._repaint()

    def _delete_last(self) -> None:
        if self.values[self.index]:
            self.values[self.index] = self.values[self.index][:-1]
        elif self.index:
            self.index -= 1
        self._error = ""
        self._repaint()

    def _next_field(self) -> None:
        field, value = self.fields[self.index], self.values[self.index]
        missing = field.max_length - len(value) if field.exact else int(not value)
        if missing:
            self._complain(_("Characters still missing here: {count}").format(count=missing))
        elif sentence := self.check(field, value):
            self._complain(sentence)
        elif self.index + 1 < len(self.fields):
            self.index, self._error = self.index + 1, ""
            self._repaint()
        else:
            self.post_message(self.Answered(self, tuple(self.values)))

    def _repaint(self) -> None:
        self.query_one("#blanks", TextBlock).refresh(layout=True)

    def _lines(self, width: int) -> Iterable[Line]:
        yield from ([(line, "title")] for line in wrap(_(self._title), width))
        for index, field in enumerate(self.fields):
            yield []
            current = index == self.index
            name = wrap(_(field.name), width - 3)
            yield from (
                [(f"{index + 1}  " if not row else "   ", "dim"), (line, "strong" if current else "dim")]
                for row, line in enumerate(name)
            )
            large = current and self.app.size.height >= LOW_ROWS
            yield from _value_lines(_display_value(field, self.values[index]), width, current=current, large=large)
            if current and not self._error:  # an error needs the room of the hint in a small terminal
                yield from ([("   " + line, "dim")] for line in wrap(self._hint(field), width - 3))
        yield []
        yield from ([(line, "bad")] for line in (wrap("x " + self._error, width) if self._error else ()))

    def _hint(self, field: KioskField) -> str:
        """Return what to do next in the current field."""
        if field.exact and len(self.values[self.index]) == field.max_length:
            return _("Complete. Go on with Enter or the button below; < corrects it.")
        return _(field.description)


LARGE_VALUE_ROWS = 4


def _display_value(field: KioskField, value: str) -> str:
    """Return a value as shown: typed characters of a secret field as `*`.

    An `exact` field is shown in groups of four characters, with `_` for those not typed yet.
    """
    text = "*" * len(value) if field.secret else value
    text = text.ljust(field.max_length, "_") if field.exact else text.ljust(12)
    return " ".join(text[index : index + 4] for index in range(0, len(text), 4)) if field.exact else text


def _value_lines(value: str, width: int, *, current: bool, large: bool) -> Iterable[Line]:
    """Yield a value, `large` if it fits into the width."""
    dots = glyph_dots(value, width - 3, LARGE_VALUE_ROWS) if large else None
    if dots is None:
        yield [("   ", ""), (f" {value} ", "lit" if current else "")]
    else:
        yield []
        yield from ([("   ", ""), *line] for line in dot_lines(dots, 0, "mark"))
        yield []


def receipt_number(scan: Scan) -> str:
    """Return the case number on a scanned receipt, or an empty text for another code."""
    text = scan.text.strip()
    return text if not scan.trouble and len(text) == CASE_FIELDS[0].max_length and text.isdigit() else ""


CASE_TITLE = mark("What is the status of my case?")
CASE_FIELDS = (
    KioskField(
        mark("Case number"),
        mark("The 12 digits on your receipt. You can also hold the bar code of the receipt under the scanner."),
        12,
        digits=True,
        too_long=mark("12 digits are typed already; the last one was not taken. Please compare the number."),
    ),
    KioskField(
        mark("Last 4 characters of the identity number"),
        mark("The number of the person or enterprise that applied. A letter at the end counts too."),
        4,
        secret=True,
        too_long=mark("Only the last 4 characters are needed, and 4 are typed. Touch < to correct them."),
    ),
)
MAX_CODE = 64  # characters of the code of an appointment
APPOINTMENT_TITLE = mark("I have an appointment")
APPOINTMENT_FIELDS = (
    KioskField(
        mark("Code of the appointment"),
        mark("You got the code when you booked. You can also hold it under the scanner."),
        MAX_CODE,
        exact=False,
    ),
)
CODE_FIELDS = (
    KioskField(mark("Code of this machine"), mark("Only staff can end this program."), 32, exact=False, secret=True),
)
STAFF_FIELDS = (
    KioskField(mark("Staff number"), mark("Only staff can end this program."), 12, exact=False),
    KioskField(mark("PIN"), mark("The PIN is checked before the program ends."), 32, exact=False, secret=True),
)


def staff_page(has_exit_code: bool) -> QuestionPage:
    """Return the page that asks for the code of the machine, or for number and PIN."""
    return QuestionPage(mark("For staff"), CODE_FIELDS if has_exit_code else STAFF_FIELDS)
