"""A list that reads and paints only what is visible: the same speed with ten rows and with a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.widgets.columns import (
    PAGE_SIZE,
    Column,
    ListRow,
    PageReader,
    cell_spans,
    column_widths,
    natural_widths,
    row_line,
)
from screens.widgets.paint import PAINT_CSS, TEXT_STYLES, LinePainter, fit

__all__ = ["PAGE_SIZE", "Column", "ListRow", "PageReader", "RowList"]


class RowList(LinePainter, ScrollView, can_focus=True):
    """Rows under a line of titles. Up, Down, Page Up, Page Down, Home, End move; Enter opens; Space ticks."""

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
    COMPONENT_CLASSES = {*TEXT_STYLES, "cursor", "titles"}
    DEFAULT_CSS = (
        """RowList {
        height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .titles { color: $dim; text-style: underline; }
        & > .cursor { background: $field; }
        &:focus > .cursor { background: $lit; color: $on-lit; text-style: bold; }
        &:nocolor > .cursor { text-style: underline; }
        &:focus:nocolor > .cursor { background: $page; color: $ink; text-style: bold reverse; }
    """
        + PAINT_CSS
        + "}"
    )

    @dataclass
    class Opened(Message):
        """Enter on a row."""

        rows: RowList
        row: ListRow

    @dataclass
    class Ticked(Message):
        """Space on a row."""

        rows: RowList
        row: ListRow

    @dataclass
    class Moved(Message):
        """The cursor stands on another row."""

        rows: RowList
        row: ListRow

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RowList.Moved) and message.rows is self.rows

    @dataclass
    class PageRequested(Message):
        """Rows from `offset` on came into view and nobody has read them: fetch PAGE rows and `put_page` them."""

        rows: RowList
        offset: int

    def __init__(self, columns: Sequence[Column], *, id: str | None = None, empty: Callable[[], str] = str) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.cursor = 0
        self.total = 0
        self._empty = empty
        self._pages: PageReader | None = None
        self._rows: dict[int, ListRow] = {}
        self._requested_offsets: set[int] = set()
        self._has_titles = any(column.title() for column in columns)
        self._lead_cells = 2  # cells before the first column: a mark, or a tick
        self._natural_widths: list[int] = []
        self._widths_of_list: tuple[int, list[int]] = (-1, [])  # the widths of the columns in a list that is so wide

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """Show these rows; the cursor stays on the row with its key."""
        kept = tuple(rows)
        self.show_pages(lambda offset, limit: (kept[offset : offset + limit], len(kept)))

    def show_pages(self, pages: PageReader) -> None:
        """Show what `pages` reads; it must answer at once."""
        here = self.current_row
        self._pages = pages
        self._rows.clear()
        self._read_page(self.cursor // PAGE_SIZE * PAGE_SIZE)
        self._rows_changed(here)

    def put_page(self, offset: int, rows: Sequence[ListRow], total: int, *, replace: bool = False) -> None:
        """A page that was `Wanted` (or, `anew`, one that replaces all that was read before)."""
        here = self.current_row
        if replace:
            self._rows.clear()
        self._pages = None
        self.total = total
        self._requested_offsets.discard(offset)
        self._rows.update({offset + at: row for at, row in enumerate(rows)})
        self._rows_changed(here, None if replace else range(offset, offset + len(rows)))

    def _rows_changed(self, here: ListRow | None, news: range | None = None) -> None:
        before = self.cursor, self._lead_cells, self._natural_widths, self.virtual_size.height
        self._restore_cursor(here)
        self._lead_cells = 4 if any(row.ticked is not None for row in self._rows.values()) else 2
        self._natural_widths = natural_widths(self.columns, self._rows.values())
        self._widths_of_list = (-1, [])
        self.virtual_size = Size(0, self.total + self._has_titles)
        self._scroll_to_cursor()
        if news and before == (self.cursor, self._lead_cells, self._natural_widths, self.virtual_size.height):
            self.refresh_lines(news.start + self._has_titles, len(news))  # out of sight nothing is painted
        else:
            self.refresh()

    @property
    def current_row(self) -> ListRow | None:
        """The row under the cursor."""
        return None if self._is_heading(self.cursor) else self._row_at(self.cursor)

    def move_to(self, key: str) -> None:
        """Put the cursor on a row that has been read."""
        self._move_cursor(next((at for at, row in self._rows.items() if row.key == key), self.cursor), 1)

    def action_move(self, by: int) -> None:
        self._move_cursor(self.cursor + by, by)

    def action_page(self, by: int) -> None:
        self._move_cursor(self.cursor + by * max(1, self.size.height - 1 - self._has_titles), by)

    def action_edge(self, last: int) -> None:
        self._move_cursor((self.total - 1) * last, 1 - 2 * last)

    def action_open(self) -> None:
        if self.current_row is not None:
            self.post_message(self.Opened(self, self.current_row))

    def action_tick(self) -> None:
        if self.current_row is not None:
            self.post_message(self.Ticked(self, self.current_row))

    def on_click(self, event: events.Click) -> None:
        at = event.y - self._has_titles + self.scroll_offset.y
        if event.y >= self._has_titles and 0 <= at < self.total:
            if at == self.cursor:
                self.action_open()
            self._move_cursor(at, 1)

    def on_resize(self) -> None:
        self._scroll_to_cursor()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        given = self._column_widths(width)
        if self._has_titles and y == 0:
            titles = cell_spans([column.title() for column in self.columns], self.columns, given)
            return self.paint_line([(" " * self._lead_cells, ""), *titles], width, self._row_style("titles"))
        at = y - self._has_titles + self.scroll_offset.y
        row = self._row_at(at)
        if row is None:
            words = self._empty() if self.total == 0 and at == 0 else ""
            return self.paint_line([(" " + words, "dim")], width)
        if row.heading:
            return self.paint_line([(fit(row.cells[0], width), "title")], width)
        here = at == self.cursor
        line = row_line(row, self.columns, given, lead=self._lead_cells, highlighted=here and self.has_focus)
        return self.paint_line(line, width, self._row_style("cursor") if here else None)

    def _column_widths(self, width: int) -> list[int]:
        if self._widths_of_list[0] != width:
            self._widths_of_list = (width, column_widths(self.columns, width - self._lead_cells, self._natural_widths))
        return self._widths_of_list[1]

    def _row_style(self, name: str) -> Style:
        return self.base_style + self._text_style(name)

    def _move_cursor(self, at: int, way: int) -> None:
        """The cursor on row `at`, or the next in its way that is no heading."""
        landed = at = max(0, min(self.total - 1, at))
        step = 1 if way >= 0 else -1
        while 0 <= landed < self.total and self._is_heading(landed):
            landed += step
        if not 0 <= landed < self.total:
            landed = self.cursor
        if landed != self.cursor and self.total:
            old, self.cursor = self.cursor, landed
            if not self._scroll_to_cursor():
                for at in (old, landed):
                    self.refresh_lines(at + self._has_titles)
            self._row_at(max(0, min(self.total - 1, landed + step * PAGE_SIZE // 2)))  # is read before it is needed
            if self.current_row is not None:
                self.post_message(self.Moved(self, self.current_row))
        elif at == 0 and way < 0:
            self.scroll_to(y=0, animate=False)

    def _is_heading(self, at: int) -> bool:
        return (row := self._row_at(at)) is not None and row.heading

    def _scroll_to_cursor(self) -> bool:
        """Scroll so that the cursor is seen; True if that repainted everything."""
        top, height = self.scroll_offset.y, self.size.height - self._has_titles
        if height < 1:  # not laid out yet; `on_resize` comes
            return False
        wanted = min(max(top, self.cursor - height + 1), self.cursor)
        if 0 < wanted == self.cursor and self._is_heading(wanted - 1):
            wanted -= height > 1  # what the row belongs to is seen with it
        if wanted == top:
            return False
        self.scroll_to(y=wanted, animate=False)
        return True

    def _row_at(self, at: int) -> ListRow | None:
        if at not in self._rows and 0 <= at < self.total:
            self._read_page(at // PAGE_SIZE * PAGE_SIZE)
        return self._rows.get(at)

    def _read_page(self, offset: int) -> None:
        if self._pages is None:
            if offset not in self._requested_offsets:
                self._requested_offsets.add(offset)
                self.post_message(self.PageRequested(self, offset))
            return
        rows, self.total = self._pages(offset, PAGE_SIZE)
        if len(self._rows) > 20 * PAGE_SIZE:
            self._rows.clear()
        self._rows.update({offset + at: row for at, row in enumerate(rows)})

    def _restore_cursor(self, here: ListRow | None) -> None:
        keys = {row.key: at for at, row in self._rows.items() if not row.heading}
        if here is not None and here.key in keys:
            self.cursor = keys[here.key]
        else:
            self.cursor = max(0, min(self.cursor, self.total - 1))
            below = (at for at in range(self.cursor, self.total) if not self._is_heading(at))
            self.cursor = next(below, self.cursor)
