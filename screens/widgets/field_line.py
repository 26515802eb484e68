"""A line of a form: number, label, input, and a note: the error, the source of the value, or how it is written."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult

from clerk_app.locales import _, mark
from clerk_app.views.case import FieldRow
from clerk_app.views.shared import Option
from screens.widgets.choice_input import ChoiceInput
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, fit, wrap

FORMAT_HINTS = {
    "date": mark("year-month-day, as 2026-11-21"),
    "birth_date": mark("year-month-day, as 2026-11-21"),
    "document_kind": mark("empty: resident ID card"),
    "document_number": mark("as the document shows it"),
    "number": mark("a number"),
    "money": mark("an amount in yuan, as 1200.50"),
    "id_number": mark("18 characters"),
    "credit_code": mark("18 characters"),
    "phone": mark("mobile, area code and number, or + and country code"),
    "bank_account": mark("12 to 19 digits"),
}
BESIDE_CELLS = 28  # room at the right of a field in which an error is readable


class FieldLine(TextBlock):
    """Number, label, input and note of one field; an error without room at the right is on lines beneath."""

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
        note, role = self._note()
        errors = wrap("x " + row.error, room if room >= BESIDE_CELLS else width - label) if self.has_error else []
        is_beside = bool(errors) and room >= BESIDE_CELLS
        if is_beside:
            note, role = errors.pop(0), "bad"
        yield [
            (f"{row.number:>2}", "dim"),
            (needed, "mark"),
            (fit(row.label, label - 4) + " ", "lit" if self.input.has_focus else ""),
            (" " * (width - label - room), ""),
            (fit(note, room), role),
        ]
        for line in errors:
            yield [(" " * (width - room if is_beside else label), ""), (line, "bad")]

    @property
    def has_error(self) -> bool:
        """Whether the value that was saved last has an error."""
        return bool(self.row.error) and not self.unsaved

    def _note(self) -> tuple[str, str]:
        """Return what is at the right of the field, without an error, and its style."""
        row = self.row
        if row.warning:
            return row.warning, "warn"
        if self.input.has_focus and not row.source and row.kind in FORMAT_HINTS:
            return _(FORMAT_HINTS[row.kind]), "dim"
        return row.source, "dim"


def field_choices(row: FieldRow) -> tuple[Option, ...]:
    """Return the answers of a field; empty for a field with free text."""
    if row.kind == "yes_no" and not row.options:
        return (Option("yes", _("yes")), Option("no", _("no")))
    return row.options
