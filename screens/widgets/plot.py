"""A plot of values over a day in eighths of a cell, with a limit, compared values as dots, and numbers at its axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.locales import _
from screens.widgets.paint import Line, LinePainter, Span, fit

if TYPE_CHECKING:
    from clerk_app.views.plots import DayPlot

BLOCKS = " ▁▂▃▄▅▆▇█"
DOTS = (".", "'")  # in the lower and in the upper half of a cell
LIMIT = "-"
ZERO = "_"  # a value of zero, unlike one that is not known
_NICE = (1, 2, 3, 4, 5, 6, 8, 10)
HOUR_CELLS = 5  # between two hours of the axis


class Plot(LinePainter, Widget):
    """Draws a `DayPlot` in the size that it has: at least three rows, of which one is the axis of time.

    Above the columns are the unit, and the names of bars and dots. A value over the limit is drawn as a warning.
    """

    DEFAULT_CSS = "Plot { height: 1fr; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.plot: DayPlot | None = None
        self._cached: tuple[object, list[Line]] = None, []

    def show_plot(self, plot: DayPlot | None) -> None:
        """Show a plot; nothing is painted if it is the same."""
        if plot != self.plot:
            self.plot = plot
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self.plot is None:
            return self.paint_line([(" " + _("Nothing is known yet."), "dim")] if y == 0 else (), width)
        key = self.plot, width, height, _("min")  # the language changes the texts
        if self._cached[0] != key:
            self._cached = key, plot_lines(self.plot, width, height)
        lines = self._cached[1]
        return self.paint_line(lines[y] if y < len(lines) else (), width)


def plot_lines(plot: DayPlot, width: int, height: int) -> list[Line]:
    """Return a plot as lines of `width` cells: names, columns, axis of time."""
    has_names = height >= 6
    rows = max(1, height - 1 - has_names)
    known = [value for value in (*plot.bars, *plot.dots) if value is not None]
    top = nice_top(max([*known, plot.limit or 0, 1]))
    labels = _axis_numbers(top, rows)
    left = max(cell_len(label) for label in labels.values()) + 1
    cells = max(1, width - left - 1)
    columns = [index * plot.intervals // cells for index in range(cells)]
    lines: list[Line] = [_names_line(plot, left)] if has_names else []
    limit_row = None if plot.limit is None else ceil(plot.limit / top * rows) - 1
    for row in reversed(range(rows)):
        label = labels.get(row, "")
        spans: list[Span] = [(" " * (left - cell_len(label)) + label + "│", "dim")]
        lines.append([*spans, *_row_spans(plot, columns, row, rows, top, limit_row)])
    lines.append([(" " * left + "└" + fit(_time_text(plot, cells), cells), "dim")])
    return lines


def nice_top(value: float) -> float:
    """Return a round number that is at least `value`, which is over 0."""
    unit = 10.0 ** floor(log10(value))
    return next(step * unit for step in _NICE if step * unit >= value * 0.999999)


def spark(values: Sequence[float | None], cells: int) -> str:
    """Return values as one row of blocks, `cells` wide: the newest if there are more; `.` is zero, a space unknown.

    The highest is seven eighths of the row, so that it does not touch the row above.
    """
    shown = values[-cells:] if cells > 0 else ()
    top = max((value for value in shown if value is not None), default=0) or 1
    return "".join(_spark_block(value, top) for value in shown).rjust(max(0, cells))


def _spark_block(value: float | None, top: float) -> str:
    if value is None:
        return " "
    return "." if value <= 0 else BLOCKS[max(1, min(7, ceil(value / top * 7)))]


def _axis_numbers(top: float, rows: int) -> dict[int, str]:
    """Return the numbers at the axis by row from below: the top, and one or three between it and zero."""
    parts = next(part for part, least in ((4, 8), (2, 3), (1, 0)) if rows >= least and top % part == 0)
    numbers: dict[int, str] = {}
    for part in range(1, parts + 1):
        numbers[ceil(rows * part / parts) - 1] = _format_number(top * part / parts)
    return numbers


def _format_number(value: float) -> str:
    return f"{value:g}" if value < 10_000 else f"{value / 1_000:g}k"


def _row_spans(
    plot: DayPlot, columns: Sequence[int], row: int, rows: int, top: float, limit_row: int | None
) -> list[Span]:
    """Return the cells of a row, counted from below."""
    spans: list[Span] = []
    word = f" {plot.limit_name} " if row == limit_row and plot.limit_name else ""
    word = word if cell_len(word) * 2 <= len(columns) else ""
    word_from = len(columns) - cell_len(word)
    for index, interval in enumerate(columns):
        if word and index >= word_from:
            break
        spans.append(_cell(plot, interval, row, rows, top, is_limit=row == limit_row and index % 2 == 0))
    if word:
        spans.append((word, "warn"))
    return spans


def _cell(plot: DayPlot, interval: int, row: int, rows: int, top: float, *, is_limit: bool) -> Span:
    bar = plot.bars[interval] if interval < len(plot.bars) else None
    dot = plot.dots[interval] if interval < len(plot.dots) else None
    eighths = 0 if bar is None else round(bar / top * rows * 8) - row * 8
    if bar is not None and bar > 0 and row == 0:
        eighths = max(1, eighths)
    if dot is not None and dot > 0:
        height = dot / top * rows
        if min(rows - 1, floor(height)) == row and eighths < 8:
            return DOTS[height - floor(height) >= 0.5], "strong"
    if eighths > 0:
        over = plot.limit is not None and bar is not None and bar > plot.limit
        return BLOCKS[min(8, eighths)], "warn" if over else "mark"
    if is_limit:
        return LIMIT, "warn"
    return (ZERO, "dim") if bar == 0 and row == 0 else (" ", "")


def _names_line(plot: DayPlot, left: int) -> Line:
    spans: list[Span] = [(" " * max(0, left - cell_len(plot.unit)) + plot.unit + "  ", "dim")]
    if plot.bars_name:
        spans += [(BLOCKS[6], "mark"), (f" {plot.bars_name}  ", "dim")]
    if plot.dots_name and plot.dots:
        spans += [(".'", "strong"), (f" {plot.dots_name}", "dim")]
    return spans


def _time_text(plot: DayPlot, cells: int) -> str:
    """Return the hours beneath the columns; the first one that fits has its unit."""
    text = ""
    hour, hours = ceil(plot.begin / 60), plot.intervals * plot.step / 60
    every = next((step for step in (1, 2, 3, 4, 6) if cells * step / hours >= HOUR_CELLS), 12)
    while True:
        cell = ceil((hour - plot.begin / 60) * cells / hours)
        label = _("{hour}:00").format(hour=hour % 24) if not text.strip() else str(hour % 24)
        if cell + cell_len(label) > cells:
            return text
        text += " " * (cell - cell_len(text)) + label
        hour += every
