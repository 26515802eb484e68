"""Plots of a hall's day, for tests."""

from __future__ import annotations

from clerk_app.views.plots import DayPlot, HallPlots
from tests.screens.sample_data import localized

LONGEST = (5, 8, 12, 18, 22, 26, 31, 38, 41, 36, 28, 22, 15, 11, 9, 8)
USUAL = (4, 6, 9, 12, 15, 18, 20, 22, 24, 22, 20, 18, 15, 12, 9, 8, 6, 5, 4, 6, 9, 12, 15, 18, 16, 14, 12, 10, 8, 6, 4)


def sample_plot(values: tuple[float | None, ...] = LONGEST) -> DayPlot:
    """Return the waits of a morning from eight o'clock, with those of a usual day."""
    return DayPlot(
        begin=480,
        step=15,
        intervals=40,
        bars=values,
        dots=USUAL,
        bars_name=localized("longest wait", "最长等候"),
        dots_name=localized("usual", "往日"),
        unit=localized("min", "分"),
        limit=30,
        limit_name=localized("promised 30 min", "承诺30分"),
    )


def sample_waiting() -> DayPlot:
    """Return who has waited in a morning."""
    name, unit = localized("waiting", "等候"), localized("persons", "人")
    return DayPlot(480, 15, 40, (0, 3, 8, 14, 18, 22, 18), bars_name=name, unit=unit)


def sample_hall_plots() -> HallPlots:
    """Return the plots of a hall with two categories and one department."""
    hourly = DayPlot(480, 60, 10, (12, 30, 41, 22), (8, 25, 38, 30), localized("came in", "到件"),
                     localized("decided", "办结"), localized("an hour", "每小时"))  # fmt: skip
    return HallPlots(
        waits=sample_plot(),
        waiting=sample_waiting(),
        tickets=hourly,
        loads=hourly,
        categories={"A": sample_plot(), "B": sample_plot((4, None, 2, 0))},
        organs={"police": hourly},
        queues={"police": hourly},
    )
