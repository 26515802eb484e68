"""Simulate whole cities in one process, each from one seed, and check invariants at the end.

    python -m tests.simulation city [--faults] [--seeds N] [--json] ...

Exit code: 0 if every invariant held in every city, 1 if one was violated, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from clerk_app.locales import set_language
from tests.simulation.runner import run_seeds
from tests.simulation.scenario import CitySize


def main(argv: Sequence[str] | None = None) -> int:
    """Run the cities that the arguments ask for; return the exit code."""
    args = _make_parser().parse_args(argv)
    set_language("en")
    size = CitySize(args.windows, args.departments, args.hours, args.faults)
    return run_seeds(size, args.first_seed, args.seeds, as_json=args.json, shrinking=args.shrink, stop=args.stop)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", allow_abbrev=False)
    simulations = parser.add_subparsers(dest="simulation", required=True)
    city = simulations.add_parser("city", help="a center with its windows, departments and kiosks", allow_abbrev=False)
    city.add_argument("--windows", type=_count_up_to(64), default=8, metavar="N", help="windows at the counters")
    city.add_argument("--departments", type=_count_up_to(7), default=4, metavar="N", help="departments")
    city.add_argument("--hours", type=_parse_hours, default=1.0, metavar="HOURS", help="simulated hours of a city")
    city.add_argument("--seeds", type=_count_up_to(1_000_000), default=10, metavar="N", help="number of cities")
    city.add_argument("--first-seed", type=int, default=1, metavar="SEED", help="seed of the first city")
    city.add_argument(
        "--shrink", type=float, default=30, metavar="SECONDS", help="seconds for shrinking each failing scenario"
    )
    city.add_argument("--stop", action="store_true", help="stop at the first city that violates an invariant")
    city.add_argument(
        "--faults", action="store_true",
        help="inject faults of network, machines, disks and clocks, restored backups, cloned disks, hostile machines",
    )  # fmt: skip
    city.add_argument(
        "--json", action="store_true", help="print a JSON line for each city that violates an invariant, and a last one"
    )
    return parser


def _count_up_to(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not 0 < int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {most}")
        return int(text)

    return parse


def _parse_hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= 24:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0 and up to 24")
    return hours


if __name__ == "__main__":
    sys.exit(main())
