"""A screen with one long list, whose filter `benchmarks.filter` measures."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from textual.widget import Widget

from clerk_app.locales import set_language
from screens.app import ClerkApp
from screens.role_screen import RoleScreen
from screens.widgets.columns import Column, ListRow
from screens.widgets.row_list import RowList

MARKER = "Ticket"  # title of the first column
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
_MATTERS = ("birth registration", "moving house", "企业开办", "business licence", "不动产登记", "hiring staff")


def sample_rows(count: int) -> list[ListRow]:
    """Return `count` rows with texts of both scripts."""
    return [
        ListRow(
            str(number),
            (
                f"{'ABC'[number % 3]}{number:06d}",
                f"{_SURNAMES[number % 20]}{_SURNAMES[number // 20 % 20]}",
                _MATTERS[number % 6],
                f"{number % 97} min",
            ),
        )
        for number in range(count)
    ]


class ListScreen(RoleScreen):
    """A list of sample rows."""

    def body(self) -> Iterable[Widget]:
        columns = [
            Column(lambda: MARKER, 9),
            Column(lambda: "Name", 10),
            Column(lambda: "Matter", 20, grow=1),
            Column(lambda: "Waited", 8, align_right=True),
        ]
        yield RowList(columns)

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.show_rows(sample_rows(int(sys.argv[1])))
        self.set_focus(rows)


class ListApp(ClerkApp):
    """Shows a `ListScreen`."""

    def on_mount(self) -> None:
        self.push_screen(ListScreen())


if __name__ == "__main__":
    set_language("en")
    ListApp().run()
