"""A form of many numbered fields: where each value comes from stands beside it, what is wrong with it beneath it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from clerk_app.desk import Choice, FieldRow
from clerk_app.locales import _, mark
from screens.widgets.fields import ChoiceInput, FormInput
from screens.widgets.paint import Line, Painted, fit, wrap

SAVE_AFTER = 0.8  # seconds without a key until a changed value is kept in the draft
SHAPES = {
    "date": mark("year-month-day, as 2026-11-21"),
    "number": mark("a number"),
    "money": mark("an amount in yuan, as 1200.50"),
    "id_number": mark("18 characters"),
    "credit_code": mark("18 characters"),
    "phone": mark("11 digits"),
    "bank_account": mark("16 to 19 digits"),
}


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


class Form(ScrollableContainer, can_focus=False, inherit_bindings=False):
    """Fields by number. Enter and Down go on, Up goes back, Page Down finds the next that needs an answer.

    Posts `Filled` when a changed field is left, after a moment without keys, and from `flush`.
    """

    BINDINGS = [
        Binding("up", "field(-1)", show=False),
        Binding("down", "field(1)", show=False),
        Binding("pageup", "open_field(-1)", show=False),
        Binding("pagedown", "open_field(1)", show=False),
    ]
    DEFAULT_CSS = """
    Form { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class Filled(Message):
        """A field has another value than the desk knows."""

        field: str
        value: str

    @dataclass
    class Finished(Message):
        """Enter in the last field."""

    @dataclass
    class Entered(Message):
        """The cursor came into another field."""

        row: FieldRow

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._timer: Timer | None = None

    @property
    def field_lines(self) -> list[FieldLine]:
        """The fields in their order."""
        return list(self.query_children(FieldLine))

    @property
    def current(self) -> FieldLine | None:
        """The field with the cursor."""
        return next((line for line in self.field_lines if line.input.has_focus), None)

    async def tell(self, rows: Sequence[FieldRow]) -> None:
        """Show these fields. Fields that stay keep what is being typed, the cursor, and undo."""
        old = {line.row.id: line for line in self.field_lines}
        wanted = {row.id for row in rows}
        gone = [line for key, line in old.items() if key not in wanted]
        if gone:
            await self.remove_children(gone)
        for at, row in enumerate(rows):
            if row.id in old:
                old[row.id].tell(row)
            else:
                line = FieldLine(row)
                self._place(line)
                await self.mount(line, before=at if at < len(self.children) else None)

    def go_to_first_open(self) -> bool:
        """The cursor into the first field that needs an answer, else into the first; False without fields."""
        lines = self.field_lines
        target = next((line for line in lines if _open(line)), lines[0] if lines else None)
        return self._go(target)

    def go_to(self, field: str) -> bool:
        """The cursor into the field with this id."""
        return self._go(next((line for line in self.field_lines if line.row.id == field), None))

    def flush(self) -> None:
        """Tell the desk what it does not know yet."""
        for line in self.field_lines:
            self._give(line)

    def landed(self, field: str, *, kept: bool) -> None:
        """The desk has answered a `Filled`; if it could not keep the value, it will be told again."""
        for line in self.field_lines:
            if line.row.id == field:
                line.in_flight = max(0, line.in_flight - 1)
                if not kept:
                    line.given = line.row.value

    def action_field(self, by: int) -> None:
        lines, current = self.field_lines, self.current
        if current is not None:
            at = lines.index(current) + by
            if 0 <= at < len(lines):
                self._go(lines[at])
            elif at < 0:
                self.scroll_home(animate=False)

    def action_open_field(self, by: int) -> None:
        lines, current = self.field_lines, self.current
        start = lines.index(current) if current else 0
        after = lines[start + 1 :] if by > 0 else lines[:start][::-1]
        if not self._go(next((line for line in after if _open(line)), None)):
            self.app.bell()

    def on_resize(self) -> None:
        for line in self.field_lines:
            self._place(line)
            line.refresh(layout=True)

    def on_form_input_done(self, message: FormInput.Done | ChoiceInput.Done) -> None:
        message.stop()
        lines, current = self.field_lines, self.current
        if current is None:
            return
        self._give(current)
        if current is lines[-1]:
            self.post_message(self.Finished())
        else:
            self.action_field(1)

    def on_choice_input_done(self, message: ChoiceInput.Done) -> None:
        self.on_form_input_done(message)

    def on_choice_input_changed(self, message: ChoiceInput.Changed) -> None:
        message.stop()
        self._soon()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.current is not None and self.current.row.error:
            self.current.refresh(layout=True)
        self._soon()

    def on_descendant_focus(self) -> None:
        if self.current is not None:
            self.current.refresh()
            self.post_message(self.Entered(self.current.row))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        for line in self.field_lines:
            if line.input is event.widget:
                self._give(line)
                line.refresh()

    def _soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SAVE_AFTER, self.flush)

    def _give(self, line: FieldLine) -> None:
        if line.changed:
            line.given = line.input.value
            line.in_flight += 1
            self.post_message(self.Filled(line.row.id, line.given))

    def _go(self, line: FieldLine | None) -> bool:
        if line is None:
            return False
        self.screen.set_focus(line.input)
        return True

    def _place(self, line: FieldLine) -> None:
        width = max(40, self.size.width - 1)
        label = max(17, width * 3 // 10)
        note = max(8, min(34, width // 4))
        line.place(label, width - label - note - 1)


def _open(line: FieldLine) -> bool:
    empty = line.row.required and not line.input.value.strip()
    return empty or bool(line.row.error and not line.changed)
