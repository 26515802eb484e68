"""Columns of a list, whose widths adapt to the screen, and rows of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rich.cells import cell_len

from screens.widgets.paint import Line, Span, fit, level_style, level_symbol, wrap

if TYPE_CHECKING:
    from clerk_app.views.shared import Level

LIST_CSS = """
    height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1;
    & > .titles { color: $dim; text-style: underline; }
    & > .cursor { background: $field; }
    &:focus > .cursor { background: $lit; color: $on-lit; text-style: bold; }
    &:nocolor > .cursor { text-style: underline; }
    &:focus:nocolor > .cursor { background: $page; color: $ink; text-style: bold reverse; }
"""
PAGE_SIZE = 200  # rows read at a time
MIN_CELLS = 8  # a growing column gives cells to `keep_whole` columns down to this width


@dataclass(frozen=True)
class Column:
    """A column of at least `width` cells, which gets `grow` shares of the free cells.

    A column of `priority` 0 is left out of a narrow list. A `keep_whole` column (an age, a state) takes cells from
    growing columns before it is cut, as long as these stay at least MIN_CELLS wide. `name` is the name by which a
    service sorts; a list that a service reads page by page is sorted by columns with a name only.
    """

    title: Callable[[], str]
    width: int
    grow: int = 0
    priority: int = 1
    align_right: bool = False
    keep_whole: bool = False
    name: str = ""


@dataclass(frozen=True)
class ListRow:
    """A row: its key (by which the cursor finds it after a refresh), a text for each column, and its level.

    A `heading` spans all columns and the cursor skips it; a `full_width` row has one text that spans all columns, and
    continues in further rows.
    """

    key: str
    cells: tuple[str, ...]
    level: Level = "plain"
    ticked: bool | None = None
    heading: bool = False
    full_width: bool = False
    continues: bool = False  # a further line of the full-width row before it
    dim: bool = False
    styles: tuple[str, ...] = field(default=())  # a style for each cell; empty: the style of the row
    match: tuple[int, int, int] | None = None  # column, start and end of the text that matches a search
    sort_keys: tuple[SortValue, ...] = ()  # what each column is sorted by instead of its text; None: last


SortValue = float | str | None  # all values of one column have the same type

PageReader = Callable[[int, int], tuple[Sequence[ListRow], int]]
"""Takes offset and limit; returns the rows of that page and the total number of rows."""


def natural_widths(columns: Sequence[Column], rows: Iterable[ListRow]) -> list[int]:
    """Return the width of the longest text of each `keep_whole` column, 0 for the others."""
    row_cells = [row.cells for row in rows if not (row.heading or row.full_width)]
    return [
        max([cell_len(column.title()), *(cell_len(cells[index]) for cells in row_cells if index < len(cells))])
        if column.keep_whole
        else 0
        for index, column in enumerate(columns)
    ]


def column_widths(columns: Sequence[Column], total: int, natural: Sequence[int] = ()) -> list[int]:
    """Return a width for each column within `total` cells; 0 for a column that is left out.

    `natural` is the result of `natural_widths`. `keep_whole` columns get these widths before any growing column gets
    more than MIN_CELLS; growing columns share the cells that are left.
    """
    shown = list(range(len(columns)))
    while shown and sum(columns[index].width + 1 for index in shown) > total:
        lowest = min(shown, key=lambda index: (columns[index].priority, -index))
        if columns[lowest].priority:
            break
        shown.remove(lowest)
    widths = [0] * len(columns)
    for index in shown:
        can_shrink = columns[index].grow and not columns[index].keep_whole
        widths[index] = min(columns[index].width, MIN_CELLS) if can_shrink else columns[index].width
    free = max(0, total - sum(widths[index] + 1 for index in shown))
    for targets in (natural, [column.width for column in columns]):
        for index in shown if targets else ():
            added = min(free, max(0, targets[index] - widths[index]))
            widths[index] += added
            free -= added
    shares = sum(columns[index].grow for index in shown)
    return [
        width + (free * columns[index].grow // shares if shares and width else 0) for index, width in enumerate(widths)
    ]


def wrap_full_width(row: ListRow, width: int) -> list[ListRow]:
    """Return a full-width row as rows of at most `width` cells with the same indentation; another row unchanged."""
    if not row.full_width or row.heading or width < MIN_CELLS or cell_len(row.cells[0]) <= width:
        return [row]
    text = row.cells[0].lstrip(" ")
    indent = " " * (len(row.cells[0]) - len(text))
    first, *more = wrap(text, width - len(indent))
    further = [
        replace(row, key=f"{row.key}:{number}", cells=(indent + line,), continues=True)
        for number, line in enumerate(more, 1)
    ]
    return [replace(row, cells=(indent + first,)), *further]


def lead_cells(rows: Iterable[ListRow]) -> int:
    """Return the cells before the first column: for a symbol, or for ticks."""
    return 4 if any(row.ticked is not None for row in rows) else 2


def wrap_rows(rows: Sequence[ListRow], columns: Sequence[Column], width: int) -> tuple[ListRow, ...]:
    """Return the rows of a list of `width` cells, with full-width rows wrapped; unchanged before it has a width."""
    if width <= 0 or not any(row.full_width for row in rows):
        return tuple(rows)
    cells = full_cells(column_widths(columns, width - lead_cells(rows), natural_widths(columns, rows)))
    return tuple(line for row in rows for line in wrap_full_width(row, cells))


def row_line(
    row: ListRow,
    columns: Sequence[Column],
    widths: Sequence[int],
    lead: int,
    *,
    highlighted: bool,
    marked: bool | None = None,
) -> Line:
    """Return a row as a line: symbol, tick or mark in `lead` cells, then its texts. A `highlighted` row has no styles.

    `marked` is None if no row of the list is marked.
    """
    row_style = "" if highlighted else ("dim" if row.dim else level_style(row.level))
    symbol = level_symbol(row.level) if row.ticked is None else ("[x]" if row.ticked else "[ ]")
    if marked is not None:
        symbol = f"{'*' if marked else ' '} {level_symbol(row.level)}"
    symbol = "" if row.continues else symbol
    if row.heading:
        return [(fit(row.cells[0], lead + full_cells(widths)), "title")]
    if row.full_width:
        return [(fit(symbol, lead), row_style), (fit(row.cells[0], full_cells(widths)).rstrip(), row_style)]
    styles = ["" if highlighted else style for style in row.styles] or [row_style] * len(widths)
    spans = cell_spans(row.cells, columns, widths, styles)
    if row.match is not None and not highlighted:
        spans = _mark_match(spans, sum(width > 0 for width in widths[: row.match[0]]), *row.match[1:])
    return [(fit(symbol, lead), row_style), *spans]


def _mark_match(spans: Sequence[Span], index: int, start: int, end: int) -> list[Span]:
    """Return spans with the part of one of them from `start` to `end` marked."""
    text, style = spans[index]
    parts = [(text[:start], style), (text[start:end], "mark"), (text[end:], style)]
    return [*spans[:index], *parts, *spans[index + 1 :]]


def full_cells(widths: Sequence[int]) -> int:
    """Return the cells of a full-width row: the columns that are shown, with one cell after each."""
    return sum(width + 1 for width in widths if width)


def cell_spans(
    texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int], styles: Sequence[str] = ()
) -> list[Span]:
    """Return each text cut or padded to the width of its column, with one cell after it."""
    spans: list[Span] = []
    for index, width in enumerate(widths):
        if width:
            text = texts[index] if index < len(texts) else ""
            if columns[index].align_right:
                text = " " * max(0, width - cell_len(text)) + text
            spans.append((fit(text, width) + " ", styles[index] if index < len(styles) else ""))
    return spans
