"""The line beneath an organ's queue: what came in today and what was decided, hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.locales import _
from screens.widgets.paint import Line
from screens.widgets.plot import spark
from screens.widgets.status_lines import SingleLine

if TYPE_CHECKING:
    from clerk_app.views.plots import DayPlot


class LoadLine(SingleLine):
    """Name, number and course of both series of a plot, each in one row of blocks, and the hours that they have."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._plot: DayPlot | None = None

    def show_plot(self, plot: DayPlot | None) -> None:
        """Show a plot; nothing is painted if it is the same."""
        if plot != self._plot:
            self._plot = plot
            self.refresh()

    def spans(self) -> Line:
        plot = self._plot
        if plot is None:
            return []
        last = (plot.begin + plot.step * len(plot.bars)) // 60
        hours = _("{first}:00 to {last}:00").format(first=plot.begin // 60, last=last)
        return [
            (" " + _("Today") + f"  {plot.bars_name} {_total(plot.bars)} ", "dim"),
            (spark(plot.bars, len(plot.bars)), "mark"),
            (f"   {plot.dots_name} {_total(plot.dots)} ", "dim"),
            (spark(plot.dots, len(plot.dots)), "good"),
            (f"   {hours}", "dim"),
        ]


def _total(values: Sequence[float | None]) -> str:
    return f"{sum(value or 0 for value in values):g}"
