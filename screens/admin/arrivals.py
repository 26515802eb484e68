"""What the feeds have sent, as lines: bars of the last days for each feed, and the newest batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from clerk_app.locales import _
from clerk_app.views.registry import Arrivals, RegistryRow
from screens.widgets.paint import Line, fit, level_style, wrap

_BARS = "▁▂▃▄▅▆▇█"
_GAP = 2
_NAME_CELLS = 34  # of source and kind of rows, at most
_DAY_CELLS = (5, 4, 3, 2)  # of one day, the widest that fits


def arrival_lines(arrivals: Arrivals, width: int) -> Iterable[Line]:
    """Yield bars of the rows that each feed has sent on each of the last days, and the newest batches below them."""
    if not arrivals.batches:
        yield from ([(line, "dim")] for line in wrap(_("No batch has arrived yet."), width))
        return
    yield from _day_lines(arrivals, width)
    yield []
    yield from _batch_lines(arrivals, width)


def _day_lines(arrivals: Arrivals, width: int) -> Iterable[Line]:
    names = [f"{feed.source}  {feed.kind_name}" for feed in arrivals.feeds]
    name_cells = min(_NAME_CELLS, max(map(cell_len, names), default=0))
    room = width - name_cells - _GAP
    day_cells = next((cells for cells in _DAY_CELLS if cells * len(arrivals.days) <= room), _DAY_CELLS[-1])
    shown = min(len(arrivals.days), room // day_cells)
    yield [(" " * (name_cells + _GAP), ""), (_date_scale(arrivals.days[-shown:], day_cells), "dim")]
    most = max((rows for feed in arrivals.feeds for rows, _refused in feed.days), default=0)
    for name, feed in zip(names, arrivals.feeds, strict=True):
        label = (fit(name, name_cells) + " " * _GAP, level_style(feed.level))
        yield [label, *(_day_span(rows, refused, most, day_cells) for rows, refused in feed.days[-shown:])]


def _date_scale(days: tuple[str, ...], cells: int) -> str:
    """Return the dates of the days in a line, each as far apart as they have room, the last one always."""
    step = -(-7 // cells)  # a date has 5 cells, and 2 after it
    scale = [" "] * (cells * len(days) + 5)
    for index in range(len(days) - 1, -1, -step):
        scale[index * cells : index * cells + 5] = days[index]
    return "".join(scale).rstrip()


def _day_span(rows: int, refused: int, most: int, cells: int) -> tuple[str, str]:
    """Return the bar of a day, on a logarithmic scale; with an exclamation mark if rows were refused."""
    if not rows and not refused:
        return fit("·", cells), "dim"
    height = (rows.bit_length() * len(_BARS) - 1) // max(1, most.bit_length()) if rows else 0
    bar = _BARS[min(height, len(_BARS) - 1)] * max(1, cells - 3)
    return fit(f"{bar}!" if refused else bar, cells), "warn" if refused else "good"


def _batch_lines(arrivals: Arrivals, width: int) -> Iterable[Line]:
    yield [(_("Last batches"), "title")]
    yield from table_lines(arrivals.columns, arrivals.batches, width)


def table_lines(columns: Sequence[str], rows: Sequence[RegistryRow], width: int) -> Iterable[Line]:
    """Yield a table with titles; columns at the right are left out if they have no room."""
    table = [tuple(columns), *(row.cells for row in rows)]
    widths = [max(cell_len(cells[at]) for cells in table) for at in range(len(columns))]
    while sum(widths) + _GAP * (len(widths) - 1) > width and len(widths) > 1:
        widths.pop()
    numeric = [all(cells[at].isdecimal() or cells[at] == "-" for cells in table[1:]) for at in range(len(columns))]
    for cells, style in zip(table, ("dim", *(level_style(row.level) for row in rows)), strict=True):
        parts = zip(cells, widths, numeric, strict=False)
        yield [((" " * _GAP).join(_pad(*part) for part in parts), style)]


def _pad(text: str, room: int, is_number: bool) -> str:
    return " " * (room - cell_len(text)) + text if is_number else fit(text, room)
