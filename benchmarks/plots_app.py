"""Four plots and the tracks of a case, refreshed each second: `python -m benchmarks.plots_app CODE PERIOD`.

CODE is `all`, `plots`, `tracks` or `none`; a refresh changes every value, so that everything is painted again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import sin

from textual.app import App, ComposeResult
from textual.containers import Grid
from textual.widget import Widget

from clerk_app.views.plots import DayPlot
from clerk_app.views.tracks import CaseTracks, Track, TrackSpan
from screens.theme.themes import DARK
from screens.widgets.plot import Plot
from screens.widgets.tracks import TrackChart

MARKER = "PLOTS-READY"
_BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
_DAY = timedelta(days=1)


def sample_plot(moment: int) -> DayPlot:
    """Return a day of quarter hours whose values all depend on `moment`."""
    bars = tuple(20 + 15 * sin((index + moment) / 5) for index in range(40))
    dots = tuple(18 + 12 * sin((index + moment) / 7) for index in range(40))
    return DayPlot(480, 15, 40, bars, dots, "longest wait", "usual", "min", 30, "promised 30 min")


def sample_tracks(moment: int) -> CaseTracks:
    """Return a case of seven matters whose spans depend on `moment`."""
    now = _BEGIN + (3 + moment % 60 / 60) * _DAY
    tracks = tuple(
        Track(
            f"m{index}", f"Matter {index}", "Organ", "in review", "plain", f"Officer {index}",
            (TrackSpan("done", _BEGIN, _BEGIN + _DAY), TrackSpan("working", _BEGIN + _DAY, now),
             TrackSpan("expected", now, now + (index + 1) * _DAY)),
            due="2026-12-03", follows="m0" if index else "", critical=index % 2 == 0,
        )
        for index in range(7)
    )  # fmt: skip
    case = CaseTracks(MARKER, "1", tracks, 0, 7, _BEGIN, _BEGIN + 12 * _DAY, now, _BEGIN + 9 * _DAY, "", "plain")
    return replace(case, nearest=f"Due next: {moment}")


class PlotsApp(App[None]):
    """Shows plots and tracks on one screen and refreshes them every PERIOD seconds; without one, never."""

    CSS = "Grid { grid-size: 2 3; } TrackChart { column-span: 2; }"

    def __init__(self, parts: str, period: float) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self._parts, self._period, self._moment = parts, period, 0

    def compose(self) -> ComposeResult:
        yield Grid(*self._widgets())

    def _widgets(self) -> Iterable[Widget]:
        if self._parts != "tracks":
            yield from (Plot() for _number in range(4))
        if self._parts != "plots":
            yield TrackChart()

    def on_mount(self) -> None:
        self._show()
        if self._period:
            self.set_interval(self._period, self._show)

    def _show(self) -> None:
        self._moment += 1
        for plot in self.query(Plot):
            plot.show_plot(sample_plot(self._moment))
        for chart in self.query(TrackChart):
            chart.show_tracks(sample_tracks(self._moment))
            chart.title_frame()


if __name__ == "__main__":
    PlotsApp(sys.argv[1], float(sys.argv[2])).run()
