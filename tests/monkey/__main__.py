"""Give random input to all roles of one city, cut its line, kill its programs, and check that nothing breaks.

    python -m tests.monkey [--minutes N] [--seed N] [--keep DIR]

Exit code: 0 without a finding, 1 with one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from tests.monkey.checks import check_city
from tests.monkey.city import STATIONS, City, StationPlan, run_city
from tests.monkey.completion import Completion
from tests.monkey.inputs import InputSource
from tests.monkey.station import Finding, Station

SHIFT = 150  # rounds after which all open work is brought to its end
PROBE_EVERY = 60  # inputs of a station
CUT_CHANCE, KILL_CHANCE = 0.002, 0.001  # per round over all stations
MENDED_CHANCE = 0.02  # that the center runs again, per round while it is stopped


def main(argv: Sequence[str] | None = None) -> int:
    """Run for the time that the arguments give; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder of the city; without it a temporary one")
    args = parser.parse_args(argv)
    if args.keep is not None:
        args.keep.mkdir(parents=True)
        return _run(args.keep, args.seed, args.minutes * 60)
    with tempfile.TemporaryDirectory(prefix="clerk-monkey-") as folder:
        return _run(Path(folder), args.seed, args.minutes * 60)


def _run(folder: Path, seed: int, seconds: float) -> int:
    with run_city(folder) as city:
        paths = sorted((city.center_folder / "codes").glob("*.txt"))
        codes = {path.stem: path.read_text("utf-8").strip() for path in paths}
        stations = [_make_station(city, plan, seed, codes) for plan in STATIONS]
        work = Completion(city)
        try:
            rounds = _play(city, stations, Random(f"{seed} faults"), work, time.monotonic() + seconds)
            facts = check_city(city)
        except Finding as finding:
            sys.stdout.write(f"seed {seed}: {finding}\n")
            return 1
        finally:
            for station in stations:
                station.kill()
        sent = sum(station.sent for station in stations)
        sys.stdout.write(f"seed {seed}: {rounds} rounds, {sent} inputs, {facts}\n{work.summary()}\nno finding\n")
    return 0


def _make_station(city: City, plan: StationPlan, seed: int, codes: Mapping[str, str]) -> Station:
    """Make a station with random numbers of its own, so that its inputs do not depend on how quick the others are."""
    random = Random(f"{seed} {plan.node}")
    return Station(city, plan, random, InputSource(random, codes))


def _play(city: City, stations: Sequence[Station], random: Random, work: Completion, until: float) -> int:
    """Play shifts until the time is over; return the number of rounds. All work is brought to its end after each."""
    rounds = 0
    while time.monotonic() < until:
        for station in stations:
            station.start()
        for _ in range(SHIFT):
            if time.monotonic() >= until:
                break
            rounds += 1
            _play_round(city, stations, random, rounds)
        for station in stations:
            station.probe()
        for station in stations:
            station.stop()
        if not city.connected:
            city.start_center()
        work.run()
    return rounds


def _play_round(city: City, stations: Sequence[Station], random: Random, number: int) -> None:
    """Give every station one input; seldom kill a program, or cut the line to the center or mend it."""
    for place, station in enumerate(stations):
        station.act()
        if number % PROBE_EVERY == place:
            station.probe()
    if number % 50 == 0:
        known = city.read_numbers()
        for station in stations:
            station.inputs.numbers = known
    if random.random() < KILL_CHANCE:
        station = random.choice(stations)
        station.kill()
        station.start()
    if city.connected and random.random() < CUT_CHANCE:
        city.stop_center(kill=random.random() < 0.5)
    elif not city.connected and random.random() < MENDED_CHANCE:
        city.start_center()


if __name__ == "__main__":
    sys.exit(main())
