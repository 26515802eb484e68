"""A list that reads and paints only visible rows, so that its speed does not depend on the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.widgets.columns import (
    LIST_CSS,
    PAGE_SIZE,
    Column,
    ListRow,
    PageReader,
    cell_spans,
    column_widths,
    lead_cells,
    natural_widths,
    row_line,
    wrap_rows,
)
from screens.widgets.paint import LinePainter


@dataclass
class RowMessage(Message):
    """A message about a row of a list."""

    rows: RowList
    row: ListRow


class RowList(LinePainter, ScrollView, can_focus=True):
    """Rows beneath a line of titles. Up, Down, Page Up, Page Down, Home, End move; Enter opens; Space ticks.

    If `unselected`, no row is current until a key or a click chooses one.
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

    @dataclass
    class PageRequested(Message):
        """Unread rows came into view: read PAGE_SIZE rows from `offset` on and pass them to `put_page`."""

        rows: RowList
        offset: int

    def __init__(self, columns: Sequence[Column], *, id: str | None = None, empty: Callable[[], str] = str) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.cursor = self.total = 0
        self.unselected = False
        self._empty = empty
        self._pages: PageReader | None = None
        self._rows: dict[int, ListRow] = {}
        self._unwrapped: tuple[ListRow, ...] = ()  # the rows of `show_rows`
        self._requested_offsets: set[int] = set()
        self._has_titles = any(column.title() for column in columns)
        self._lead_cells = lead_cells(())
        self._natural_widths: list[int] = []
        self._widths_of_list: tuple[int, list[int]] = (-1, [])  # width of the list, widths of its columns

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """Show these rows, full-width ones wrapped; the cursor stays on the row with the same key."""
        self._unwrapped = tuple(rows)
        fixed = wrap_rows(rows, self.columns, self.size.width - self.styles.scrollbar_size_vertical)
        self.show_pages(lambda offset, limit: (fixed[offset : offset + limit], len(fixed)))

    def show_pages(self, pages: PageReader) -> None:
        """Show the rows that `pages` reads; `pages` must not block."""
        old_row = self.current_row
        self._pages = pages
        self._rows.clear()
        self._read_page(self.cursor // PAGE_SIZE * PAGE_SIZE)
        self._rows_changed(old_row)

    def put_page(self, offset: int, rows: Sequence[ListRow], total: int, *, replace: bool = False) -> None:
        """Add a requested page; with `replace`, first discard all pages that were read before."""
        old_row = self.current_row
        if replace:
            self._rows.clear()
        self._pages = None
        self.total = total
        self._requested_offsets.discard(offset)
        self._rows.update({offset + index: row for index, row in enumerate(rows)})
        self._rows_changed(old_row, None if replace else range(offset, offset + len(rows)))

    def _rows_changed(self, old_row: ListRow | None, new_rows: range | None = None) -> None:
        before = self.cursor, self._lead_cells, self._natural_widths, self.virtual_size.height
        self._restore_cursor(old_row)
        self._lead_cells = lead_cells(self._rows.values())
        self._natural_widths = natural_widths(self.columns, self._rows.values())
        self._widths_of_list = (-1, [])
        self.virtual_size = Size(0, self.total + self._has_titles)
        self._scroll_to_cursor()
        if new_rows and before == (self.cursor, self._lead_cells, self._natural_widths, self.virtual_size.height):
            self.refresh_lines(new_rows.start + self._has_titles, len(new_rows))
        else:
            self.refresh()

    @property
    def current_row(self) -> ListRow | None:
        """The row under the cursor, or None if it is a heading or not read yet, or the list is empty."""
        return None if self.unselected or self._is_heading(self.cursor) else self._row_at(self.cursor)

    def move_to(self, key: str) -> None:
        """Move the cursor to the row with this key, if that row has been read."""
        self._move_cursor(next((index for index, row in self._rows.items() if row.key == key), self.cursor), 1)

    def action_move(self, by: int) -> None:
        if self.unselected:
            self.refresh()
        start = (-1 if by > 0 else self.total) if self.unselected else self.cursor
        self._move_cursor(start + by, by)

    def action_page(self, by: int) -> None:
        self._move_cursor(self.cursor + by * max(1, self.size.height - 1 - self._has_titles), by)

    def action_edge(self, last: int) -> None:
        self._move_cursor((self.total - 1) * last, 1 - 2 * last)

    def action_open(self) -> None:
        if self.current_row is None:
            raise SkipAction  # the dialog handles Enter then
        self.post_message(self.Opened(self, self.current_row))

    def action_tick(self) -> None:
        if self.current_row is not None:
            self.post_message(self.Ticked(self, self.current_row))

    def on_click(self, event: events.Click) -> None:
        index = event.y - self._has_titles + self.scroll_offset.y
        if event.y >= self._has_titles and 0 <= index < self.total:
            if index == self.cursor and not self.unselected:
                self.action_open()
            self._move_cursor(index, 1)

    def on_resize(self) -> None:
        if any(row.full_width for row in self._unwrapped):
            self.show_rows(self._unwrapped)
        self._scroll_to_cursor()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        widths = self._column_widths(width)
        if self._has_titles and y == 0:
            titles = cell_spans([column.title() for column in self.columns], self.columns, widths)
            style = self.base_style + self._text_style("titles")
            return self.paint_line([(" " * self._lead_cells, ""), *titles], width, style)
        index = y - self._has_titles + self.scroll_offset.y
        row = self._row_at(index)
        if row is None:
            return self.paint_line([(" " + (self._empty() if self.total == index == 0 else ""), "dim")], width)
        selected = index == self.cursor and not self.unselected
        line = row_line(row, self.columns, widths, lead=self._lead_cells, highlighted=selected and self.has_focus)
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
            self._row_at(max(0, min(self.total - 1, target + step * PAGE_SIZE // 2)))  # reads the next page early
            if self.current_row is not None:
                self.post_message(self.Moved(self, self.current_row))
        elif index == 0 and way < 0:
            self.scroll_to(y=0, animate=False)

    def _is_heading(self, index: int) -> bool:
        return (row := self._row_at(index)) is not None and row.heading

    def _scroll_to_cursor(self) -> bool:
        """Scroll so that the cursor is visible; return whether the scrolling repaints the whole list."""
        top, height = self.scroll_offset.y, self.size.height - self._has_titles
        if height < 1:  # not laid out yet; `on_resize` calls this again
            return False
        top_row = min(max(top, self.cursor - height + 1), self.cursor)
        if 0 < top_row == self.cursor and self._is_heading(top_row - 1):
            top_row -= height > 1  # scroll one line less, so that the heading above the row is visible too
        if top_row == top:
            return False
        self.scroll_to(y=top_row, animate=False)
        return True

    def _row_at(self, index: int) -> ListRow | None:
        if index not in self._rows and 0 <= index < self.total:
            self._read_page(index // PAGE_SIZE * PAGE_SIZE)
        return self._rows.get(index)

    def _read_page(self, offset: int) -> None:
        if self._pages is None:
            if offset not in self._requested_offsets:
                self._requested_offsets.add(offset)
                self.post_message(self.PageRequested(self, offset))
            return
        rows, self.total = self._pages(offset, PAGE_SIZE)
        if len(self._rows) > 20 * PAGE_SIZE:
            self._rows.clear()
        self._rows.update({offset + index: row for index, row in enumerate(rows)})

    def _restore_cursor(self, old_row: ListRow | None) -> None:
        keys = {row.key: index for index, row in self._rows.items() if not row.heading}
        self.cursor = max(0, min(self.cursor, self.total - 1))
        below = (index for index in range(self.cursor, self.total) if not self._is_heading(index))
        known = keys.get(old_row.key) if old_row is not None else None
        self.cursor = next(below, self.cursor) if known is None else known
