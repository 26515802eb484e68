"""A dialog with a list that may have more rows than its window shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from clerk_app.locales import _, mark
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line
from screens.widgets.row_list import RowList

T = TypeVar("T")


class ListDialog(Dialog[T], Generic[T]):
    """A dialog with a list; the lower edge of its frame states how many rows follow the visible ones.

    The limit of the list is set in lines: in a frame of automatic height, Textual leaves room for what lies beyond a
    limit in parts of the screen.
    """

    LIST_SHARE: ClassVar[int] = 60  # percent of the lines of the screen
    REST: ClassVar[str] = mark("{count} more")  # rows that follow, in the edge

    def on_mount(self) -> None:
        super().on_mount()
        self._limit_list()
        rows = self.query_one(RowList)
        for name in ("scroll_y", "virtual_size"):
            self.watch(rows, name, self._show_rest, init=False)

    def on_resize(self) -> None:
        self._limit_list()
        self._show_rest()

    def on_row_list_resized(self) -> None:
        self._show_rest()

    def _limit_list(self) -> None:
        for rows in self.query(RowList):
            rows.styles.max_height = self.app.size.height * self.LIST_SHARE // 100

    def _show_rest(self) -> None:
        self.call_after_refresh(self._renew_frame)

    def _renew_frame(self) -> None:
        if not self.answer.done():  # else the dialog is being removed, possibly with its list gone already
            self.show_frame()

    def footer_lines(self) -> Iterable[Line]:
        rows = self.query_one(RowList)
        rest = rows.total - round(rows.scroll_y) - rows.row_lines if rows.row_lines > 0 else 0  # 0: not laid out
        more: Line = [("   ↓ ", "cap"), (_(self.REST).format(count=rest), "warn")] if rest > 0 else []
        return [[*line, *more] for line in super().footer_lines()]
