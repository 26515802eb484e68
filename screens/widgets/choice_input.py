"""A field for one of several answers, which is picked with a digit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding
from textual.message import Message

from screens.widgets.paint import Line, Span, TextBlock, cell_width, fit
from screens.widgets.text_input import typed_text

if TYPE_CHECKING:
    from clerk_app.views.shared import Option


class ChoiceInput(TextBlock, can_focus=True):
    """Shows answers numbered from 1: a digit picks one, Left and Right step through them, Enter posts `Completed`."""

    BINDINGS = [
        Binding("enter", "complete", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
        Binding("delete,backspace", "clear", show=False),
        Binding("ctrl+z", "undo", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceInput { height: 1; background: $field; color: $ink; }
    ChoiceInput:focus { background: $lit; color: $on-lit; }
    ChoiceInput:nocolor { text-style: underline; }
    ChoiceInput:focus:nocolor { background: $field; color: $ink; text-style: reverse; }
    ChoiceInput > .picked { text-style: bold; color: $mark; }
    ChoiceInput:nocolor > .picked { text-style: bold reverse; }
    ChoiceInput:focus > .picked { color: $on-lit; text-style: bold reverse; }
    ChoiceInput:focus:nocolor > .picked { color: $ink; text-style: bold underline; }
    """
    COMPONENT_CLASSES = {"picked"}
    uncoloured_in_focus = ("dim",)

    class Changed(Message):
        """Another answer was picked."""

        def __init__(self, input: ChoiceInput) -> None:
            super().__init__()
            self.input = input

    class Completed(Message):
        """Enter was pressed."""

        def __init__(self, input: ChoiceInput) -> None:
            super().__init__()
            self.input = input

    def __init__(self, value: str, choices: tuple[Option, ...], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.value = value
        self.choices = choices
        self.locked = False  # whether the answer cannot be changed by keys
        self.undo_values: list[str] = []  # what Ctrl+Z brings back, the newest last

    def reset_value(self, value: str, choices: tuple[Option, ...]) -> None:
        """Set a new value and new choices, for example the same choices in another language."""
        if (value, choices) != (self.value, self.choices):
            self.value = value
            self.choices = choices
            self.undo_values.clear()
            self.refresh()

    def lines(self, width: int) -> Iterable[Line]:
        picked = self._picked_index()
        spans: list[Span] = []
        for index, choice in enumerate(self.choices):
            spans += [(f"{index + 1} ", "dim"), (choice.name, "picked" if index == picked else ""), ("  ", "")]
        if cell_width(spans) - 2 <= width:
            return [spans]
        if picked < 0:
            return [[(fit("".join(text for text, _role in spans), width), "")]]
        return [[(f"{picked + 1} ", "dim"), (self.choices[picked].name, "picked"), (f"  1-{len(self.choices)}", "dim")]]

    def on_key(self, event: events.Key) -> None:
        character = typed_text(event)
        if character.isdecimal() and 0 < int(character) <= len(self.choices):
            event.stop()
            self._set(self.choices[int(character) - 1].id)
        elif character:
            event.stop()
            self.app.bell()

    def action_step(self, by: int) -> None:
        if self.choices:
            index = self._picked_index()
            self._set(self.choices[(index + by) % len(self.choices) if index >= 0 else 0].id)

    def action_clear(self) -> None:
        self._set("")

    def action_undo(self) -> None:
        if self.undo_values:
            self.value = self.undo_values.pop()
            self._show_change()

    def action_complete(self) -> None:
        self.post_message(self.Completed(self))

    def _picked_index(self) -> int:
        return next((index for index, choice in enumerate(self.choices) if choice.id == self.value), -1)

    def _set(self, value: str) -> None:
        if self.locked and value != self.value:
            self.app.bell()
        elif value != self.value:
            self.undo_values.append(self.value)
            self.value = value
            self._show_change()

    def _show_change(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self))
