"""The reductions of two quarters in memory, for tests of the supervisor's screen."""

from __future__ import annotations

from clerk_app.views.reductions import ReductionFigure, ReductionRow, Reductions
from tests.screens.sample_data import localized

QUARTERS = ("2026-Q4", "2026-Q3")


def sample_reductions(period: str = QUARTERS[0]) -> Reductions:
    """Return the reductions of a quarter: one thing with enough cases, and one with few."""
    bus = ReductionRow(
        "school-bus",
        localized("School bus permit", "校车使用许可"),
        34,
        is_few=False,
        figures=(
            ReductionFigure(20, 26, 10, "8"),
            ReductionFigure(14, 8, 2, "3"),
            ReductionFigure(26, 15, 4, "5"),
            ReductionFigure(11, 4, 1, "2"),
        ),
        lines=("working days: before 20, as single matters 26, promised 10, measured 8 (90 % within 9)",),
    )
    ship = ReductionRow(
        "ship-sailing",
        localized("Ship sailing", "船舶开航"),
        3,
        is_few=True,
        figures=(
            ReductionFigure(35, 60, 15, "12–17"),
            ReductionFigure(20, 20, 2, "2"),
            ReductionFigure(54, 20, 5, "5–7"),
            ReductionFigure(14, 10, 1, "1–2"),
        ),
        lines=("Few cases (3, fewer than 20): ranges are shown, no reliable figures.",),
    )
    first, last = ("2026-10-01", "2026-12-31") if period == QUARTERS[0] else ("2026-07-01", "2026-09-30")
    return Reductions(
        period, first, last, "14:05", (bus, ship), ("sentence of the report",), QUARTERS, "reductions.csv"
    )


class SampleReductionService:
    """Reads and writes the reductions; `written_reductions` has what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written_reductions: list[tuple[str, str]] = []

    def read_reductions(self, period: str = "") -> Reductions:
        return sample_reductions(period or QUARTERS[0])

    def write_reductions(self, period: str, file: str) -> str:
        self.written_reductions.append((period, file))
        return f"Written: {file}"
