"""A form of numbered fields; at the right of each its error, the source of its value, or how it is written."""

from __future__ import annotations

from asyncio import Lock, TimerHandle, get_running_loop
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.message import Message
from textual.widgets import Input

from clerk_app.views.case import FieldRow
from screens.host import host_of
from screens.widgets.choice_input import ChoiceInput
from screens.widgets.field_line import FORMAT_HINTS as FORMAT_HINTS
from screens.widgets.field_line import FieldLine
from screens.widgets.fields import FormInput
from screens.widgets.paint_cache import PaintCache

SAVE_DELAY = 0.8  # seconds after the last key until a changed value is saved in the draft


class Form(PaintCache, ScrollableContainer, can_focus=False, inherit_bindings=False):
    """Numbered fields. Enter and Down go forward, Up goes back, Page Down goes to the next field that needs an answer.

    Posts `FieldChanged` when a changed field loses the focus, after SAVE_DELAY without keys, and from `save_changes`.
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
    class FieldChanged(Message):
        """A field has a value that is not saved yet."""

        field: str
        value: str

    @dataclass
    class Finished(Message):
        """Enter was pressed in the last field."""

    @dataclass
    class FieldEntered(Message):
        """The focus moved to another field."""

        row: FieldRow

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._timer: TimerHandle | None = None  # not a Timer of Textual, which is a task
        self._update_lock = Lock()
        self._longest_label = 0  # cells of the longest label
        self.last_line: FieldLine | None = None
        """The field that had the focus most recently, or None."""

    @property
    def field_lines(self) -> list[FieldLine]:
        """The fields from top to bottom."""
        return [child for child in self.children if isinstance(child, FieldLine)]

    @property
    def current_line(self) -> FieldLine | None:
        """The field with the focus, or None."""
        focused = self.screen.focused
        line = focused.parent if focused is not None else None
        return line if isinstance(line, FieldLine) and line.parent is self else None

    async def show_fields(self, rows: Sequence[FieldRow]) -> None:
        """Show these fields. A field that was shown before keeps its input, cursor and undo history.

        A field whose kind has changed, because the form is not masked any more, is replaced.
        """
        async with self._update_lock:  # two concurrent updates would both mount a new field
            await self._show_fields(rows)

    async def _show_fields(self, rows: Sequence[FieldRow]) -> None:
        old = {line.row.id: line for line in self.field_lines}
        longest = max((cell_len(row.label) for row in rows), default=0)
        if longest != self._longest_label:
            self._longest_label = longest
            self.on_resize()
        wanted, focused = {(row.id, row.kind) for row in rows}, self.current_line
        removed = [line for line in old.values() if (line.row.id, line.row.kind) not in wanted]
        if removed:
            await self.remove_children(removed)
            old = {key: line for key, line in old.items() if line not in removed}
        for index, row in enumerate(rows):
            if row.id in old:
                old[row.id].update_row(row)
            else:
                line = FieldLine(row)
                self._position(line)
                await self.mount(line, before=index if index < len(self.children) else None)
        if focused in removed and focused is not None:
            self.focus_field(focused.row.id)

    def fits_label(self, label: str) -> bool:
        """Return whether a label fits in the space for labels."""
        return cell_len(label) <= self._label_cells - 4

    def focus_first_unanswered(self) -> bool:
        """Focus the first field that needs an answer, or else the first field; return False for an empty form."""
        lines = self.field_lines
        target = next((line for line in lines if line.needs_answer), lines[0] if lines else None)
        return self._focus_line(target)

    def focus_field(self, field: str) -> bool:
        """Focus the field with this id; return False if there is none."""
        return self._focus_line(next((line for line in self.field_lines if line.row.id == field), None))

    def save_changes(self) -> None:
        """Post `FieldChanged` for every field that is not saved."""
        for line in self.field_lines:
            self._post_change(line)

    def take_changes(self) -> list[tuple[str, str]]:
        """Return ids and values of the unsaved fields for the caller to save, and mark them as being saved."""
        changed = [line for line in self.field_lines if line.unsaved]
        for line in changed:
            line.saved_value = line.input.value
            line.saves_in_flight += 1
        return [(line.row.id, line.saved_value) for line in changed]

    def confirm_save(self, field: str, *, saved: bool) -> None:
        """Record that a save has ended; if it failed (`saved` is False), the value counts as unsaved again."""
        for line in self.field_lines:
            if line.row.id == field:
                line.saves_in_flight = max(0, line.saves_in_flight - 1)
                if not saved:
                    line.saved_value = line.row.value

    def action_field(self, by: int) -> None:
        lines, current = self.field_lines, self.current_line
        if current is not None:
            index = lines.index(current) + by
            if 0 <= index < len(lines):
                self._focus_line(lines[index])
            elif index < 0:
                self.scroll_home(animate=False)

    def action_open_field(self, by: int) -> None:
        lines, current = self.field_lines, self.current_line
        start = lines.index(current) if current else 0
        after = lines[start + 1 :] if by > 0 else lines[:start][::-1]
        if not self._focus_line(next((line for line in after if line.needs_answer), None)):
            self.app.bell()

    def on_resize(self) -> None:
        for line in self.field_lines:
            self._position(line)
            line.refresh(layout=True)

    def on_form_input_completed(self, message: FormInput.Completed | ChoiceInput.Completed) -> None:
        message.stop()
        lines, current = self.field_lines, self.current_line
        if current is None:
            return
        self._post_change(current)
        if current is lines[-1]:
            self.post_message(self.Finished())
        else:
            self.action_field(1)

    def on_choice_input_completed(self, message: ChoiceInput.Completed) -> None:
        self.on_form_input_completed(message)

    def on_choice_input_changed(self, message: ChoiceInput.Changed) -> None:
        message.stop()
        host_of(self).end_message()
        self._schedule_save()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        line = self.current_line
        if line is not None and line.unsaved:  # otherwise a newer view was shown
            host_of(self).end_message()
        if line is not None and line.row.error:
            line.refresh(layout=True)
        self._schedule_save()

    def on_descendant_focus(self) -> None:
        if self.current_line is not None:
            self.current_line.refresh()
            self.scroll_to_widget(self.current_line, animate=False)  # the whole line, so that its error is visible
            self.post_message(self.FieldEntered(self.current_line.row))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        for line in self.field_lines:
            if line.input is event.widget:
                self.last_line = line
                self._post_change(line)
                line.refresh()

    def _schedule_save(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = get_running_loop().call_later(SAVE_DELAY, self.call_later, self.save_changes)

    def _post_change(self, line: FieldLine) -> None:
        if line.unsaved:
            line.saved_value = line.input.value
            line.saves_in_flight += 1
            self.post_message(self.FieldChanged(line.row.id, line.saved_value))

    def _focus_line(self, line: FieldLine | None) -> bool:
        if line is None:
            return False
        self.screen.set_focus(line.input)
        return True

    def _position(self, line: FieldLine) -> None:
        width = max(40, self.size.width - 1)
        label = self._label_cells
        most = 48 if width >= 100 else 36
        room = min(most, width - label - 1, max(26, width - label - 16))  # a value matters more than its source
        line.position_input(label, room)

    @property
    def _label_cells(self) -> int:
        """Return the number of cells left of the inputs: number, star, label and a space."""
        return min(self._longest_label + 4, max(40, self.size.width - 1) * 9 // 20)
