"""The measures of two service days in memory, for tests of the supervisor's screen."""

from __future__ import annotations

from clerk_app.views.measures import DayMeasures, MeasureLine
from clerk_app.views.plots import DayPlot
from tests.screens.sample_data import localized

DAYS = ("2026-11-24", "2026-11-23")


def _line(key: str, name: str, visits: int, wait: float, idle: float | None = None) -> MeasureLine:
    return MeasureLine(key, name, visits, (wait, 2 * wait), (0.8, 1.5), (4.2, 9.9), idle, visits // 20)


def sample_measures(day: str = DAYS[0]) -> DayMeasures:
    """Return the measures of a day: three categories, 24 windows and clerks, nine hours."""
    categories = (
        _line("A", localized("Family matters", "婚育户籍"), 141, 11.5),
        _line("B", localized("Enterprises", "企业事务"), 88, 6.2),
        _line("C", localized("Pick-up", "取件"), 63, 2.1),
    )
    windows = tuple(
        _line(f"w{number}", localized(f"Window {number}", f"{number}号窗口"), 8 + number, 3.0 + number / 2, 45.5)
        for number in range(1, 25)
    )
    clerks = tuple(
        _line(f"{1000 + number}", localized(f"Li Mei {number}", f"李梅{number}"), 8 + number, 3.0)
        for number in range(24)
    )
    hours = tuple(_line(f"{hour:02d}", f"{hour:02d}:00", 20 + hour, float(hour)) for hour in range(9, 18))
    waits = DayPlot(540, 60, 9, tuple(2 * float(hour) for hour in range(9, 18)), tuple(map(float, range(9, 18))))
    visits = DayPlot(540, 60, 9, tuple(20.0 + hour for hour in range(9, 18)))
    return DayMeasures(
        day=day,
        is_open=day == DAYS[0],
        read_at="14:05",
        total=_line("", "", 292, 7.4, 1092.0),
        groups={"category": categories, "window": windows, "clerk": clerks, "hour": hours},
        sentences=("Somebody came for 120 cases; 92 % of them needed at most one visit so far, as promised.",),
        plots=(waits, visits),
        days=DAYS,
        file="measures.csv",
    )


class SampleMeasureService:
    """Reads and writes the measures; `written` has what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[tuple[str, str]] = []

    def read_measures(self, day: str = "") -> DayMeasures:
        return sample_measures(day or DAYS[0])

    def write_measures(self, day: str, file: str) -> str:
        self.written.append((day, file))
        return f"Written: {file}"
