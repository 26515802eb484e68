"""Values over the day of the hall, to be plotted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Values = tuple[float | None, ...]
"""One value for each interval of a day; None where nothing is known."""


@dataclass(frozen=True)
class DayPlot:
    """Values over a day, one for each `step` minutes from `begin` (minutes after midnight) on.

    `bars` are measured; `dots` are compared with them, such as those of a usual day. `bars_name` and `dots_name` name
    them, `unit` what is counted. `limit` is the value that should not be exceeded, `limit_name` its name. `intervals`
    is how many intervals the axis has: the values may end before it does.
    """

    begin: int
    step: int
    intervals: int
    bars: Values
    dots: Values = ()
    bars_name: str = ""
    dots_name: str = ""
    unit: str = ""
    limit: float | None = None
    limit_name: str = ""


@dataclass(frozen=True)
class HallPlots:
    """Waits and loads of the hall's day.

    `waits`: longest wait in minutes for each quarter of an hour; `waiting`: citizens who wait; `tickets`: taken, and
    served, in each hour. `categories` has the waits of each category. `loads`: tasks that came to all departments, and
    were decided, in each hour; `organs` has those of each department, `queues` its open tasks.
    """

    waits: DayPlot
    waiting: DayPlot
    tickets: DayPlot
    loads: DayPlot
    categories: Mapping[str, DayPlot] = field(default_factory=dict)
    organs: Mapping[str, DayPlot] = field(default_factory=dict)
    queues: Mapping[str, DayPlot] = field(default_factory=dict)
