"""The four reductions (四减) of one things: before, promised and measured, as the supervisor's screen shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

ReductionId = Literal["days", "steps", "papers", "visits"]
REDUCTIONS: tuple[ReductionId, ...] = ("days", "steps", "papers", "visits")


@dataclass(frozen=True)
class ReductionFigure:
    """One of the four figures of a one thing; None if the one thing is no longer offered.

    `before` is published for the time before the bundle, `apart` the sum of its single matters, `promised` that of the
    bundle. `measured` is the median as text; of few cases it is the range of the figures.
    """

    before: int | None
    apart: int | None
    promised: int | None
    measured: str


@dataclass(frozen=True)
class ReductionRow:
    """A one thing with finished cases in the period; `lines` describe its figures in sentences."""

    one_thing: str
    name: str
    cases: int
    is_few: bool
    figures: tuple[ReductionFigure, ...]  # in the order of REDUCTIONS
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Reductions:
    """The reductions of a period, read at `read_at` (HH:MM). `periods` can be chosen, the newest first."""

    period: str
    first_day: str
    last_day: str
    read_at: str
    rows: tuple[ReductionRow, ...]
    sentences: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    file: str = ""  # proposed for the export


class ReductionService(Protocol):
    """Reads the measured reductions at the center, and writes them for a spreadsheet."""

    def read_reductions(self, period: str = "") -> Reductions:
        """Return the reductions of a period, of the current one without `period`. Raises OutOfReach, Refused."""
        ...

    def write_reductions(self, period: str, file: str) -> str:
        """Write the reductions of a period as CSV; return a message. Raises BadData, OutOfReach."""
        ...
