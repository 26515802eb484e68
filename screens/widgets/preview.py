"""A preview of the row under the cursor of a list."""

from __future__ import annotations

from asyncio import TimerHandle, get_running_loop
from collections.abc import Callable, Iterable

from screens.host import host_of
from screens.widgets.columns import ListRow
from screens.widgets.paint import Line
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText

REST_SECONDS = 0.12  # how long the cursor must rest before a preview is read

PreviewLines = Callable[[int], Iterable[Line]]
"""Takes a width in cells; returns the lines of the preview."""


class Preview(ScrollingText):
    """Shows what `read` returns for the row under the cursor, once the cursor has rested for REST_SECONDS.

    `read` is a service call: it runs in the service thread, gets the row, and returns the lines for a width. The result
    for a row that is not current any more is dropped. Moving the cursor paints nothing here, so it is not slowed down.
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
        self._followed, self._read, self._empty = rows, read, empty
        self._row: ListRow | None = None  # the row that is shown or being read
        self._lines_of_row: PreviewLines | None = None
        self._timer: TimerHandle | None = None

    def on_mount(self) -> None:
        self._followed.cursor_watchers.append(self._follow)
        self._follow(self._followed.current_row)

    def on_unmount(self) -> None:
        self._followed.cursor_watchers.remove(self._follow)
        self._stop_timer()

    def read_again(self) -> None:
        """Read the preview of the same row again, because its subject has changed."""
        self._row = None
        self._follow(self._followed.current_row)

    def _follow(self, row: ListRow | None) -> None:
        if row != self._row:
            self._stop_timer()
            self._timer = get_running_loop().call_later(REST_SECONDS, self._read_row)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _read_row(self) -> None:
        """Read the preview, if the widget is visible; a hidden one is read when it is shown."""
        row = self._followed.current_row
        if not self.is_attached or not self.display or row == self._row:
            return
        is_other = row is None or self._row is None or row.key != self._row.key
        self._row = row
        if row is None:
            self._show(None, is_other=True)
            return
        host_of(self).fetch(
            lambda: self._read(row),
            lambda lines: self._show_for(row, lines, is_other=is_other),
            group=f"preview {self.id}",
        )

    def _show_for(self, row: ListRow, lines: PreviewLines, *, is_other: bool) -> None:
        if row == self._row:
            self._show(lines, is_other=is_other)

    def _show(self, lines: PreviewLines | None, *, is_other: bool) -> None:
        self._lines_of_row = lines
        if is_other:
            self.scroll_to(y=0, animate=False)
        self.reload()

    def on_show(self) -> None:
        self._follow(self._followed.current_row)

    def _shown_lines(self, width: int) -> Iterable[Line]:
        if self._lines_of_row is not None:
            return self._lines_of_row(width)
        return [[(self._empty(), "dim")]]
