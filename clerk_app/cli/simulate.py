"""`clerk simulate`: a whole city in one process, under a clock and a network that go wrong as a seed says."""

from __future__ import annotations

import argparse

from clerk_app.cli.arguments import Parser
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """The simulations."""
    city = parser.act("city", simulate_city, _("a center, its windows and departments; is anything lost or doubled?"))
    city.option("--windows", _("windows at the counters"), value="N", type=_count(64), default=8)
    city.option("--departments", _("departments"), value="N", type=_count(7), default=4)
    city.option("--hours", _("how long the city is watched"), value="HOURS", type=_hours, default=1.0)
    city.option("--seeds", _("how many cities"), value="N", type=_count(1_000_000), default=10)
    city.option("--first-seed", _("the first one's seed"), value="SEED", type=int, default=1)
    city.option(
        "--shrink", _("seconds for making the story of a failure short"), value="SECONDS", type=float, default=30
    )
    city.flag("--stop", _("stop at the first city in which something was wrong"))
    city.flag("--faults", _("networks, machines, disks and clocks fail, backups come back, disks are copied"))
    city.flag("--json", _("a JSON line for each city in which something was wrong, and one at the end"))


def simulate_city(args: argparse.Namespace) -> int:
    """Runs the cities; 1 when something did not hold in one of them."""
    from tests.simulation.runner import run_seeds
    from tests.simulation.scenario import CitySize

    size = CitySize(args.windows, args.departments, args.hours, args.faults)
    return run_seeds(size, args.first_seed, args.seeds, as_json=args.json, shrinking=args.shrink, stop=args.stop)


def _count(most: int) -> type[int]:
    class Count(int):
        def __new__(cls, text: str) -> Count:
            made = super().__new__(cls, text)
            if not 0 < made <= most:
                raise argparse.ArgumentTypeError(
                    _("{text} is not a number from 1 to {most}").format(text=text, most=most)
                )
            return made

    return Count


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= 24:
        raise argparse.ArgumentTypeError(_("{text} is not a number from 1 to {most}").format(text=text, most=24))
    return hours
