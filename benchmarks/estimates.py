"""Measure how many waits are inside the estimated ranges, on simulated days of a large hall (benchmarks/hall_day.py).

Every n-th ticket is estimated from what the hall would have measured until its issue, and compared with its wait until
the first call. The widening of a day comes from the days before it, as in the product. Truth and estimate share the
calling rule, and service times come from one distribution for each category: errors of a real hall are larger. The
other scenarios break this: two windows that close in the morning, windows of different speed, a slower afternoon.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.hall_day import VISITORS, Scenario, simulate_day
from clerk_app.errors import BadData
from clerk_app.hall.estimate_inputs import TUNED_BY_DAYS, EstimatedTicket, measure_coverage, tune_widening
from clerk_app.hall.wait_estimate import WaitRange, estimate_waits

DAYS, EVERY = 20, 14
LEAST, MOST = 0.75, 0.85  # share of the waits inside the range
SCENARIOS = {
    "ordinary": Scenario(),
    "two windows closed at 10": Scenario(closed=(0, 10)),
    "windows of different speed": Scenario(speeds_sigma=0.15),
    "services 20 % longer from noon": Scenario(afternoon_factor=1.2),
}


@dataclass(frozen=True)
class EstimateResult:
    """Figures of one scenario, pooled over its days. Shares of waits inside; widths, waits and errors in minutes.

    `inside` is that of the range with the widening of its day, `inside_unwidened` of the one that is stored, and
    `inside_rounded` of the range in multiples of 5 minutes that people read.
    """

    scenario: str
    days: int
    estimates: int
    inside: float
    inside_unwidened: float
    inside_rounded: float
    width: float
    width_rounded: float
    mean_wait: float
    mean_error: float  # of the middle of the range
    last_widening: float

    @property
    def held(self) -> bool:
        """Whether the share inside is between LEAST and MOST."""
        return LEAST <= self.inside <= MOST


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when the bar is held on ordinary days, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks estimates", allow_abbrev=False)
    parser.add_argument("--days", type=int, default=DAYS, help="simulated days of each scenario")
    parser.add_argument("--every", type=int, default=EVERY, help="estimate every n-th ticket")
    parser.add_argument("--visitors", type=int, default=VISITORS, help="visitors of a day")
    parser.add_argument("--scenario", choices=list(SCENARIOS), help="only this one")
    parser.add_argument("--seed", type=int, default=1, help="of the first day")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each scenario")
    args = parser.parse_args(list(argv))
    if min(args.days, args.every, args.visitors) < 1:
        raise BadData("Days, tickets and visitors are at least one.")
    names = [args.scenario] if args.scenario else list(SCENARIOS)
    results = []
    for name in names:
        scenario = SCENARIOS[name]
        scenario.visitors = args.visitors
        result = measure(name, scenario, args.days, args.every, args.seed)
        results.append(result)
        sys.stdout.write(f"{json.dumps(asdict(result)) if args.json else _format(result)}\n")
        sys.stdout.flush()
    return 0 if results[0].held else 1


def measure(name: str, scenario: Scenario, days: int, every: int, seed: int) -> EstimateResult:
    """Simulate days and return the figures of all their estimates."""
    earlier: list[list[EstimatedTicket]] = []
    tickets: list[EstimatedTicket] = []
    inside = rounded = 0
    width = rounded_width = 0.0
    widening = 1.0
    waits: list[float] = []
    for day in range(days):
        today, day_waits = _estimate_day(seed + day, scenario, every)
        waits += day_waits
        widening = tune_widening([ticket for each in earlier[-TUNED_BY_DAYS:] for ticket in each])
        coverage = measure_coverage(today, widening)
        inside += coverage.inside
        width += coverage.width * coverage.count
        for ticket in today:
            low, high = ticket.estimate.widen(widening).to_minutes()
            rounded += low * 60 <= ticket.waited <= high * 60
            rounded_width += high - low
        earlier.append(today)
        tickets += today
    count = max(1, len(tickets))
    errors = [abs(ticket.waited - (ticket.estimate.low + ticket.estimate.high) / 2) for ticket in tickets]
    return EstimateResult(
        scenario=name,
        days=days,
        estimates=len(tickets),
        inside=round(inside / count, 3),
        inside_unwidened=round(measure_coverage(tickets, 1.0).inside / count, 3),
        inside_rounded=round(rounded / count, 3),
        width=round(width / count / 60, 2),
        width_rounded=round(rounded_width / count, 2),
        mean_wait=round(sum(waits) / max(1, len(waits)) / 60, 2),
        mean_error=round(sum(errors) / count / 60, 2),
        last_widening=widening,
    )


def _estimate_day(seed: int, scenario: Scenario, every: int) -> tuple[list[EstimatedTicket], list[float]]:
    """Return the estimated tickets of a day, and all its waits in seconds."""
    day = simulate_day(seed, scenario, lambda place: place % every == 0)
    estimated = []
    for ticket in day:
        if ticket.state is not None:
            state = ticket.state.ahead_of(ticket.issued - ticket.rank)
            estimate = estimate_waits(state, [ticket.category], seed)[ticket.category]
            if estimate != WaitRange():
                estimated.append(EstimatedTicket(ticket.category, estimate, ticket.called - ticket.issued))
    return estimated, [ticket.called - ticket.issued for ticket in day]


def _format(result: EstimateResult) -> str:
    return (
        f"{result.scenario}: {result.inside:.1%} of {result.estimates} waits inside the 80 % range"
        f" ({result.inside_unwidened:.1%} before the widening, {result.inside_rounded:.1%} in steps of 5 minutes);"
        f" mean width {result.width} min ({result.width_rounded} in steps of 5); mean wait {result.mean_wait} min,"
        f" mean error {result.mean_error} min; widening {result.last_widening};"
        f" bar {LEAST:.0%} to {MOST:.0%} {'held' if result.held else 'missed'}"
    )
