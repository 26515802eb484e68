"""Where the panels of the supervisor's board are at each size of the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from textual.geometry import Size

from screens.theme.sizes import HUGE_COLUMNS, WIDE_COLUMNS
from screens.widgets.panel_area import Cell, Plan, Rows, columns, rows

WAITING, DEPARTMENTS, PLOT, WINDOWS, EVENTS, PREVIEW = PANELS = (
    "waiting", "departments", "plot", "windows", "events", "preview",
)  # fmt: skip
"""Ids of the panels, in the order of their numbers."""
FRAME_ROWS = 3  # edges and titles of a list
NARROW_FRAME_ROWS = 2
MIN_ROWS = 5  # of a panel below others; one with less room is left out
PLOT_ROWS = 11
CARD_ROWS = 6  # of a window, two of them side by side
LEFT_CELLS = 82  # names and figures of the departments


def board_plan(size: Size, lengths: Mapping[str, int], *, selected: str, enlarged: bool) -> Plan:
    """Return the plan of a board of `size`.

    `lengths` has the number of rows of a panel's list. An `enlarged` panel is alone; a narrow board shows the
    `selected` panel, with the preview below a short list.
    """
    if enlarged:
        return Cell(selected)
    if size.width < WIDE_COLUMNS:
        if selected not in (WAITING, DEPARTMENTS):
            return Cell(selected)
        return _column(size.height, {selected: lengths.get(selected, 0) + NARROW_FRAME_ROWS}, PREVIEW)
    lists = {name: lengths.get(name, 0) + FRAME_ROWS for name in (WAITING, DEPARTMENTS)}
    if size.width >= HUGE_COLUMNS:
        left, middle = max(LEFT_CELLS, size.width * 38 // 100), size.width * 30 // 100
        return columns(
            _column(size.height, lists, PLOT, size=left),
            _column(size.height, {}, WINDOWS, size=middle),
            _column(size.height, {PREVIEW: size.height * 45 // 100}, EVENTS),
        )
    plot = {PLOT: PLOT_ROWS} if size.height >= 2 * PLOT_ROWS else {}
    left_height = size.height - sum(plot.values())
    cards = -(-lengths.get(WINDOWS, 0) // 2) * CARD_ROWS + 2
    windows = max(MIN_ROWS, min(cards, left_height * 60 // 100))
    return columns(
        _column(size.height, lists, PREVIEW, size=max(LEFT_CELLS, size.width * 56 // 100)),
        _column(size.height, {**plot, WINDOWS: windows}, EVENTS),
    )


def _column(height: int, heights: Mapping[str, int], last: str, *, size: int = 0) -> Rows:
    """Return panels below each other: `last` takes the rest, and is left out if that is too low."""
    cells: list[Cell] = []
    left = height
    for name, wanted in heights.items():
        given = min(wanted, left)
        if given >= min(MIN_ROWS, wanted):
            cells.append(Cell(name, size=given))
            left -= given
    if left >= MIN_ROWS or not cells:
        cells.append(Cell(last))
    else:
        cells[-1] = Cell(cells[-1].panel)  # which takes the rest
    return rows(*cells, size=size)
