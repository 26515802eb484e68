"""Give random input to all roles of one city, cut its line, kill its programs, and check that nothing breaks.

    python -m tests.monkey [--minutes N] [--seed N] [--keep DIR]

Exit code: 0 without a finding, 1 with one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.monkey.checks import check_city
from tests.monkey.city import STATIONS, City, run_city
from tests.monkey.inputs import InputSource
from tests.monkey.station import Finding, Station

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
    random = Random(seed)
    with run_city(folder) as city:
        paths = sorted((city.center_folder / "codes").glob("*.txt"))
        codes = {path.stem: path.read_text("utf-8").strip() for path in paths}
        inputs = InputSource(random, codes)
        stations = [Station(city, plan, random, inputs) for plan in STATIONS]
        try:
            for station in stations:
                station.start()
            rounds = _play(city, stations, inputs, random, time.monotonic() + seconds)
            for station in stations:
                station.probe()
            for station in stations:
                station.stop()
            if not city.connected:
                city.start_center()
            facts = check_city(city)
        except Finding as finding:
            sys.stdout.write(f"seed {seed}: {finding}\n")
            return 1
        finally:
            for station in stations:
                station.kill()
        sent = sum(station.sent for station in stations)
        sys.stdout.write(f"seed {seed}: {rounds} rounds, {sent} inputs, {facts}: no finding\n")
    return 0


def _play(city: City, stations: Sequence[Station], inputs: InputSource, random: Random, until: float) -> int:
    rounds = 0
    while time.monotonic() < until:
        rounds += 1
        for station in stations:
            station.act()
            if rounds % PROBE_EVERY == stations.index(station):
                station.probe()
        if rounds % 50 == 0:
            inputs.numbers = city.read_numbers()
        if random.random() < KILL_CHANCE:
            station = random.choice(stations)
            station.kill()
            station.start()
        if city.connected and random.random() < CUT_CHANCE:
            city.stop_center(kill=random.random() < 0.5)
        elif not city.connected and random.random() < MENDED_CHANCE:
            city.start_center()
    return rounds


if __name__ == "__main__":
    sys.exit(main())
