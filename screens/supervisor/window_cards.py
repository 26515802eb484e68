"""The windows of the hall as cards: as many lines each as there is room for, in one or more columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from clerk_app.views.supervisor import WindowRow
from screens.supervisor.card_lines import MOST_LINES, card_lines
from screens.widgets.columns import LIST_CSS
from screens.widgets.paint import Line, LinePainter

CARD_CELLS = 28  # least width of a card in a row of cards
MOST_COLUMNS = 3
GAP = 2  # cells after a card


class WindowCards(LinePainter, ScrollView, can_focus=True):
    """Cards of windows. Arrow keys, Home and End move, Enter or a second click opens."""

    BINDINGS = [
        Binding("up", "move_row(-1)", show=False),
        Binding("down", "move_row(1)", show=False),
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "open", show=False),
    ]
    COMPONENT_CLASSES = {"cursor"}
    DEFAULT_CSS = f"WindowCards {{ {LIST_CSS} }}"

    @dataclass
    class Opened(Message):
        """Enter was pressed on a window."""

        window: str

    class Moved(Message):
        """The cursor moved to another window."""

    def __init__(self, *, id: str, empty: Callable[[], str]) -> None:
        super().__init__(id=id, classes="panel")
        self.windows: tuple[WindowRow, ...] = ()
        self.cursor = 0
        self._empty = empty
        self._lines: dict[int, list[Line]] = {}

    @property
    def current_window(self) -> str:
        """The id of the window under the cursor; empty without windows."""
        return self.windows[self.cursor].id if self.cursor < len(self.windows) else ""

    def show_windows(self, windows: Sequence[WindowRow]) -> None:
        """Show these windows; repaint only lines that differ. The cursor stays on the same window."""
        old_ids, current = [row.id for row in self.windows], self.current_window
        old_rows, self.windows = self.windows, tuple(windows)
        if [row.id for row in self.windows] != old_ids:
            ids = [row.id for row in self.windows]
            self.cursor = ids.index(current) if current in ids else min(self.cursor, max(0, len(ids) - 1))
            self._rearrange()
            return
        for index, (old, new) in enumerate(zip(old_rows, self.windows, strict=True)):
            if old != new:
                self._repaint_changes(index)

    def move_to(self, window: str) -> None:
        """Move the cursor to a window."""
        self._move_cursor(next((index for index, row in enumerate(self.windows) if row.id == window), self.cursor))

    # sizes

    @property
    def columns(self) -> int:
        """The number of cards in a row: as few as give each card all of its lines, else as many as fit."""
        most = max(1, min(MOST_COLUMNS, self.scrollable_content_region.width // CARD_CELLS))
        return next((count for count in range(1, most) if self._lines_per_card(count) >= MOST_LINES), most)

    @property
    def card_height(self) -> int:
        """The lines of a card, with its frame if it has one."""
        return max(1, min(MOST_LINES, self._lines_per_card(self.columns)))

    def _lines_per_card(self, columns: int) -> int:
        return self.size.height // max(1, -(-len(self.windows) // columns))

    def _rearrange(self) -> None:
        self._lines.clear()
        rows = -(-len(self.windows) // self.columns)
        self.virtual_size = Size(0, max(1, rows * self.card_height))
        self._scroll_to_cursor()
        self.refresh()

    def on_resize(self) -> None:
        self._rearrange()

    # cursor

    def action_move(self, by: int) -> None:
        self._move_cursor(self.cursor + by)

    def action_move_row(self, by: int) -> None:
        target = self.cursor + by * self.columns
        if 0 <= target < len(self.windows):
            self._move_cursor(target)

    def action_edge(self, last: int) -> None:
        self._move_cursor((len(self.windows) - 1) * last)

    def action_open(self) -> None:
        if self.current_window:
            self.post_message(self.Opened(self.current_window))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        width = self._card_cells
        index = (offset.y + self.scroll_offset.y) // self.card_height * self.columns + min(
            self.columns - 1, offset.x // width
        )
        if index < len(self.windows):
            if index == self.cursor:
                self.action_open()
            self._move_cursor(index)

    def _move_cursor(self, index: int) -> None:
        target = max(0, min(len(self.windows) - 1, index))
        if target == self.cursor or not self.windows:
            return
        old, self.cursor = self.cursor, target
        if not self._scroll_to_cursor():
            for card in (old, target):
                self.refresh_lines(card // self.columns * self.card_height, self.card_height)
        self.post_message(self.Moved())

    def _scroll_to_cursor(self) -> bool:
        height = self.card_height
        first, room, top = self.cursor // self.columns * height, self.size.height, self.scroll_offset.y
        y = min(max(top, first + height - room), first)
        if room < 1 or y == top:
            return False
        self.scroll_to(y=y, animate=False)
        return True

    # painting

    @property
    def _card_cells(self) -> int:
        return max(1, self.scrollable_content_region.width // self.columns)

    def _repaint_changes(self, index: int) -> None:
        old = self._lines.pop(index, None)
        first = index // self.columns * self.card_height
        for number, line in enumerate(self._card(index)):
            if old is None or number >= len(old) or line != old[number]:
                self.refresh_lines(first + number)

    def _card(self, index: int) -> list[Line]:
        if index not in self._lines:
            self._lines[index] = card_lines(self.windows[index], self._card_cells - GAP, self.card_height)
        return self._lines[index]

    def refresh_language(self) -> None:
        """Paint the cards again in the current language."""
        self._rearrange()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if not self.windows:
            return self.paint_line([(" " + (self._empty() if y == 0 else ""), "dim")], width)
        row, number = divmod(y + self.scroll_offset.y, self.card_height)
        strips: list[Strip] = []
        for index in range(row * self.columns, min(len(self.windows), (row + 1) * self.columns)):
            card, is_current = self._card(index), index == self.cursor
            line = card[number] if number < len(card) else ()
            if is_current and self.has_focus:
                line = [(text, "") for text, _style in line]
            style = self.base_style + self._text_style("cursor") if is_current else None
            strips += [self.paint_line(line, self._card_cells - GAP, style), self.paint_line((), GAP)]
        return Strip.join(strips).adjust_cell_length(width, self.base_style)
