"""A preview of the row under the cursor of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from screens.widgets.columns import ListRow
from screens.widgets.cursor_reader import CursorReader
from screens.widgets.paint import Line
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText

PreviewLines = Callable[[int], Iterable[Line]]
"""Takes a width in cells; returns the lines of the preview."""


class Preview(ScrollingText):
    """Shows what `read` returns for the row under the cursor, once the cursor has rested.

    `read` is a service call: it runs in the service thread, gets the row, and returns the lines for a width. Moving the
    cursor paints nothing here, so it is not slowed down. A hidden preview is read when it is shown.
    """

    DEFAULT_CSS = "Preview { height: 1fr; }"

    def __init__(
        self,
        rows: RowList,
        read: Callable[[ListRow], PreviewLines],
        *,
        empty: Callable[[], str] = str,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(self._shown_lines, id=id, classes=classes)
        self._followed, self._empty = rows, empty
        self._reader = CursorReader(self, self._current_row, read, self._show)
        self._key: str | None = None  # of the row that is shown
        self._lines_of_row: PreviewLines | None = None

    def on_mount(self) -> None:
        self._followed.cursor_watchers.append(self._follow)
        self._reader.follow()

    def on_unmount(self) -> None:
        self._followed.cursor_watchers.remove(self._follow)
        self._reader.stop()

    def on_show(self) -> None:
        self._reader.follow()

    def read_again(self) -> None:
        """Read the preview of the same row again, because its subject has changed."""
        self._reader.read_again()

    def _current_row(self) -> ListRow | None:
        return self._followed.current_row if self.display else None

    def _follow(self, _row: ListRow | None) -> None:
        self._reader.follow()

    def _show(self, row: ListRow | None, lines: PreviewLines | None) -> None:
        key = row.key if row is not None else None
        self._lines_of_row = lines
        if key != self._key:
            self._key = key
            self.scroll_to(y=0, animate=False)
        self.reload()

    def _shown_lines(self, width: int) -> Iterable[Line]:
        if self._lines_of_row is not None:
            return self._lines_of_row(width)
        return [[(self._empty(), "dim")]]
