"""Reads what the estimate of the wait is computed from, and how good the estimates of earlier days were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clerk_app.hall.calling_order import read_limits
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.wait_estimate import (
    ANY_WINDOW,
    FEWEST_TIMES,
    KEPT_TIMES,
    HallState,
    Overtakers,
    ServingWindow,
    WaitRange,
)
from clerk_app.hall.windows import is_lease_valid, parse_categories
from db.engines import Row, Transaction

LEAST_WIDENING, MOST_WIDENING = 0.7, 2.0
TUNED_BY_DAYS = 10  # the last closed days whose estimates determine the widening
FEWEST_ESTIMATES = 50  # with fewer, nothing is widened
_SHARE = 0.8
_SECOND, _MINUTE = 1_000_000, 60_000_000  # microseconds
_RECENT_CALLS = 600
_OVERTAKER_PERIOD = 60 * _MINUTE
_SHORTEST_PERIOD = 15 * _MINUTE
_LONGEST_CHANGE = 180  # seconds between two services while somebody waits; a longer gap is a break
_INTERVAL_CALLS = 20


@dataclass(frozen=True)
class EstimatedTicket:
    """A called ticket whose wait was estimated at its issue. `waited` is in seconds."""

    category: str
    estimate: WaitRange
    waited: float


@dataclass(frozen=True)
class Coverage:
    """How many of the waits of some tickets were inside their ranges. `width` is the mean width in seconds."""

    inside: int
    count: int
    width: float

    @property
    def percent(self) -> int | None:
        """The share inside; None without estimates."""
        return round(100 * self.inside / self.count) if self.count else None


def read_hall_state(tx: Transaction, hall: str, now: int) -> HallState:
    """Return the state of a hall at `now` (microseconds UTC) for `estimate_waits`.

    A paused window is left out like a closed one, and so are tickets for a window or person that does not call now.
    """
    rows = [row for row in tx.select("windows", order=("id",)) if _calls_now(tx, row, hall, now)]
    windows = {row["id"]: number for number, row in enumerate(rows)}
    persons = {row["staff"]: number for number, row in enumerate(rows)}
    waiting: list[tuple[Row, int]] = []
    for row in tx.query_all("hall.waiting_tickets", hall=hall):
        target = _find_target(row, windows, persons)
        if target is not None:
            waiting.append((row, target))
    calls = _read_calls(tx, hall)
    return HallState(
        queue=tuple(row["category"] for row, _target in waiting),
        ages=tuple((now - row["rank"]) / _SECOND for row, _target in waiting),
        targets=tuple(target for _row, target in waiting),
        windows=tuple(_describe_windows(tx, hall, rows, now)),
        times=_complete_times(tx, hall, _service_times(calls)),
        intervals=_call_intervals(calls, now),
        overtakers=_read_overtakers(tx, hall, now),
        overtaken_at_most=read_limits(tx).overtaken_at_most,
    )


def _calls_now(tx: Transaction, window: Row, hall: str, now: int) -> bool:
    return window["hall"] in (hall, "") and window["state"] == "open" and is_lease_valid(tx, window, now)


def _find_target(ticket: Row, windows: Mapping[str, int], persons: Mapping[str, int]) -> int | None:
    """Return the number of the window that alone calls a ticket, or ANY_WINDOW; None if that one does not call now."""
    if ticket["target_window"]:
        return windows.get(ticket["target_window"])
    return persons.get(ticket["target_staff"]) if ticket["target_staff"] else ANY_WINDOW


def _read_calls(tx: Transaction, hall: str, day: str = "") -> list[Row]:
    """Return the last calls of the open day, or of another one, in the order of time."""
    current = find_open_day(tx, hall)
    chosen = day or (current["day"] if current is not None else "")
    return tx.query_all("hall.recent_calls", hall=hall, day=chosen, many=_RECENT_CALLS)[::-1]


def _describe_windows(tx: Transaction, hall: str, rows: Iterable[Row], now: int) -> Iterable[ServingWindow]:
    serving = {row["window_id"]: row for row in tx.query_all("hall.serving_tickets", hall=hall)}
    for row in rows:
        ticket = serving.get(row["id"])
        yield ServingWindow(
            parse_categories(row["categories"]),
            ticket["category"] if ticket is not None else "",
            max(0.0, (now - ticket["called_at"]) / _SECOND) if ticket is not None else 0.0,
            is_last=bool(row["closes_after"]),
        )


def _service_times(calls: Sequence[Row]) -> dict[str, tuple[float, ...]]:
    """Return for each category how long its last tickets occupied a window, in seconds, also those not here.

    The change to the next ticket belongs to it if that one waited already.
    """
    times: dict[str, list[float]] = defaultdict(list)
    following: dict[str, Row] = {}
    for row in reversed(calls):
        after = following.get(row["window_id"])
        following[row["window_id"]] = row
        if row["finished_at"] is None:
            continue
        change = 0.0
        if after is not None and after["issued_at"] <= row["finished_at"]:
            change = max(0.0, (after["called_at"] - row["finished_at"]) / _SECOND)
        served = max(0.0, (row["finished_at"] - row["called_at"]) / _SECOND)
        times[row["category"]].append(served + (change if change <= _LONGEST_CHANGE else 0.0))
    return {category: tuple(known[:KEPT_TIMES][::-1]) for category, known in times.items()}


def _complete_times(tx: Transaction, hall: str, times: dict[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
    """Put the times of the last closed day before those of today where today has fewer than FEWEST_TIMES."""
    last = tx.query_one("hall.last_closed_day", hall=hall)
    few = [category for category in times if len(times[category]) < FEWEST_TIMES]
    if last is None or (times and not few):
        return times
    earlier = _service_times(_read_calls(tx, hall, last["day"]))
    return {
        category: times[category]
        if len(times.get(category, ())) >= FEWEST_TIMES
        else (*earlier.get(category, ()), *times.get(category, ()))[-KEPT_TIMES:]
        for category in sorted(times.keys() | earlier.keys())
    }


def _call_intervals(calls: Sequence[Row], now: int) -> dict[str, float]:
    called: dict[str, list[int]] = defaultdict(list)
    for row in calls:
        called[row["category"]].append(row["called_at"])
    recent = {category: moments[-_INTERVAL_CALLS:] for category, moments in called.items()}
    return {category: max(1.0, (now - moments[0]) / _SECOND / len(moments)) for category, moments in recent.items()}


def _read_overtakers(tx: Transaction, hall: str, now: int) -> dict[str, tuple[Overtakers, ...]]:
    current = find_open_day(tx, hall)
    if current is None:
        return {}
    period = max(_SHORTEST_PERIOD, min(_OVERTAKER_PERIOD, now - current["opened_at"]))
    rows = tx.query_all("hall.recent_head_starts", hall=hall, day=current["day"], since=now - _OVERTAKER_PERIOD)
    kinds: dict[str, list[Overtakers]] = defaultdict(list)
    for row in rows:
        if row["minutes"] > 0:
            kinds[row["category"]].append(Overtakers(row["many"] / (period / _SECOND), row["minutes"] * 60.0))
    return {category: tuple(each) for category, each in kinds.items()}


def read_estimated_tickets(tx: Transaction, hall: str, day: str) -> list[EstimatedTicket]:
    """Return the called tickets of a service day with an estimate, which is that before the widening of the day."""
    return [
        EstimatedTicket(
            row["category"],
            WaitRange(row["estimated_low"], row["estimated_high"]),
            max(0, row["first_called_at"] - row["issued_at"]) / _SECOND,
        )
        for row in tx.query_all("hall.estimated_tickets", hall=hall, day=day)
    ]


def read_widening(tx: Transaction, hall: str, day: str) -> float:
    """Return the factor by which the ranges of a service day are widened, from the closed days before it."""
    days = tx.query_all("hall.closed_days_before", hall=hall, day=day, many=TUNED_BY_DAYS)
    return tune_widening([ticket for row in days for ticket in read_estimated_tickets(tx, hall, row["day"])])


def tune_widening(tickets: Sequence[EstimatedTicket]) -> float:
    """Return the factor by which 80 % of these waits would have been inside, in hundredths, bounded."""
    if len(tickets) < FEWEST_ESTIMATES:
        return 1.0
    needed = sorted(
        abs(ticket.waited - (ticket.estimate.low + ticket.estimate.high) / 2)
        / max(1.0, (ticket.estimate.high - ticket.estimate.low) / 2)
        for ticket in tickets
    )
    factor = needed[min(len(needed) - 1, int(_SHARE * len(needed)))]
    return round(max(LEAST_WIDENING, min(MOST_WIDENING, factor)), 2)


def measure_coverage(tickets: Iterable[EstimatedTicket], widening: float) -> Coverage:
    """Return how many waits were inside the widened ranges."""
    inside, width, count = 0, 0.0, 0
    for ticket in tickets:
        shown = ticket.estimate.widen(widening)
        count += 1
        inside += shown.contains(ticket.waited)
        width += shown.high - shown.low
    return Coverage(inside, count, width / count if count else 0.0)
