"""What a list is made of: columns that adapt to the width, and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

from clerk_app.views import Level
from screens.widgets.paint import Line, Span, fit, level_style, level_symbol

PAGE_SIZE = 200  # rows read at a time
MIN_CELLS = 8  # cells that a growing column keeps when another one is not to be cut


@dataclass(frozen=True)
class Column:
    """A column: `width` cells at least; `grow` shares of what is left over; `need` 0 may be left out when narrow.

    A `whole` one (an age, a state) is not cut as long as a growing one has cells to give.
    """

    title: Callable[[], str]
    width: int
    grow: int = 0
    priority: int = 1
    align_right: bool = False
    keep_whole: bool = False


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
    full_width: bool = False
    dim: bool = False
    styles: tuple[str, ...] = field(default=())  # a role for each cell, empty for the row's own


PageReader = Callable[[int, int], tuple[Sequence[ListRow], int]]
"""`pages(offset, limit)` gives some rows and how many there are in all."""


def natural_widths(columns: Sequence[Column], rows: Iterable[ListRow]) -> list[int]:
    """Cells that the longest text of each `whole` column needs, 0 for the others."""
    told = [row.cells for row in rows if not (row.heading or row.full_width)]
    return [
        max([cell_len(column.title()), *(cell_len(cells[at]) for cells in told if at < len(cells))])
        if column.keep_whole
        else 0
        for at, column in enumerate(columns)
    ]


def column_widths(columns: Sequence[Column], total: int, natural: Sequence[int] = ()) -> list[int]:
    """A width for each column, 0 for one left out: optional ones go when it is narrow, growing ones share the rest.

    `wanted` is what `natural` found: whole columns get it before growing ones get more than LEAST.
    """
    shown = list(range(len(columns)))
    while shown and sum(columns[at].width + 1 for at in shown) > total:
        least = min(shown, key=lambda at: (columns[at].priority, -at))
        if columns[least].priority:
            break
        shown.remove(least)
    given = [0] * len(columns)
    for at in shown:
        gives = columns[at].grow and not columns[at].keep_whole
        given[at] = min(columns[at].width, MIN_CELLS) if gives else columns[at].width
    over = max(0, total - sum(given[at] + 1 for at in shown))
    for lacks in (natural, [column.width for column in columns]):
        for at in shown if lacks else ():
            more = min(over, max(0, lacks[at] - given[at]))
            given[at] += more
            over -= more
    shares = sum(columns[at].grow for at in shown)
    return [width + (over * columns[at].grow // shares if shares and width else 0) for at, width in enumerate(given)]


def row_line(row: ListRow, columns: Sequence[Column], widths: Sequence[int], *, lead: int, highlighted: bool) -> Line:
    """A row as painted: its mark or tick in `lead` cells, then its texts; `lit` has the cursor's colours alone."""
    role = "" if highlighted else ("dim" if row.dim else level_style(row.level))
    mark = level_symbol(row.level) if row.ticked is None else ("[x]" if row.ticked else "[ ]")
    if row.full_width:
        return [(fit(mark, lead), role), (fit(row.cells[0], sum(widths) + len(widths)).rstrip(), role)]
    roles = ["" if highlighted else each for each in row.styles] or [role] * len(widths)
    return [(fit(mark, lead), role), *cell_spans(row.cells, columns, widths, roles)]


def cell_spans(
    texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int], styles: Sequence[str] = ()
) -> list[Span]:
    """Texts in their columns, each cut or padded, with a cell after it."""
    parts: list[Span] = []
    for at, width in enumerate(widths):
        if width:
            text = texts[at] if at < len(texts) else ""
            if columns[at].align_right:
                text = " " * max(0, width - cell_len(text)) + text
            parts.append((fit(text, width) + " ", styles[at] if at < len(styles) else ""))
    return parts
