"""What a list is made of: columns that adapt to the width, and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from clerk_app.desk import Level

PAGE = 200  # rows read at a time


@dataclass(frozen=True)
class Column:
    """A column: `width` cells at least; `grow` shares of what is left over; `need` 0 may be left out when narrow."""

    title: Callable[[], str]
    width: int
    grow: int = 0
    need: int = 1
    right: bool = False


@dataclass(frozen=True)
class ListRow:
    """A row: its key (kept under the cursor over a refresh), a text for each column, and how it is meant.

    A `heading` is painted across and the cursor passes over it; a row that is `across` has one text and no columns.
    """

    key: str
    cells: tuple[str, ...]
    level: Level = "plain"
    ticked: bool | None = None
    heading: bool = False
    across: bool = False
    dim: bool = False
    roles: tuple[str, ...] = field(default=())  # a role for each cell, empty for the row's own


Pages = Callable[[int, int], tuple[Sequence[ListRow], int]]
"""`pages(offset, limit)` gives some rows and how many there are in all."""


def widths(columns: Sequence[Column], room: int) -> list[int]:
    """A width for each column, 0 for one left out: optional ones go when it is narrow, growing ones share the rest."""
    shown = list(range(len(columns)))
    while shown and sum(columns[at].width + 1 for at in shown) > room:
        least = min(shown, key=lambda at: (columns[at].need, -at))
        if columns[least].need:
            break
        shown.remove(least)
    over = max(0, room - sum(columns[at].width + 1 for at in shown))
    shares = sum(columns[at].grow for at in shown)
    given = [0] * len(columns)
    for at in shown:
        given[at] = columns[at].width + (over * columns[at].grow // shares if shares else 0)
    return given
