"""A field for a line of text, with undo."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets.input import Selection

from screens.widgets.paint_cache import PaintCache
from screens.widgets.text_input import TextInput


class FormInput(PaintCache, TextInput):
    """A line of text with undo (Ctrl+Z) and redo (Ctrl+Y); Enter posts `Completed`. The cursor does not blink."""

    BINDINGS = [
        Binding("ctrl+z", "undo", show=False),
        Binding("ctrl+y", "redo", show=False),
    ]
    DEFAULT_CSS = """
    FormInput {
        background: $field; color: $ink; width: 1fr;
        &:focus { background: $lit; color: $on-lit; }
        &:nocolor { text-style: underline; }
        & > .input--cursor { background: $on-lit; color: $lit; text-style: none; }
        &:focus:nocolor > .input--cursor { text-style: reverse; }
        & > .input--selection { background: $mark; color: $page; }
    }
    """

    # Textual's Input changes this with every character; as our field has a fixed width, no new layout is needed
    virtual_size = Reactive(Size(0, 0), layout=False)

    class Completed(Message):
        """Enter was pressed."""

        def __init__(self, input: FormInput) -> None:
            super().__init__()
            self.input = input

    def __init__(self, value: str = "", *, password: bool = False, id: str | None = None) -> None:
        self.undo_values: list[str] = []  # what Ctrl+Z brings back, the newest last
        self._redo_values: list[str] = []
        self._skip_history = True  # the initial value cannot be undone
        self.kind = "text"  # kind of the catalogue's fields: which values it takes
        self.takes_codes = False  # whether a scanned code is a value of this field
        self.locked = False  # whether the value cannot be changed by keys
        self.enter_decides = True  # whether Enter does more than go to another field
        # value and selection before the keys that arrived last without a pause
        self._before_run = ("", Selection.cursor(0))
        super().__init__(value, password=password, id=id, select_on_focus=False)
        self._skip_history = False
        self.cursor_blink = False

    @property
    def content_width(self) -> int:
        """Cells of the text, at least those of the field, so that a text that fits never changes the layout."""
        return max(super().content_width, self.size.width)

    def validate_scroll_x(self, value: float) -> float:
        """Show the beginning of the text while the field does not have the focus."""
        return super().validate_scroll_x(value) if self.has_focus else 0

    def watch_has_focus(self, has_focus: bool) -> None:
        """Scroll to the cursor, or to the beginning of the text when the focus goes."""
        super().watch_has_focus(has_focus)
        x = self.cursor_screen_offset.x - self.content_region.x + int(self.scroll_x) if has_focus else 0
        self.scroll_to_region(Region(x, 0, 1, 1), force=True, animate=False)

    def render_line(self, y: int) -> Strip:
        """Return the text; one that is cut at the end, while the field does not have the focus, ends with ~."""
        strip, width = super().render_line(y), self.size.width
        if self.has_focus or self.password or cell_len(self.value) <= width or not width:
            return strip
        return Strip.join([strip.crop(0, width - 1), Strip([Segment("~", self.rich_style)])])

    def reset_value(self, value: str) -> None:
        """Set a new value and clear the undo history."""
        if value != self.value:
            self._skip_history = True
            self.value = value
            self.undo_values.clear()
            self._redo_values.clear()
            self.cursor_position = len(value)

    def validate_value(self, value: str) -> str:
        """Keep the value of a locked field, whatever is typed, pasted or deleted."""
        if self.locked and not self._skip_history and value != self.value:
            self.app.bell()
            return self.value
        return value

    def watch_value(self, old: str, new: str) -> None:
        """Record an undo step; successive characters are one step, which ends with a space."""
        if self._skip_history or old == new:
            self._skip_history = False
            return
        run_on = len(new) == len(old) + 1 and new.startswith(old) and not new.endswith(" ")
        started = (
            bool(self.undo_values) and old.startswith(self.undo_values[-1]) and len(old) > len(self.undo_values[-1])
        )
        if not (run_on and started):
            self.undo_values.append(old)
        self._redo_values.clear()

    def action_undo(self) -> None:
        self._restore(self.undo_values, self._redo_values)

    def action_redo(self) -> None:
        self._restore(self._redo_values, self.undo_values)

    def _restore(self, source: list[str], target: list[str]) -> None:
        if source:
            target.append(self.value)
            self._skip_history = True
            self.value = source.pop()
            self.cursor_position = len(self.value)
        else:
            self.app.bell()

    def begin_run(self) -> None:
        """Remember value and selection: keys follow that may turn out to be a scan."""
        self._before_run = self.value, self.selection

    def take_out_run(self, text: str) -> None:
        """Restore the value that `begin_run` remembered; undo brings the scanned `text` back, except a password."""
        value, selection = self._before_run
        first, last = sorted(selection)
        if not self.password:
            self.value = value[:first] + text + value[last:]
        self.value = value
        self.selection = selection

    async def action_submit(self) -> None:
        self.post_message(self.Completed(self))
