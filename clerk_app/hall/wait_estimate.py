"""Estimate of the wait of a new ticket as a range, by simulating the queue forward.

The waiting tickets are called in their order by the open windows, in many runs. In each run every service takes a time
drawn from those measured last in the category of its ticket. A run first draws which of these times it uses
(bootstrap): how well 40 times show the mean is part of the range. Later tickets with a head start come at the rate of
the last hour. A run gives the wait of a new ticket of each category; the range is the middle 80 % of the runs. Nothing
is read here, and the same inputs and seed give the same range.

Times are in seconds. `python -m benchmarks estimates` measures how many waits are inside.
"""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

RUNS = 60
KEPT_TIMES = 40  # service times of a category that are drawn from, the last ones
FEWEST_TIMES = 5  # with fewer, the rate of calls is used, then only the number ahead
SHARE = 0.8  # of the runs inside the range
STEP_MINUTES = 5  # ranges in words begin and end at multiples of this
LONGEST_RANGE_MINUTES = 240  # a longer wait is not estimated
ANY_WINDOW = -1
_MINUTE = 60
_SHORTEST = 30.0  # seconds; a call is not made at once when a window is free
_RATE_SPREAD = 0.4  # of a wait that is estimated by the rate of calls, to both sides


@dataclass(frozen=True)
class ServingWindow:
    """A window that calls tickets: its categories, and the ticket that it serves; `serving` is empty if it is free.

    `busy` is how long it has served that ticket. `is_last`: it calls no further ticket.
    """

    categories: frozenset[str]
    serving: str = ""
    busy: float = 0.0
    is_last: bool = False


@dataclass(frozen=True)
class Overtakers:
    """Later tickets of a category with a head start: how many come a second, and the head start in seconds."""

    rate: float
    head_start: float


@dataclass(frozen=True)
class HallState:
    """What an estimate is computed from.

    `queue` has the categories of the waiting tickets in the order of calling, `ages` the time since each counts as
    issued: since its issue, plus its head start. `times` are the last service times of each category, `intervals` the
    mean time between two of its last calls. `overtakers` of a category come later and are called before a ticket that
    is issued now, at most `overtaken_at_most` of them (None: no limit). `targets` has for each waiting ticket the
    number of the window that alone calls it, or ANY_WINDOW; without `targets` every ticket waits for any window.
    """

    queue: tuple[str, ...]
    windows: tuple[ServingWindow, ...]
    times: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    intervals: Mapping[str, float] = field(default_factory=dict)
    overtakers: Mapping[str, tuple[Overtakers, ...]] = field(default_factory=dict)
    ages: tuple[float, ...] = ()
    targets: tuple[int, ...] = ()
    overtaken_at_most: int | None = None

    def ahead_of(self, head_start: float) -> HallState:
        """Return the state as a new ticket with this head start (seconds) sees it: without those called after it."""
        if head_start <= 0:
            return self
        ahead = [place for place, age in enumerate(self.ages) if age >= head_start]
        overtakers = {
            category: tuple(
                Overtakers(kind.rate, kind.head_start - head_start) for kind in kinds if kind.head_start > head_start
            )
            for category, kinds in self.overtakers.items()
        }
        return replace(
            self,
            queue=tuple(self.queue[place] for place in ahead),
            ages=tuple(self.ages[place] for place in ahead),
            targets=tuple(self.targets[place] for place in ahead) if self.targets else (),
            overtakers=overtakers,
        )


@dataclass(frozen=True)
class WaitRange:
    """Range of a wait in seconds: 80 % of the waits are inside. Both are 0 if there is no estimate."""

    low: int = 0
    high: int = 0

    def __bool__(self) -> bool:
        return self.high > 0

    def contains(self, seconds: float) -> bool:
        """Return whether a wait is inside."""
        return self.low <= seconds <= self.high

    def widen(self, factor: float) -> WaitRange:
        """Return the range with its width multiplied by `factor`, about the same middle and not below 0."""
        if not self:
            return self
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2 * factor
        return WaitRange(max(0, round(middle - half)), max(1, round(middle + half)))

    def to_minutes(self) -> tuple[int, int]:
        """Return the range in minutes for people: outwards to multiples of STEP_MINUTES, never empty."""
        step = STEP_MINUTES * _MINUTE
        low, high = self.low // step * STEP_MINUTES, -(-self.high // step) * STEP_MINUTES
        return low, max(high, low + STEP_MINUTES)


def estimate_waits(state: HallState, categories: Iterable[str], seed: int, runs: int = RUNS) -> dict[str, WaitRange]:
    """Return the range of the wait of a ticket that is issued now, for each category.

    A category that no window serves has no range. One with fewer than FEWEST_TIMES service times has one from the rate
    of its calls, if that is known. `seed` determines the runs.
    """
    ranges: dict[str, WaitRange] = {}
    simulated = []
    for category in dict.fromkeys(categories):
        if not any(category in window.categories and not window.is_last for window in state.windows):
            ranges[category] = WaitRange()
        elif len(state.times.get(category, ())) < FEWEST_TIMES:
            ranges[category] = _estimate_by_rate(state, category)
        else:
            simulated.append(category)
    waits = _simulate_runs(state, simulated, random.Random(seed), runs) if simulated else {}  # noqa: S311
    for category, values in waits.items():
        ranges[category] = _middle_of(values)
    return ranges


def _estimate_by_rate(state: HallState, category: str) -> WaitRange:
    """Return the range around the number ahead times the mean interval of calls; none if no rate is known."""
    interval = state.intervals.get(category, 0.0)
    if interval <= 0:
        return WaitRange()
    wait = (state.queue.count(category) + 1) * interval
    return _limit(wait * (1 - _RATE_SPREAD), max(_SHORTEST, wait * (1 + _RATE_SPREAD)))


def _middle_of(values: Sequence[float]) -> WaitRange:
    """Return the range that has the middle SHARE of the values."""
    ordered = sorted(values)
    outside = (1 - SHARE) / 2
    return _limit(_quantile(ordered, outside), max(_SHORTEST, _quantile(ordered, 1 - outside)))


def _limit(low: float, high: float) -> WaitRange:
    if high > LONGEST_RANGE_MINUTES * _MINUTE:
        return WaitRange()
    return WaitRange(max(0, int(low)), max(1, round(high)))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return the quantile of sorted values, by linear interpolation."""
    place = share * (len(ordered) - 1)
    index = int(place)
    if index + 1 >= len(ordered):
        return ordered[-1]
    return ordered[index] + (ordered[index + 1] - ordered[index]) * (place - index)


def _simulate_runs(
    state: HallState, categories: Sequence[str], source: random.Random, runs: int
) -> dict[str, list[float]]:
    """Return the wait of a new ticket of each category in each run."""
    every = [time for times in state.times.values() for time in times]
    letters = sorted({*state.queue, *categories, *state.overtakers, *(window.serving for window in state.windows)})
    times = {letter: _drawn_times(state, letter, every) for letter in letters}
    waits: dict[str, list[float]] = defaultdict(list)
    for _run in range(runs):
        drawn = {letter: source.choices(known, k=len(known)) for letter, known in times.items()}
        _run_once(state, categories, drawn, source, waits)
    return waits


def _drawn_times(state: HallState, category: str, every: Sequence[float]) -> Sequence[float]:
    """Return the service times to draw from; those of all categories if too few of this one are known."""
    known = state.times.get(category, ())
    return known[-KEPT_TIMES:] if len(known) >= FEWEST_TIMES else every


def _run_once(
    state: HallState,
    categories: Sequence[str],
    times: Mapping[str, Sequence[float]],
    source: random.Random,
    waits: dict[str, list[float]],
) -> None:
    """Simulate one run until a window is free for a new ticket of each category; append the waits.

    The new tickets wait behind all others and occupy no window, so they do not delay each other.
    """
    queues, keys = _build_queues(state)
    free = _list_free_windows(state, times, source)
    overtakers = _draw_overtakers(state, source)
    open_categories = set(categories)
    overtaken = dict.fromkeys(categories, 0)
    while free and open_categories:
        now, number = heapq.heappop(free)
        served = state.windows[number].categories
        called = _take_first(state, queues, keys[number])
        if not called:
            due = {letter for letter in open_categories & served if _is_due(overtaken[letter], state)}
            called = _take_overtaker(overtakers, served, now)
            if not called:
                due = open_categories & served
            for letter in due:
                waits[letter].append(now)
            open_categories -= due
            for letter in open_categories & served:
                overtaken[letter] += 1
        if called:
            drawn = times[called]
            heapq.heappush(free, (now + drawn[int(source.random() * len(drawn))], number))


def _build_queues(state: HallState) -> tuple[dict[str | int, list[int]], list[tuple[str | int, ...]]]:
    """Return the places of the tickets by category, or by the window that alone calls them, the next ticket last.

    The second part has the keys of the queues that each window calls from.
    """
    queues: dict[str | int, list[int]] = {}
    for place in range(len(state.queue) - 1, -1, -1):
        target = state.targets[place] if state.targets else ANY_WINDOW
        queues.setdefault(state.queue[place] if target == ANY_WINDOW else target, []).append(place)
    return queues, [(*window.categories, number) for number, window in enumerate(state.windows)]


def _list_free_windows(
    state: HallState, times: Mapping[str, Sequence[float]], source: random.Random
) -> list[tuple[float, int]]:
    """Return a heap of the windows that call further tickets, with the time at which each is free."""
    free = []
    for number, window in enumerate(state.windows):
        if not window.is_last:
            remaining = _remaining(times[window.serving], window.busy, source) if window.serving else 0.0
            free.append((remaining, number))
    heapq.heapify(free)
    return free


def _take_first(state: HallState, queues: dict[str | int, list[int]], keys: Iterable[str | int]) -> str:
    """Remove the first ticket of the queues with these keys; return its category, or ""."""
    first = len(state.queue)
    chosen: list[int] | None = None
    for key in keys:
        queue = queues.get(key)
        if queue and queue[-1] < first:
            first, chosen = queue[-1], queue
    if chosen is None:
        return ""
    chosen.pop()
    return state.queue[first]


def _is_due(overtaken: int, state: HallState) -> bool:
    """Return whether a new ticket that was overtaken so often is called before any overtaker."""
    return state.overtaken_at_most is not None and overtaken >= state.overtaken_at_most


def _draw_overtakers(state: HallState, source: random.Random) -> dict[str, list[float]]:
    """Return when the overtakers of each category come, the first one last."""
    drawn: dict[str, list[float]] = {}
    for category, kinds in state.overtakers.items():
        moments = drawn.setdefault(category, [])
        for kind in kinds:
            at = source.expovariate(kind.rate)
            while at < kind.head_start:
                moments.append(at)
                at += source.expovariate(kind.rate)
        moments.sort(reverse=True)
    return drawn


def _take_overtaker(overtakers: dict[str, list[float]], served: frozenset[str], now: float) -> str:
    """Remove the first overtaker that a window with these categories can call at `now`; return its category, or ""."""
    heads = [(moments[-1], letter) for letter, moments in overtakers.items() if moments and letter in served]
    first = min(heads, default=(now + 1, ""))
    if first[0] > now:
        return ""
    overtakers[first[1]].pop()
    return first[1]


def _remaining(times: Sequence[float], busy: float, source: random.Random) -> float:
    """Return a drawn remaining time of a service that has lasted `busy`: one of the longer ones, less what has passed.

    A service that lasts longer than all known ones ends after half of a usual one.
    """
    longer = [time for time in times if time > busy]
    if longer:
        return longer[int(source.random() * len(longer))] - busy
    return times[int(source.random() * len(times))] / 2 if times else 0.0
