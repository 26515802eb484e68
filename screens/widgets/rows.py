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

from screens.widgets.columns import PAGE, Column, ListRow, Pages, cells_line, natural, row_line, widths
from screens.widgets.paint import PAINT_CSS, ROLES, Painter, fit

__all__ = ["PAGE", "Column", "ListRow", "Pages", "RowList"]


class RowList(Painter, ScrollView, can_focus=True):
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
    COMPONENT_CLASSES = {*ROLES, "cursor", "titles"}
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
    class Wanted(Message):
        """Rows from `offset` on came into view and nobody has read them: fetch PAGE rows and `put_page` them."""

        rows: RowList
        offset: int

    def __init__(self, columns: Sequence[Column], *, id: str | None = None, empty: Callable[[], str] = str) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.cursor = 0
        self.total = 0
        self._empty = empty
        self._pages: Pages | None = None
        self._rows: dict[int, ListRow] = {}
        self._asked: set[int] = set()
        self._titled = any(column.title() for column in columns)
        self._lead = 2  # cells before the first column: a mark, or a tick
        self._wanted: list[int] = []
        self._given: tuple[int, list[int]] = (-1, [])  # the widths of the columns in a list that is so wide

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """Show these rows; the cursor stays on the row with its key."""
        kept = tuple(rows)
        self.show_pages(lambda offset, limit: (kept[offset : offset + limit], len(kept)))

    def show_pages(self, pages: Pages) -> None:
        """Show what `pages` reads; it must answer at once."""
        here = self.row
        self._pages = pages
        self._rows.clear()
        self._read(self.cursor // PAGE * PAGE)
        self._shown(here)

    def put_page(self, offset: int, rows: Sequence[ListRow], total: int, *, anew: bool = False) -> None:
        """A page that was `Wanted` (or, `anew`, one that replaces all that was read before)."""
        here = self.row
        if anew:
            self._rows.clear()
        self._pages = None
        self.total = total
        self._asked.discard(offset)
        self._rows.update({offset + at: row for at, row in enumerate(rows)})
        self._shown(here, None if anew else range(offset, offset + len(rows)))

    def _shown(self, here: ListRow | None, news: range | None = None) -> None:
        before = self.cursor, self._lead, self._wanted, self.virtual_size.height
        self._keep_cursor(here)
        self._lead = 4 if any(row.ticked is not None for row in self._rows.values()) else 2
        self._wanted = natural(self.columns, self._rows.values())
        self._given = (-1, [])
        self.virtual_size = Size(0, self.total + self._titled)
        self._into_view()
        if news and before == (self.cursor, self._lead, self._wanted, self.virtual_size.height):
            self.refresh_lines(news.start + self._titled, len(news))  # out of sight nothing is painted
        else:
            self.refresh()

    @property
    def row(self) -> ListRow | None:
        """The row under the cursor."""
        return None if self._heading(self.cursor) else self._row_at(self.cursor)

    def go_to(self, key: str) -> None:
        """Put the cursor on a row that has been read."""
        self._put(next((at for at, row in self._rows.items() if row.key == key), self.cursor), 1)

    def action_move(self, by: int) -> None:
        self._put(self.cursor + by, by)

    def action_page(self, by: int) -> None:
        self._put(self.cursor + by * max(1, self.size.height - 1 - self._titled), by)

    def action_edge(self, last: int) -> None:
        self._put((self.total - 1) * last, 1 - 2 * last)

    def action_open(self) -> None:
        if self.row is not None:
            self.post_message(self.Opened(self, self.row))

    def action_tick(self) -> None:
        if self.row is not None:
            self.post_message(self.Ticked(self, self.row))

    def on_click(self, event: events.Click) -> None:
        at = event.y - self._titled + self.scroll_offset.y
        if event.y >= self._titled and 0 <= at < self.total:
            if at == self.cursor:
                self.action_open()
            self._put(at, 1)

    def on_resize(self) -> None:
        self._into_view()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        given = self._widths(width)
        if self._titled and y == 0:
            titles = cells_line([column.title() for column in self.columns], self.columns, given)
            return self.paint([(" " * self._lead, ""), *titles], width, self._style("titles"))
        at = y - self._titled + self.scroll_offset.y
        row = self._row_at(at)
        if row is None:
            words = self._empty() if self.total == 0 and at == 0 else ""
            return self.paint([(" " + words, "dim")], width)
        if row.heading:
            return self.paint([(fit(row.cells[0], width), "title")], width)
        here = at == self.cursor
        line = row_line(row, self.columns, given, lead=self._lead, lit=here and self.has_focus)
        return self.paint(line, width, self._style("cursor") if here else None)

    def _widths(self, width: int) -> list[int]:
        if self._given[0] != width:
            self._given = (width, widths(self.columns, width - self._lead, self._wanted))
        return self._given[1]

    def _style(self, name: str) -> Style:
        return self.ground + self._tone(name)

    def _put(self, at: int, way: int) -> None:
        """The cursor on row `at`, or the next in its way that is no heading."""
        landed = at = max(0, min(self.total - 1, at))
        step = 1 if way >= 0 else -1
        while 0 <= landed < self.total and self._heading(landed):
            landed += step
        if not 0 <= landed < self.total:
            landed = self.cursor
        if landed != self.cursor and self.total:
            old, self.cursor = self.cursor, landed
            if not self._into_view():
                for at in (old, landed):
                    self.refresh_lines(at + self._titled)
            self._row_at(max(0, min(self.total - 1, landed + step * PAGE // 2)))  # is read before it is needed
            if self.row is not None:
                self.post_message(self.Moved(self, self.row))
        elif at == 0 and way < 0:
            self.scroll_to(y=0, animate=False)

    def _heading(self, at: int) -> bool:
        return (row := self._row_at(at)) is not None and row.heading

    def _into_view(self) -> bool:
        """Scroll so that the cursor is seen; True if that repainted everything."""
        top, height = self.scroll_offset.y, self.size.height - self._titled
        if height < 1:  # not laid out yet; `on_resize` comes
            return False
        wanted = min(max(top, self.cursor - height + 1), self.cursor)
        if 0 < wanted == self.cursor and self._heading(wanted - 1):
            wanted -= height > 1  # what the row belongs to is seen with it
        if wanted == top:
            return False
        self.scroll_to(y=wanted, animate=False)
        return True

    def _row_at(self, at: int) -> ListRow | None:
        if at not in self._rows and 0 <= at < self.total:
            self._read(at // PAGE * PAGE)
        return self._rows.get(at)

    def _read(self, offset: int) -> None:
        if self._pages is None:
            if offset not in self._asked:
                self._asked.add(offset)
                self.post_message(self.Wanted(self, offset))
            return
        rows, self.total = self._pages(offset, PAGE)
        if len(self._rows) > 20 * PAGE:
            self._rows.clear()
        self._rows.update({offset + at: row for at, row in enumerate(rows)})

    def _keep_cursor(self, here: ListRow | None) -> None:
        keys = {row.key: at for at, row in self._rows.items() if not row.heading}
        if here is not None and here.key in keys:
            self.cursor = keys[here.key]
        else:
            self.cursor = max(0, min(self.cursor, self.total - 1))
            below = (at for at in range(self.cursor, self.total) if not self._heading(at))
            self.cursor = next(below, self.cursor)
