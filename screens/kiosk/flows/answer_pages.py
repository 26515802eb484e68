"""Pages on which a question of an application is answered by number pad, or by on-screen letters."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import ComposeResult

from clerk_app.locales import _, mark
from clerk_app.views.kiosk_matters import MatterQuestion
from screens.host import ScreenHost
from screens.kiosk.buttons import BigButton
from screens.kiosk.flows.matter_pages import FlowActs
from screens.kiosk.pages import Submit, constant_text
from screens.kiosk.question_page import KioskField, QuestionPage
from screens.kiosk.sizes import target_rows
from screens.scan_receiver import FastKeys
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.paint import TextBlock

_LETTER_ROWS = ("1234567890", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ")
_DATE_HINT = mark("Eight digits: four of the year, two of the month, two of the day.")
_DIGITS_HINT = mark("Touch the digits, then Go on.")
_LETTERS_HINT = mark("Touch letters and digits, then Go on.")


class PadPage(QuestionPage):
    """Takes the answer to one question; `submit` gets it, an empty one leaves the question out."""

    def __init__(self, question: MatterQuestion, submit: Submit, acts: FlowActs) -> None:
        super().__init__(_title(question), (_field(question),), submit=submit)
        self.values[0] = question.value
        self._question = question
        self._acts = acts

    def compose_text(self) -> ComposeResult:
        with Vertical(id="left"):
            yield from super().compose_text()
            if not self._question.is_required:
                yield BigButton("", lambda: _("Leave it out"), id="skip")

    def on_resize(self) -> None:
        super().on_resize()
        for button in self.query("#skip"):
            button.styles.height = max(3, target_rows(self.app.size.height))

    def show_question(self, question: MatterQuestion) -> None:
        """Show the same question in another language; what is typed stays."""
        self._question = question
        self._title, self.fields = _title(question), (_field(question),)
        for part in (*self.query(TextBlock), *self.query(BigButton)):
            part.refresh(layout=True)

    def press(self, key: str, character: str) -> bool:
        if key == "enter" and not self.values[0] and not self._question.is_required:
            self._leave_out()
            return True
        if self._question.kind != "letters" and len(character) == 1 and character.isalpha():
            self._complain(_("Only digits belong here."))
            return True
        return super().press(key, character)

    def is_scan(self, keys: FastKeys) -> bool:
        return keys.ended and keys.is_code

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        if message.button.id == "skip":
            message.stop()
            self._leave_out()
        else:
            super().on_big_button_pressed(message)

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self._acts.back() if self._acts.back is not None else None

    async def read_again(self, host: ScreenHost) -> None:  # noqa: ARG002
        await self._acts.again()

    def _leave_out(self) -> None:
        self.values[0] = ""
        self.post_message(self.Answered(self, ("",)))


class LetterPage(PadPage):
    """A question whose answer has letters: all keys are on the screen, beneath the text."""

    DEFAULT_CSS = """
    LetterPage #keys { height: 1fr; padding: 0 2; }
    LetterPage #keys Horizontal { height: 1fr; }
    LetterPage #keys BigButton { width: 1fr; height: 100%; margin: 0 1 0 0; }
    """

    def compose(self) -> ComposeResult:
        yield from self.compose_text()
        with Vertical(id="keys"):
            for row in _LETTER_ROWS:
                with Horizontal():
                    for key in row:
                        yield BigButton("", constant_text(key), id=f"pad-{key}", classes="pad")
                    if row == _LETTER_ROWS[-1]:
                        yield BigButton("", constant_text("<"), id="pad-backspace", classes="pad")

    def on_resize(self) -> None:
        """Do nothing: the keys share the room below the text."""


def answer_page(question: MatterQuestion, submit: Submit, acts: FlowActs) -> PadPage:
    """Return the page on which a question is answered with keys."""
    kind: Callable[[MatterQuestion, Submit, FlowActs], PadPage]
    kind = LetterPage if question.kind == "letters" else PadPage
    return kind(question, submit, acts)


def _title(question: MatterQuestion) -> str:
    return _("Question {number} of {count}").format(number=question.number, count=question.count)


def _field(question: MatterQuestion) -> KioskField:
    hint = question.hint
    if not hint:
        hint = {"date": _DATE_HINT, "letters": _LETTERS_HINT}.get(question.kind, _DIGITS_HINT)
    return KioskField(question.name, hint, question.max_length, exact=question.kind == "date")
