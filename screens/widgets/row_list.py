"""A list that reads and paints only visible rows, so that its speed does not depend on the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from clerk_app.views.lists import ListQuery
from screens.widgets.columns import (
    LIST_CSS,
    PAGE_SIZE,
    Column,
    ListRow,
    column_widths,
    lead_cells,
    natural_widths,
    row_line,
)
from screens.widgets.list_controls import ListControls
from screens.widgets.list_pages import NO_QUERY
from screens.widgets.paint import LinePainter


@dataclass
class RowMessage(Message):
    """A message about a row of a list."""

    rows: RowList
    row: ListRow


class RowList(LinePainter, ListControls, can_focus=True):
    """Rows beneath a line of titles. Up, Down, Page Up, Page Down, Home, End move; Enter opens; Space ticks or marks.

    If `unselected`, no row is current until a key or a click chooses one. For filter and order see `ListControls`.
    """

    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "open", show=False),
        Binding("space", "tick", show=False),
    ]
    COMPONENT_CLASSES = {"cursor", "titles"}
    DEFAULT_CSS = f"RowList {{ {LIST_CSS} }}"

    class Opened(RowMessage):
        """Enter was pressed on a row."""

    class Ticked(RowMessage):
        """Space was pressed on a row."""

    class Moved(RowMessage):
        """The cursor moved to another row."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RowList.Moved) and message.rows is self.rows

    class Resized(Message):
        """The list has another number of visible lines."""

    @dataclass
    class PageRequested(Message):
        """Rows are needed: read PAGE_SIZE rows of `query` from `offset` on and pass them, with it, to `put_page`."""

        rows: RowList
        offset: int
        query: ListQuery = NO_QUERY

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        id: str | None = None,
        empty: Callable[[], str] = str,
        can_filter: bool = True,
        marks_rows: bool = False,
    ) -> None:
        super().__init__(columns, id=id, empty=empty)
        self.can_filter, self.marks_rows = can_filter, marks_rows
        self.unselected = False
        self.cursor_watchers: list[Callable[[ListRow | None], None]] = []
        """Called with the current row whenever it may be another one, or have other texts."""
        self._has_titles = any(column.title() for column in columns)
        self._lead_cells = lead_cells(())
        self._natural_widths: list[int] = []
        self._widths_of_list: tuple[int, list[int]] = (-1, [])  # width of the list, widths of its columns

    def request_page(self, offset: int) -> None:
        self.post_message(self.PageRequested(self, offset, self.list_query))

    def rows_changed(self, old_row: ListRow | None, new_rows: range | None = None) -> None:
        before = self.cursor, self._lead_cells, self._natural_widths, self.virtual_size.height
        self._restore_cursor(old_row)
        self._lead_cells = 4 if self.marked else lead_cells(self._rows.values())
        self._natural_widths = natural_widths(self.columns, self._rows.values())
        self._widths_of_list = (-1, [])
        self.virtual_size = Size(0, max(1, self.total) + self._has_titles + self.has_state_line)
        self._scroll_to_cursor()
        if new_rows and before == (self.cursor, self._lead_cells, self._natural_widths, self.virtual_size.height):
            self.refresh_lines(new_rows.start + self._has_titles, len(new_rows))
        else:
            self.refresh(layout=self.styles.is_auto_height and before[3] != self.virtual_size.height)
        self.show_state()
        self._notify_watchers()

    @property
    def current_row(self) -> ListRow | None:
        """The row under the cursor, or None if it is a heading or not read yet, or the list is empty."""
        return None if self.unselected or self._is_heading(self.cursor) else self.row_at(self.cursor)

    def move_to(self, key: str) -> None:
        """Move the cursor to the row with this key, if that row has been read."""
        self._move_cursor(next((index for index, row in self._rows.items() if row.key == key), self.cursor), 1)

    def action_move(self, by: int) -> None:
        if self.unselected:
            self.refresh()
        start = (-1 if by > 0 else self.total) if self.unselected else self.cursor
        self._move_cursor(start + by, by)

    def action_page(self, by: int) -> None:
        self._move_cursor(self.cursor + by * max(1, self.row_lines - 1), by)

    def action_edge(self, last: int) -> None:
        self._move_cursor((self.total - 1) * last, 1 - 2 * last)

    def action_open(self) -> None:
        if self.current_row is None:
            raise SkipAction  # the dialog handles Enter then
        self.post_message(self.Opened(self, self.current_row))

    def action_tick(self) -> None:
        row = self.current_row
        if row is not None and self.marks_rows:
            self.toggle_mark(row.key)
            self.action_move(1)
        elif row is not None:
            self.post_message(self.Ticked(self, row))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = offset.y - self._has_titles + self.scroll_offset.y
        if self._has_titles and offset.y == 0:
            widths = self._column_widths(self.scrollable_content_region.width)
            self.click_title(offset.x, widths, self._lead_cells)
        elif self.has_state_line and offset.y == self.size.height - 1:
            self.action_filter_rows()
        elif 0 <= index < self.total:
            if index == self.cursor and not self.unselected:
                self.action_open()
            self._move_cursor(index, 1)

    def on_resize(self) -> None:
        self.rewrap()
        self._scroll_to_cursor()
        self.show_state()
        self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        widths = self._column_widths(width)
        if self.has_state_line and y == self.size.height - 1:
            return self.paint_line(self.state_line(width), width, self.base_style + self._text_style("titles"))
        if self._has_titles and y == 0:
            style = self.base_style + self._text_style("titles")
            return self.paint_line([(" " * self._lead_cells, ""), *self.title_spans(widths)], width, style)
        index = y - self._has_titles + self.scroll_offset.y
        row = self.row_at(index)
        if row is None:
            return self.paint_line([(" " + self.empty_line(index, width), "dim")], width)
        selected = index == self.cursor and not self.unselected
        marked = row.key in self.marked if self.marks_rows and self.marked else None
        line = row_line(
            row, self.columns, widths, self._lead_cells, highlighted=selected and self.has_focus, marked=marked
        )
        return self.paint_line(line, width, self.base_style + self._text_style("cursor") if selected else None)

    def _column_widths(self, width: int) -> list[int]:
        if self._widths_of_list[0] != width:
            self._widths_of_list = (width, column_widths(self.columns, width - self._lead_cells, self._natural_widths))
        return self._widths_of_list[1]

    def _move_cursor(self, index: int, way: int) -> None:
        """Move the cursor to row `index`, or to the next row in direction `way` that is not a heading."""
        self.unselected = False
        target = index = max(0, min(self.total - 1, index))
        step = 1 if way >= 0 else -1
        while 0 <= target < self.total and self._is_heading(target):
            target += step
        if not 0 <= target < self.total:
            target = self.cursor
        if target != self.cursor and self.total:
            old, self.cursor = self.cursor, target
            if not self._scroll_to_cursor():
                for index in (old, target):
                    self.refresh_lines(index + self._has_titles)
            self.row_at(max(0, min(self.total - 1, target + step * PAGE_SIZE // 2)))  # reads the next page early
            row = self.current_row
            if row is not None:
                self.post_message(self.Moved(self, row))
            self._notify_watchers()
        elif index == 0 and way < 0:
            self.scroll_to(y=0, animate=False)

    def _is_heading(self, index: int) -> bool:
        return (row := self.row_at(index)) is not None and row.heading

    def _scroll_to_cursor(self) -> bool:
        """Scroll so that the cursor is visible; return whether the scrolling repaints the whole list."""
        top, height = self.scroll_offset.y, self.row_lines
        if height < 1:  # not laid out yet; `on_resize` calls this again
            return False
        top_row = min(max(top, self.cursor - height + 1), self.cursor)
        if 0 < top_row == self.cursor and self._is_heading(top_row - 1):
            top_row -= height > 1  # scroll one line less, so that the heading above the row is visible too
        if top_row == top:
            return False
        self.scroll_to(y=top_row, animate=False)
        return True

    @property
    def row_lines(self) -> int:
        """The lines that show rows."""
        return self.size.height - self._has_titles - self.has_state_line

    def _notify_watchers(self) -> None:
        for watcher in self.cursor_watchers:
            watcher(self.current_row)

    def _restore_cursor(self, old_row: ListRow | None) -> None:
        keys = {row.key: index for index, row in self._rows.items() if not row.heading}
        self.cursor = max(0, min(self.cursor, self.total - 1))
        below = (index for index in range(self.cursor, self.total) if not self._is_heading(index))
        known = keys.get(old_row.key) if old_row is not None else None
        self.cursor = next(below, self.cursor) if known is None else known
