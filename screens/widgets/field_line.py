"""One field of a form on its line: number, label, the input, where the value comes from; what is wrong beneath."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult

from clerk_app.desk import Choice, FieldRow
from clerk_app.locales import _
from screens.widgets.fields import ChoiceInput, FormInput
from screens.widgets.paint import Line, Painted, fit, wrap


class FieldLine(Painted):
    """One field: number, label, the input, its source; an error in words on a line beneath."""

    DEFAULT_CSS = "FieldLine { width: 1fr; }"

    def __init__(self, row: FieldRow) -> None:
        super().__init__()
        self.row = row
        self.given = row.value  # what the desk has, or is being told
        self.in_flight = 0  # answers on their way: until then the desk's value is older than ours
        choices = _choices(row)
        self.input = ChoiceInput(row.value, choices) if choices else FormInput(row.value)

    def compose(self) -> ComposeResult:
        yield self.input

    @property
    def changed(self) -> bool:
        """Whether the desk has not been told what stands in the field."""
        return self.input.value != self.given

    @property
    def open(self) -> bool:
        """Whether it still needs an answer."""
        empty = self.row.required and not self.input.value.strip()
        return empty or bool(self.row.error and not self.changed)

    def tell(self, row: FieldRow) -> None:
        """What the desk knows of this field now; what is being typed stays."""
        self.row = row
        if not self.changed and not self.in_flight:
            self.given = row.value
            if isinstance(self.input, ChoiceInput):
                self.input.set_quietly(row.value, _choices(row))
            else:
                self.input.set_quietly(row.value)
        self.refresh(layout=True)

    def place(self, label: int, width: int) -> None:
        """Where the input stands: after `label` cells, `width` cells wide."""
        self.input.styles.margin = (0, 0, 0, label)
        self.input.styles.width = width

    def lines(self, width: int) -> Iterable[Line]:
        row, label = self.row, self.input.styles.margin.left
        needed = "*" if row.required else " "
        room = width - label - int(self.input.styles.width.value if self.input.styles.width else 0) - 1
        note, role = (row.doubt, "warn") if row.doubt else (row.source, "dim")
        lead = f"{row.number:>2}"
        head: Line = [
            (lead, "dim"),
            (needed, "mark"),
            (fit(row.label, label - 4) + " ", "lit" if self.input.has_focus else ""),
        ]
        yield [*head, (" " * (width - label - room), ""), (fit(note, room), role)]
        if row.error and not self.changed:
            for line in wrap("x " + row.error, width - label):
                yield [(" " * label, ""), (line, "bad")]


def _choices(row: FieldRow) -> tuple[Choice, ...]:
    if row.kind == "yes_no" and not row.choices:
        return (Choice("yes", _("yes")), Choice("no", _("no")))
    return row.choices
