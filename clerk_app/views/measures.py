"""Measures of a hall's day, as the supervisor's screen shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from clerk_app.views.plots import DayPlot

MeasureGroup = Literal["category", "window", "clerk", "hour"]
GROUPS: tuple[MeasureGroup, ...] = ("category", "window", "clerk", "hour")


@dataclass(frozen=True)
class MeasureLine:
    """The measures of a category, window, clerk or hour, or of the whole hall. Times are in minutes; None if unknown.

    `wait`, `way` and `service` are the median and the 90 % quantile.
    """

    key: str
    name: str
    visits: int
    wait: tuple[float | None, float | None]
    way: tuple[float | None, float | None]
    service: tuple[float | None, float | None]
    idle: float | None
    unserved: int
    requeued: int = 0  # visits after which the ticket waited again


@dataclass(frozen=True)
class DayMeasures:
    """The measures of a service day, read at `read_at` (HH:MM). `days` can be chosen, the newest first.

    `sentences` are about visits of cases and about the estimates. `plots` are over the hours: waits, visits.
    """

    day: str
    is_open: bool
    read_at: str
    total: MeasureLine
    groups: Mapping[MeasureGroup, tuple[MeasureLine, ...]]
    sentences: tuple[str, ...] = ()
    plots: tuple[DayPlot, ...] = ()
    days: tuple[str, ...] = field(default=())
    file: str = ""  # proposed for the export


class MeasureService(Protocol):
    """Reads the measures of the hall's days at the center, and writes them for a spreadsheet."""

    def read_measures(self, day: str = "") -> DayMeasures:
        """Return the measures of a service day, of the newest one without `day`. Raises OutOfReach, Refused."""
        ...

    def write_measures(self, day: str, file: str) -> str:
        """Write the measures of a day that was read as CSV; return a message. Raises BadData, OutOfReach."""
        ...
