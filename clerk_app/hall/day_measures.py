"""Measures of a hall's day: wait, way, service, idle time and ends without service, of all and by group.

- Wait: from the entry into the queue to the call; a ticket that waits twice has two waits. Held tickets do not wait.
- Way: from the call to the first act of the visit, which shows that the person is at the window.
- Service: from that act, or the call if there is none, to the end of a visit in which somebody was served.
- Idle: the time in which an open window served nobody, from its duty periods.
- Without service: visits that ended so (unserved, not here), and tickets that were never served.
- Requeued: visits after which the ticket waited again at its place or, after a no-show, at the end of the queue.

Times are in seconds, those of the rows in microseconds UTC. `day_report.py` reads the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import TYPE_CHECKING, Literal

from clerk_app.ledger.commands import MessagePart

if TYPE_CHECKING:
    from db.hall_reports import DayRows, ReportedVisit

Grouping = Literal["all", "category", "window", "clerk", "hour"]
GROUPINGS: tuple[Grouping, ...] = ("all", "category", "window", "clerk", "hour")
SERVED_ENDS = ("finished", "moved", "held")
UNSERVED_ENDS = ("unserved", "no_show")
REQUEUED_END = "requeued"
_SECOND = 1_000_000  # microseconds


class Figures(MessagePart, frozen=True, kw_only=True):
    """Mean, median and 90 % quantile of some times in whole seconds; None without any."""

    count: int = 0
    mean: int | None = None
    median: int | None = None
    p90: int | None = None


class MeasureRow(MessagePart, frozen=True, kw_only=True):
    """The measures of a group of visits. `idle` (seconds) is known of windows and of the whole hall."""

    grouping: str
    key: str = ""
    visits: int = 0
    wait: Figures = Figures()
    way: Figures = Figures()
    service: Figures = Figures()
    idle: int | None = None
    unserved: int = 0
    requeued: int = 0  # not in measures of earlier versions


@dataclass
class _Group:
    visits: int = 0
    waits: list[float] = field(default_factory=list)
    ways: list[float] = field(default_factory=list)
    services: list[float] = field(default_factory=list)
    unserved: int = 0
    requeued: int = 0


def compute_measures(rows: DayRows, now: int, hour_of: Callable[[int], int]) -> list[MeasureRow]:
    """Return the measures of a day: of all visits, then by category, window, clerk and hour of the call.

    `hour_of` returns the local hour of a time. Visits that a version before 0035 started are left out.
    """
    groups: dict[tuple[Grouping, str], _Group] = defaultdict(_Group)
    groups["all", ""] = _Group()
    for visit in rows.visits:
        if visit.end_state:
            for key in _keys_of(visit, hour_of):
                _add_visit(groups[key], visit, rows.first_acts.get(visit.id))
    for ticket in rows.tickets:
        if ticket.state == "not_served":
            groups["all", ""].unserved += 1
            groups["category", ticket.category].unserved += 1
    idle = compute_idle(rows, now)
    return [
        _build_row(grouping, key, groups[grouping, key], idle)
        for grouping in GROUPINGS
        for key in sorted((key for kind, key in groups if kind == grouping), key=lambda key: (len(key), key))
    ]


def _keys_of(visit: ReportedVisit, hour_of: Callable[[int], int]) -> list[tuple[Grouping, str]]:
    keys: list[tuple[Grouping, str]] = [("all", ""), ("window", visit.window_id), ("clerk", visit.staff)]
    keys.append(("hour", f"{hour_of(visit.started_at):02d}"))
    return [*keys, ("category", visit.category)] if visit.category else keys


def _add_visit(group: _Group, visit: ReportedVisit, first_act: int | None) -> None:
    group.visits += 1
    if visit.waited > 0:
        group.waits.append(visit.waited / _SECOND)
    arrived = min((at for at in (visit.arrived_at, first_act) if at is not None), default=None)
    if arrived is not None and visit.ticket is not None:
        group.ways.append(max(0, arrived - visit.started_at) / _SECOND)
    if visit.end_state in UNSERVED_ENDS:
        group.unserved += 1
    elif visit.end_state == REQUEUED_END:
        group.requeued += 1
    elif visit.end_state in SERVED_ENDS and visit.ended_at is not None:
        began = arrived if arrived is not None else visit.started_at
        group.services.append(max(0, visit.ended_at - began) / _SECOND)


def compute_idle(rows: DayRows, now: int) -> dict[str, float]:
    """Return for each window how long it was open on this day without a visit."""
    busy: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for visit in rows.visits:
        busy[visit.window_id].append((visit.started_at, visit.ended_at if visit.ended_at is not None else now))
    idle: dict[str, float] = defaultdict(float)
    for period in rows.duty:
        if period.state == "open":
            until = period.ended_at if period.ended_at is not None else now
            free = max(0, until - period.began_at) - _overlap(busy[period.window_id], period.began_at, until)
            idle[period.window_id] += free / _SECOND
    return dict(idle)


def _overlap(spans: Iterable[tuple[int, int]], begin: int, end: int) -> int:
    """Return how much of the time from `begin` to `end` the spans cover together."""
    covered, reached = 0, begin
    for start, stop in sorted(spans):
        first, last = max(start, reached), min(stop, end)
        if last > first:
            covered += last - first
            reached = last
    return covered


def _build_row(grouping: Grouping, key: str, group: _Group, idle: dict[str, float]) -> MeasureRow:
    own_idle = idle.get(key) if grouping == "window" else sum(idle.values()) if grouping == "all" and idle else None
    return MeasureRow(
        grouping=grouping,
        key=key,
        visits=group.visits,
        wait=describe_times(group.waits),
        way=describe_times(group.ways),
        service=describe_times(group.services),
        idle=None if own_idle is None else round(own_idle),
        unserved=group.unserved,
        requeued=group.requeued,
    )


def describe_times(times: Sequence[float]) -> Figures:
    """Return the figures of times; the 90 % quantile is the smallest time that 90 % do not exceed."""
    if not times:
        return Figures()
    ordered = sorted(times)
    return Figures(
        count=len(ordered),
        mean=round(mean(ordered)),
        median=round(median(ordered)),
        p90=round(ordered[-(-9 * len(ordered) // 10) - 1]),
    )
