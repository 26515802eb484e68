"""`clerk bench feel`: does the program feel as quick as it should?

Starts the real program on a pseudo terminal, in rounds that alternate with a minimal Textual app, and compares medians:
the machine may be slow or busy, the ratio stays. The first round fills the caches and is not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.early_imports import imported_before_paint
from benchmarks.feel_report import Measure, Values, compare_measures, format_table, format_verdict
from benchmarks.feel_rounds import SIGN_IN, program_command, run_round
from benchmarks.sample_office import build_feel_city
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list

ROUNDS = 7


def main(words: Sequence[str]) -> int:
    """Runs the bench with the arguments after `clerk bench feel`: 0 when every bar is held, 1 when one is broken."""
    parser = argparse.ArgumentParser(prog="clerk bench feel", allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=_("rounds that count (one more runs before them)"))
    parser.add_argument("--json", action="store_true", help=_("one JSON line a measure"))
    args = parser.parse_args(list(words))
    if args.rounds < 1:
        raise BadData("At least one round has to count.")
    with TemporaryDirectory(prefix="clerk-bench-") as place:
        folder = Path(place) / "city"
        build_feel_city(folder)
        early = imported_before_paint(program_command(folder), SIGN_IN)
        measures = measure(folder, args.rounds)
    _write_report(measures, early, as_json=args.json)
    return 0 if not early and all(one.held for one in measures) else 1


def measure(folder: Path, rounds: int) -> list[Measure]:
    """Runs the rounds over the city in `folder` and compares. Raises OutOfReach when a program does not start."""
    least: Values = {}
    ours: Values = {}
    for counted in range(rounds + 1):
        for into, found in zip((least, ours), run_round(folder), strict=True):
            if counted:
                for name, numbers in found.items():
                    into.setdefault(name, []).extend(numbers)
    return compare_measures(least, ours)


def _write_report(measures: Sequence[Measure], early: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        said = [one.as_json() for one in measures]
        said.append(json.dumps({"name": "imports before first paint", "found": list(early), "held": not early}))
    else:
        said = format_table(measures)
        said.append(_("Heavy modules imported before the first paint: {names}").format(names=format_list(early) or "-"))
        said.append(format_verdict(measures, early))
    sys.stdout.write("\n".join(said) + "\n")
