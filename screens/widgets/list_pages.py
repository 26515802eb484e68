"""The rows of a list: read page by page, filtered and sorted.

Rows in memory (`show_rows`) are filtered by the list itself, in a thread if there are many. Rows that a service reads
(`put_page`) are filtered by the service: `PageRequested` has the query, and a page for an older query is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from textual.scroll_view import ScrollView

from clerk_app.views.lists import ListQuery
from screens.widgets.columns import PAGE_SIZE, Column, ListRow, PageReader, wrap_rows
from screens.widgets.list_filter import ListRows, StaleCheck

NO_QUERY = ListQuery()
SMALL_LIST = 2000  # rows that are filtered at once, without a thread
QUERY_DELAY = 0.01  # seconds after the paint of a key until a thread or a service filters


class PagedRows(ScrollView):
    """Base of `RowList` with its rows, without keys and painting."""

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.cursor = self.total = 0
        self.list_query = NO_QUERY
        self.shown_total = self.unfiltered_total = 0  # without headings
        self._memory: ListRows | None = None  # the rows of `show_rows`
        self._arranged: Sequence[ListRow] = ()  # those that the query asks for, full-width rows unwrapped
        self._pages: PageReader | None = None
        self._rows: dict[int, ListRow] = {}
        self._rows_query = NO_QUERY  # the query of `_rows`
        self._requested_offsets: set[int] = set()
        self._stale_check = StaleCheck()
        self._query_timer: asyncio.TimerHandle | None = None
        self._query_number = 0

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """Show these rows, full-width ones wrapped; the cursor stays on the row with the same key."""
        self._memory = ListRows(rows, self.columns)
        self.unfiltered_total = self._memory.count if len(rows) <= SMALL_LIST else len(rows)
        self._arrange()

    def put_page(
        self,
        offset: int,
        rows: Sequence[ListRow],
        total: int,
        *,
        replace: bool = False,
        query: ListQuery = NO_QUERY,
    ) -> None:
        """Add a requested page; with `replace`, or the first page of another query, discard all others before.

        A page for another query than the present one is dropped.
        """
        if query != self.list_query:
            return
        old_row, is_new = self.current_row, query != self._rows_query
        if replace or is_new:
            self._rows.clear()
        self._pages, self._memory, self._rows_query = None, None, query
        self.total = self.shown_total = total
        if not query.text:
            self.unfiltered_total = total
        self._requested_offsets.discard(offset)
        self._rows.update({offset + index: row for index, row in enumerate(rows)})
        self.rows_changed(old_row, None if replace or is_new else range(offset, offset + len(rows)))

    def change_query(self, query: ListQuery) -> None:
        """Filter and sort by `query`; the rows of the query before stay until those of the new one are there."""
        if query == self.list_query:
            return
        self.list_query = query
        self._stale_check.stale = True
        if self._memory is not None:
            self._arrange()
        else:
            self._requested_offsets.clear()
            self.cursor = 0
            self._start_later(lambda: self._request_page(0))

    @property
    def is_service_read(self) -> bool:
        """Whether a service reads the rows page by page."""
        return self._memory is None and self._pages is None

    @property
    def current_row(self) -> ListRow | None:
        """The row under the cursor, or None."""
        return self._rows.get(self.cursor)

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """The keys of the rows that the filter leaves, as far as they were read; without headings."""
        rows = self._arranged if self._memory is not None else self._rows.values()
        return tuple(row.key for row in rows if not (row.heading or row.full_width))

    def rows_changed(self, old_row: ListRow | None, new_rows: range | None = None) -> None:
        """Adapt cursor and painting to changed rows; `new_rows` are the only ones, if given."""

    def rewrap(self) -> None:
        """Wrap full-width rows to the present width."""
        if self._memory is not None and not self._memory.is_flat:
            self._show_arranged(self._arranged)

    def count_lines(self, width: int) -> int:
        """Return the lines of the rows in a list of `width` cells, before a layout has given it this width."""
        return len(wrap_rows(self._arranged, self.columns, width - self.styles.scrollbar_size_vertical))

    def prepare_filter(self) -> None:
        """Fold the texts of many rows in a thread, before the first character of a filter is typed."""
        if self._memory is not None and len(self._memory.rows) > SMALL_LIST:
            self.run_worker(asyncio.to_thread(self._memory.prepare, self._stale_check), group="query")

    def _start_later(self, start: Callable[[], object]) -> None:
        """Call `start` when the key is painted and QUERY_DELAY has passed, unless another query comes before."""
        self._query_number += 1
        self.call_after_refresh(self._start_timer, self._query_number, start)

    def _start_timer(self, number: int, start: Callable[[], object]) -> None:
        if number == self._query_number:
            if self._query_timer is not None:
                self._query_timer.cancel()
            self._query_timer = asyncio.get_running_loop().call_later(QUERY_DELAY, self._start_query, number, start)

    def _start_query(self, number: int, start: Callable[[], object]) -> None:
        if number == self._query_number and self.is_attached:
            start()

    def _arrange(self) -> None:
        memory = self._memory
        if memory is None:
            return
        self._stale_check.stale = True
        self._stale_check = StaleCheck()
        if len(memory.rows) > SMALL_LIST and self.list_query != NO_QUERY:
            query, check = self.list_query, self._stale_check
            self._start_later(lambda: self.run_worker(self._arrange_in_thread(memory, query, check), group="query"))
        else:
            self._show_arranged(memory.arrange(self.list_query) or ())

    async def _arrange_in_thread(self, memory: ListRows, query: ListQuery, check: StaleCheck) -> None:
        rows = await asyncio.to_thread(memory.arrange, query, check)
        if rows is not None and not check.stale:
            self._show_arranged(rows)

    def _show_arranged(self, rows: Sequence[ListRow]) -> None:
        self._arranged = rows
        self.shown_total = ListRows(rows, self.columns).count if len(rows) <= SMALL_LIST else len(rows)
        fixed = rows
        if self._memory is None or not self._memory.is_flat:
            fixed = wrap_rows(rows, self.columns, self.size.width - self.styles.scrollbar_size_vertical)
        old_row = self.current_row
        if self._rows_query != self.list_query:
            self._rows_query = self.list_query
            old_key = old_row.key if old_row is not None and len(fixed) <= SMALL_LIST else None
            self.cursor = next((index for index, row in enumerate(fixed) if row.key == old_key), 0)
        self._show_pages(lambda offset, limit: (fixed[offset : offset + limit], len(fixed)), old_row)

    def _show_pages(self, pages: PageReader, old_row: ListRow | None) -> None:
        self._pages = pages
        self._rows.clear()
        self._read_page(self.cursor // PAGE_SIZE * PAGE_SIZE)
        self.rows_changed(old_row)

    def row_at(self, index: int) -> ListRow | None:
        """Return a row; None if it has not been read, which is requested then."""
        if index not in self._rows and 0 <= index < self.total:
            self._read_page(index // PAGE_SIZE * PAGE_SIZE)
        return self._rows.get(index)

    def _read_page(self, offset: int) -> None:
        if self._pages is None:
            self._request_page(offset)
            return
        rows, self.total = self._pages(offset, PAGE_SIZE)
        if len(self._rows) > 20 * PAGE_SIZE:
            self._rows.clear()
        self._rows.update({offset + index: row for index, row in enumerate(rows)})

    def _request_page(self, offset: int) -> None:
        if offset not in self._requested_offsets:
            self._requested_offsets.add(offset)
            self.request_page(offset)

    def request_page(self, offset: int) -> None:
        """Ask the screen to read a page."""
        raise NotImplementedError
