"""A kiosk's questions: one answer after another, from the keyboard, a scanner or the keys on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from clerk_app.desk import KioskView
from clerk_app.locales import _, mark
from screens.kiosk_buttons import BigButton
from screens.kiosk_pages import Page, always
from screens.widgets.paint import Line, Painted, wrap


@dataclass(frozen=True)
class Blank:
    """Something to type: message ids of its name and of what it is, and how long it may be."""

    name: str
    about: str
    longest: int
    exact: bool = True  # nothing shorter is an answer
    digits: bool = False
    secret: bool = False


class AskPage(Page):
    """Asks for its blanks in order; Enter goes on, and after the last one posts what was answered."""

    @dataclass
    class Answered(Message):
        """All blanks are filled in."""

        page: AskPage
        values: tuple[str, ...]

    def __init__(self, title: str, blanks: Sequence[Blank]) -> None:
        super().__init__()
        self._title = title
        self.blanks = blanks
        self.values = [""] * len(blanks)
        self.at = 0
        self._trouble = ""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Painted(self._lines, id="blanks")
            with Vertical(id="pad"):
                for row in (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("X", "0", "<")):
                    with Horizontal():
                        for key in row:
                            yield BigButton("", always(key), id=f"pad-{_PAD.get(key, key)}", classes="pad")

    def complain(self, sentence: str) -> None:
        """Say what is wrong; the last answer is to be given again."""
        self._trouble = sentence
        self.values[-1] = ""
        self._changed()
        self.app.bell()

    def press(self, key: str, character: str) -> bool:
        if key == "enter":
            self._go_on()
        elif key in ("backspace", "left", "delete"):
            self._take_back()
        elif character.isascii() and character.isalnum():
            self._type(character.upper() if self.blanks[self.at].exact else character)
        else:
            return character in (" ", "-")  # a number may be typed in groups
        return True

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        message.stop()
        key = (message.button.id or "").removeprefix("pad-")
        self.press(key, "" if key == "backspace" else key)
        self.screen.set_focus(None)

    async def said_again(self, view: KioskView) -> None:  # noqa: ARG002
        self._changed()

    def _type(self, character: str) -> None:
        blank, value = self.blanks[self.at], self.values[self.at]
        if len(value) >= blank.longest or (blank.digits and not character.isdigit()):
            self.app.bell()
        else:
            self.values[self.at] = value + character
            self._changed()

    def _take_back(self) -> None:
        if self.values[self.at]:
            self.values[self.at] = self.values[self.at][:-1]
        elif self.at:
            self.at -= 1
        self._changed()

    def _go_on(self) -> None:
        blank, value = self.blanks[self.at], self.values[self.at]
        if not value or (blank.exact and len(value) < blank.longest):
            self.app.bell()
        elif self.at + 1 < len(self.blanks):
            self.at += 1
            self._changed()
        else:
            self.post_message(self.Answered(self, tuple(self.values)))

    def _changed(self) -> None:
        self.query_one("#blanks", Painted).refresh(layout=True)

    def _lines(self, width: int) -> Iterable[Line]:
        yield from ([(line, "title")] for line in wrap(_(self._title), width))
        for at, blank in enumerate(self.blanks):
            yield []
            here = at == self.at
            name = wrap(_(blank.name), width - 3)
            yield from (
                [(f"{at + 1}  " if not row else "   ", "dim"), (line, "strong" if here else "dim")]
                for row, line in enumerate(name)
            )
            yield [("   ", ""), (f" {_shown(blank, self.values[at])} ", "lit" if here else "")]
            if here:
                yield from ([("   " + line, "dim")] for line in wrap(_(blank.about), width - 3))
        yield []
        yield from ([(line, "bad")] for line in (wrap("x " + self._trouble, width) if self._trouble else ()))


_PAD = {"<": "backspace"}


def _shown(blank: Blank, value: str) -> str:
    """What is typed so far, in groups of four; places that must be filled are underlined."""
    text = "*" * len(value) if blank.secret else value
    text = text.ljust(blank.longest, "_") if blank.exact else text.ljust(12)
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4)) if blank.exact else text


CASE = (
    Blank(mark("Case number"), mark("12 digits, on the receipt; its bar code may be scanned"), 12, digits=True),
    Blank(mark("Last 4 of the identity number"), mark("of the applicant, letters too"), 4, secret=True),
)
STAFF = (
    Blank(mark("Staff number"), mark("Only staff of the centre end this program."), 12, exact=False),
    Blank(mark("PIN"), mark("It is checked before anything ends."), 32, exact=False, secret=True),
)
