"""A part of a dialog or a form in which several reasons are collected, typed or from the catalogue's stock reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.timer import Timer

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.shared import GivenReasons, Option
from screens.kept_reasons import KeptReasons
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, TextBlock, wrap

if TYPE_CHECKING:
    from textual.widgets import TextArea

    from screens.widgets.note_input import NoteInput

SAVE_DELAY = 0.8  # seconds without keys until what was typed is stored


class ReasonEditor(Vertical):
    """Enter adds the typed reason, a number adds the stock reason; Enter in the empty line completes the reasons.

    Up takes the last reason back into the line. All that is entered is in `kept`.
    """

    BINDINGS = [Binding("up", "take_back", show=False)]
    DEFAULT_CSS = "ReasonEditor { height: auto; }"

    @dataclass
    class Changed(Message):
        """Reasons or text have changed, or the text was refused for the reason `error`."""

        error: str = ""

    class Completed(Message):
        """Enter was pressed in the empty line, with at least one reason."""

    def __init__(self, kept: KeptReasons, stock: Sequence[Option] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.kept = kept
        self.stock = tuple(stock)
        self.save: Callable[[], None] = lambda: None  # stores what is kept; called SAVE_DELAY after the last change
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield TextBlock(self._stock_lines, id="stock")
        yield TextBlock(self._reason_lines, id="reasons")
        from screens.widgets.note_input import NoteInput  # costs 8 ms, and is not needed before the first reason

        yield NoteInput(self.kept.text, id="text")

    def on_mount(self) -> None:
        self.query_one("#stock").display = bool(self.stock)

    def show(self, kept: KeptReasons, stock: Sequence[Option]) -> None:
        """Collect the reasons of another act."""
        self.store_now()
        self.kept, self.stock = kept, tuple(stock)
        self.query_one("#stock").display = bool(self.stock)
        self.query_one("#stock", TextBlock).refresh(layout=True)
        self._show_text()

    @property
    def line(self) -> NoteInput:
        """The field in which a reason is typed."""
        return cast("NoteInput", self.query_one("#text"))

    @property
    def is_complete(self) -> bool:
        """Whether Enter completes the reasons, because the line is empty."""
        return bool(self.kept.reasons) and not self.kept.text.strip()

    def store_now(self) -> None:
        """Store what is kept, without waiting for a pause."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self.save()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if event.text_area.text != self.kept.text:
            self.kept.text = event.text_area.text
            self._save_later()
            self.post_message(self.Changed())

    def on_note_input_completed(self, message: NoteInput.Completed) -> None:
        message.stop()
        if self.add_typed() and self.kept.reasons:
            self.post_message(self.Completed())

    def add_typed(self) -> bool:
        """Add each typed line; return whether there was none. An empty field without reasons is an error."""
        try:
            lines = self.line.clean_lines()
        except ClerkError as error:
            self.post_message(self.Changed(str(error)))
            return False
        if lines:
            for line in lines:
                self.add_reason(line)
            self._set_text("")
            return False
        if not self.kept.reasons:
            self.post_message(self.Changed(_("Please enter a reason.")))
        return True

    def action_take_back(self) -> None:
        """Take the last reason back into the empty line, to be corrected."""
        if self.is_complete:
            self._set_text(self.reason_name(self.kept.reasons.pop()))
        else:
            self.app.bell()

    def given_reasons(self) -> GivenReasons:
        """Return the reasons that were added: own words, one a line, and the ids of stock reasons."""
        reasons = self.kept.reasons
        return GivenReasons(
            text="\n".join(reason.name for reason in reasons if not reason.id),
            codes=tuple(reason.id for reason in reasons if reason.id),
        )

    def add_reason(self, text: str) -> None:
        """Add a reason in own words, or the stock reason with this number or name; nothing is added twice."""
        reason = Option("", text)
        if text.isdecimal() and 0 < int(text) <= len(self.stock):
            reason = self.stock[int(text) - 1]
        reason = next((stock for stock in self.stock if stock.name == text), reason)
        if all(self.reason_name(kept) != reason.name for kept in self.kept.reasons):
            self.kept.reasons.append(reason)

    def reason_name(self, reason: Option) -> str:
        """Return a reason in the language of the screen, which may have changed since it was added."""
        return next((stock.name for stock in self.stock if stock.id == reason.id), reason.name)

    def _save_later(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SAVE_DELAY, self.store_now)

    def _set_text(self, text: str) -> None:
        self.kept.text = text
        self._save_later()
        self._show_text()
        self.post_message(self.Changed())

    def _show_text(self) -> None:
        self.line.reset_value(self.kept.text)
        self.query_one("#reasons", TextBlock).refresh(layout=True)

    def _stock_lines(self, width: int) -> Iterable[Line]:
        yield []
        for number, reason in enumerate(self.stock, 1):
            for index, line in enumerate(wrap(reason.name, width - 3)):
                yield [(f"{number:>2} " if index == 0 else "   ", "cap"), (line, "dim")]

    def _reason_lines(self, width: int) -> Iterable[Line]:
        yield []
        for reason in self.kept.reasons:
            for index, line in enumerate(wrap(self.reason_name(reason), width - 2)):
                yield [("+ " if index == 0 else "  ", "good"), (line, "strong")]
