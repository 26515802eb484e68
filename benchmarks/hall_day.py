"""Simulates the days of a hall: arrivals with two peaks, tickets with classes, windows with several categories.

The hall of the measurements: 20 windows (7 A, 3 B, 4 C, 3 AB, 3 ABC), 2,800 visitors, load about 94 %. The calling rule
is the product's: the lowest rank (time of issue less the head start of the class) of the window's categories.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.hall.wait_estimate import KEPT_TIMES, HallState, Overtakers, ServingWindow

WINDOWS = ("A",) * 7 + ("B",) * 3 + ("C",) * 4 + ("AB",) * 3 + ("ABC",) * 3
VISITORS = 2_800
SHARES = {"A": 0.45, "B": 0.25, "C": 0.30}  # of the categories
MEAN_SECONDS = {"A": 192.0, "B": 216.0, "C": 216.0}  # service
SERVICE_SIGMA = 0.7  # of the logarithm of a service time: half of them between 0.62 and 1.6 times the median
CLASS_SHARES = {"ordinary": 0.9, "elderly": 0.05, "appointment": 0.05}
NO_SHOW_SHARE, NO_SHOW_SECONDS = 0.04, 90.0
OPENING, LAST_ARRIVAL = 8.5 * 3600, 16.5 * 3600
PEAKS = ((10.0 * 3600, 2700.0, 0.3), (14.25 * 3600, 2400.0, 0.3))  # middle, standard deviation, share of visitors
OVERTAKER_SECONDS = 3600.0  # in which tickets with a head start are counted
RATE_CALLS = 20  # calls of a category from which the mean interval is computed


@dataclass
class Scenario:
    """What differs from an ordinary day.

    `closed`: numbers of windows that close for the rest of the day after the ticket being served at `closed_at`.
    `speeds_sigma`: spread of the speeds of the windows. `afternoon_factor`: service times from noon on.
    """

    visitors: int = VISITORS
    closed: tuple[int, ...] = ()
    closed_at: float = 10 * 3600
    speeds_sigma: float = 0.0
    afternoon_factor: float = 1.0


@dataclass
class Ticket:
    """A ticket. Times are in seconds since midnight."""

    category: str
    issued: float
    rank: float
    called: float = -1.0
    state: HallState | None = None  # of the hall at the issue, of the tickets that are estimated


@dataclass
class _Window:
    categories: frozenset[str]
    speed: float
    serving: Ticket | None = None
    is_closed: bool = False


@dataclass
class _Measured:
    """What a real hall would have measured until now."""

    times: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=KEPT_TIMES)))
    calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=RATE_CALLS)))
    head_starts: deque[tuple[float, str, float]] = field(default_factory=deque)  # issue, category, seconds


def simulate_day(seed: int, scenario: Scenario, is_sampled: Callable[[int], bool]) -> list[Ticket]:
    """Return the called tickets of a day; those that `is_sampled` chooses by their place have the state of the hall."""
    source = random.Random(seed)  # noqa: S311
    return _Day(source, scenario).run(is_sampled)


class _Day:
    def __init__(self, source: random.Random, scenario: Scenario) -> None:
        self._source, self._scenario = source, scenario
        speeds = [math.exp(source.gauss(0, scenario.speeds_sigma)) for _window in WINDOWS]
        self._windows = [_Window(frozenset(letters), speed) for letters, speed in zip(WINDOWS, speeds, strict=True)]
        self._queue: list[Ticket] = []
        self._measured = _Measured()

    def run(self, is_sampled: Callable[[int], bool]) -> list[Ticket]:
        """Simulate the day until every ticket was called."""
        tickets = sorted((self._issue() for _visitor in range(self._scenario.visitors)), key=lambda each: each.issued)
        arrivals = deque(enumerate(tickets))
        ends: list[tuple[float, int]] = []
        while arrivals or ends:
            if arrivals and (not ends or arrivals[0][1].issued <= ends[0][0]):
                place, ticket = arrivals.popleft()
                now = ticket.issued
                self._close_windows(now)
                if is_sampled(place):
                    ticket.state = self._describe(now)
                self._queue.append(ticket)
                if ticket.rank < now:
                    self._measured.head_starts.append((now, ticket.category, now - ticket.rank))
                order = self._source.sample(range(len(self._windows)), len(self._windows))
                idle = [number for number in order if self._windows[number].serving is None]
                for number in idle:
                    self._call(number, now, ends)
            else:
                now, number = heapq.heappop(ends)
                self._close_windows(now)
                self._end(number, now)
                self._call(number, now, ends)
        return [ticket for ticket in tickets if ticket.called >= 0]

    def _issue(self) -> Ticket:
        source = self._source
        category = source.choices(list(SHARES), list(SHARES.values()))[0]
        chosen = source.choices(list(CLASS_SHARES), list(CLASS_SHARES.values()))[0]
        issued = self._draw_arrival()
        head_start = DEFAULT_POLICY.head_start_minutes.of_class(chosen) * 60
        return Ticket(category, issued, issued - head_start)

    def _draw_arrival(self) -> float:
        source = self._source
        while True:
            draw = source.random()
            at = source.uniform(OPENING, LAST_ARRIVAL)
            for middle, deviation, share in PEAKS:
                if draw < share:
                    at = source.gauss(middle, deviation)
                    break
                draw -= share
            if OPENING <= at <= LAST_ARRIVAL:
                return at

    def _close_windows(self, now: float) -> None:
        if now >= self._scenario.closed_at:
            for number in self._scenario.closed:
                self._windows[number].is_closed = True

    def _call(self, number: int, now: float, ends: list[tuple[float, int]]) -> None:
        window = self._windows[number]
        if window.is_closed:
            return
        suitable = [ticket for ticket in self._queue if ticket.category in window.categories]
        if not suitable:
            return
        ticket = min(suitable, key=lambda each: each.rank)
        self._queue.remove(ticket)
        ticket.called, window.serving = now, ticket
        self._measured.calls[ticket.category].append(now)
        heapq.heappush(ends, (now + self._draw_service(ticket, window, now), number))

    def _draw_service(self, ticket: Ticket, window: _Window, now: float) -> float:
        if self._source.random() < NO_SHOW_SHARE:
            return NO_SHOW_SECONDS
        mean = MEAN_SECONDS[ticket.category] * (self._scenario.afternoon_factor if now >= 12 * 3600 else 1)
        median = mean / math.exp(SERVICE_SIGMA**2 / 2)
        return median * math.exp(self._source.gauss(0, SERVICE_SIGMA)) * window.speed

    def _end(self, number: int, now: float) -> None:
        window = self._windows[number]
        if window.serving is not None:
            self._measured.times[window.serving.category].append(now - window.serving.called)
            window.serving = None

    def _describe(self, now: float) -> HallState:
        intervals = {
            category: (now - calls[0]) / len(calls) for category, calls in self._measured.calls.items() if calls
        }
        queue = sorted(self._queue, key=lambda each: each.rank)
        return HallState(
            queue=tuple(ticket.category for ticket in queue),
            ages=tuple(now - ticket.rank for ticket in queue),
            windows=tuple(
                ServingWindow(
                    window.categories,
                    window.serving.category if window.serving else "",
                    now - window.serving.called if window.serving else 0.0,
                    is_last=window.is_closed,
                )
                for window in self._windows
            ),
            times={category: tuple(times) for category, times in self._measured.times.items()},
            intervals=intervals,
            overtakers=self._describe_overtakers(now),
        )

    def _describe_overtakers(self, now: float) -> dict[str, tuple[Overtakers, ...]]:
        recent = self._measured.head_starts
        while recent and recent[0][0] < now - OVERTAKER_SECONDS:
            recent.popleft()
        seconds = max(900.0, min(OVERTAKER_SECONDS, now - OPENING))
        kinds: dict[str, tuple[Overtakers, ...]] = {}
        for (category, head_start), count in Counter((letter, head) for _at, letter, head in recent).items():
            kinds[category] = (*kinds.get(category, ()), Overtakers(count / seconds, head_start))
        return kinds
