"""A line of a form: number, label, input and source of the value, with the error beneath."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.case import FieldRow
from clerk_app.views.shared import Option
from screens.widgets.fields import ChoiceInput, FormInput
from screens.widgets.paint import Line, TextBlock, fit, wrap


class FieldLine(TextBlock):
    """Number, label, input and source of one field; its error on a line beneath."""

    DEFAULT_CSS = "FieldLine { width: 1fr; }"

    def __init__(self, row: FieldRow) -> None:
        super().__init__()
        self.row = row
        self.saved_value = row.value  # the value last sent to the service or received from it
        self.saves_in_flight = 0  # saves not yet confirmed; until then `saved_value` is newer than the view
        choices = field_choices(row)
        self.input = ChoiceInput(row.value, choices) if choices else FormInput(row.value)
        if isinstance(self.input, FormInput):
            self.input.kind, self.input.enter_decides = row.kind, False
        self.input.locked = row.locked

    def compose(self) -> ComposeResult:
        yield self.input

    @property
    def unsaved(self) -> bool:
        """Whether the value has not been sent to the service."""
        return self.input.value != self.saved_value

    @property
    def shown_value(self) -> str:
        """The value as a person reads it: the name of the picked answer, or the text."""
        return next(
            (choice.name for choice in field_choices(self.row) if choice.id == self.input.value), self.input.value
        )

    @property
    def needs_answer(self) -> bool:
        """Whether the field is required and empty, or has an error."""
        empty = self.row.required and not self.input.value.strip()
        return empty or bool(self.row.error and not self.unsaved)

    def update_row(self, row: FieldRow) -> None:
        """Show a newer row; keep a value that is being typed or saved."""
        self.row = row
        self.input.locked = row.locked
        if not self.unsaved and not self.saves_in_flight:
            self.saved_value = row.value
            if isinstance(self.input, ChoiceInput):
                self.input.reset_value(row.value, field_choices(row))
            else:
                self.input.reset_value(row.value)
        self.refresh(layout=True)

    def position_input(self, label: int, width: int) -> None:
        """Place the input after `label` cells, `width` cells wide."""
        self.input.styles.margin = (0, 0, 0, label)
        self.input.styles.width = width

    def lines(self, width: int) -> Iterable[Line]:
        row, label = self.row, self.input.styles.margin.left
        needed = "*" if row.required else " "
        room = width - label - int(self.input.styles.width.value if self.input.styles.width else 0) - 1
        note, role = (row.warning, "warn") if row.warning else (row.source, "dim")
        lead = f"{row.number:>2}"
        head: Line = [
            (lead, "dim"),
            (needed, "mark"),
            (fit(row.label, label - 4) + " ", "lit" if self.input.has_focus else ""),
        ]
        yield [*head, (" " * (width - label - room), ""), (fit(note, room), role)]
        if row.error and not self.unsaved:
            for line in wrap("x " + row.error, width - label):
                yield [(" " * label, ""), (line, "bad")]


def field_choices(row: FieldRow) -> tuple[Option, ...]:
    """Return the answers of a field; empty for a field with free text."""
    if row.kind == "yes_no" and not row.options:
        return (Option("yes", _("yes")), Option("no", _("no")))
    return row.options
