"""Where the panels of the supervisor's board are at each size of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from screens.theme.sizes import HUGE_COLUMNS, WIDE_COLUMNS

WAITING, DEPARTMENTS, PLOT, WINDOWS, EVENTS, PREVIEW = PANELS = (
    "waiting", "departments", "plot", "windows", "events", "preview",
)  # fmt: skip
"""Ids of the panels, in the order of their numbers."""
FRAME_ROWS = 3  # edges and titles of a list
MIN_ROWS = 5  # of a panel below others; one with less room is left out
PLOT_ROWS = 11
CARD_ROWS = 6  # of a window, two of them side by side
LEFT_CELLS = 82  # names and figures of the departments


def board_regions(size: Size, rows: Mapping[str, int], *, selected: str, enlarged: bool) -> dict[str, Region]:
    """Return the regions of the panels that are shown on a board of `size`.

    `rows` has the number of rows of a panel's list. An `enlarged` panel is alone; a narrow board shows the `selected`
    panel, with the preview below a short list.
    """
    if enlarged:
        return {selected: size.region}
    if size.width < WIDE_COLUMNS:
        short = selected in (WAITING, DEPARTMENTS) and rows.get(selected)
        return _column(
            0, size.width, size.height, {selected: rows[selected] + 2, PREVIEW: 0} if short else {selected: 0}
        )
    lists = {name: rows.get(name, 0) + FRAME_ROWS for name in (WAITING, DEPARTMENTS)}
    has_plot = PLOT in rows
    if size.width >= HUGE_COLUMNS:
        left, middle = max(LEFT_CELLS, size.width * 38 // 100), size.width * 30 // 100
        right = {PREVIEW: size.height * 45 // 100, EVENTS: 0}
        return {
            **_column(0, left, size.height, {**lists, PLOT: 0} if has_plot else lists),
            **_column(left, middle, size.height, {WINDOWS: 0}),
            **_column(left + middle, size.width - left - middle, size.height, right),
        }
    left = max(LEFT_CELLS, size.width * 56 // 100)
    plot = PLOT_ROWS if has_plot and size.height >= 2 * PLOT_ROWS else 0
    cards = -(-rows.get(WINDOWS, 0) // 2) * CARD_ROWS + 2
    windows = max(MIN_ROWS, min(cards, (size.height - plot) * 60 // 100))
    right = {WINDOWS: windows, EVENTS: 0}
    return {
        **_column(0, left, size.height, {**lists, PREVIEW: 0}),
        **_column(left, size.width - left, size.height, {PLOT: plot, **right} if plot else right),
    }


def _column(x: int, width: int, height: int, heights: Mapping[str, int]) -> dict[str, Region]:
    """Return panels below each other: the last one takes the rest, and is left out if that is too low."""
    *fixed, last = heights
    regions: dict[str, Region] = {}
    y = 0
    for name in fixed:
        rows = min(heights[name], height - y)
        if rows >= min(MIN_ROWS, heights[name]):
            regions[name] = Region(x, y, width, rows)
            y += rows
    if height - y >= MIN_ROWS:
        regions[last] = Region(x, y, width, height - y)
    elif regions:
        above = next(reversed(regions))
        regions[above] = regions[above]._replace(height=height - regions[above].y)
    return regions


class BoardLayout(Layout):
    """Places the panels at the regions that `regions(size)` returns for their ids."""

    name = "board"

    def __init__(self, regions: Callable[[Size], Mapping[str, Region]]) -> None:
        self._regions = regions

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:  # noqa: ARG002
        parent.pre_layout(self)
        regions = self._regions(size)
        return [
            WidgetPlacement(regions[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id is not None and child.id in regions
        ]
