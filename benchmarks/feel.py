"""Measure the start and key response times of the program, and its memory.

Runs the real program and a minimal Textual app on pseudo terminals in alternating rounds, and compares medians. The
first round fills the caches and is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.early_imports import imported_before_paint
from benchmarks.feel_reading import read_papers_meanwhile
from benchmarks.feel_report import Measure, Values, compare_measures, format_table, format_verdict
from benchmarks.feel_rounds import SIGN_IN, program_command, run_round
from benchmarks.sample_office import build_feel_city
from clerk_app.composition.settings import SETTINGS_FILE
from clerk_app.composition.store_key import CREDENTIAL_NAME, generate_store_key
from clerk_app.errors import BadData
from clerk_app.locales import format_list
from db.files import create_folder, replace_file

ROUNDS = 7


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks feel", allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds that count (one more runs before them)")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    parser.add_argument("--encrypted", action="store_true", help="encrypt the store; the result is only reported")
    parser.add_argument("--while-reading", action="store_true", help="while a child process reads papers")
    args = parser.parse_args(list(argv))
    if args.rounds < 1:
        raise BadData("At least one round has to count.")
    reading = read_papers_meanwhile() if args.while_reading else nullcontext()
    with TemporaryDirectory(prefix="clerk-bench-") as temporary, reading:
        folder = Path(temporary) / "city"
        build_feel_city(folder)
        environment = encrypt_city(folder, Path(temporary) / "credentials") if args.encrypted else {}
        early = () if args.encrypted else imported_before_paint(program_command(folder), SIGN_IN)
        measurements = measure(folder, args.rounds, environment)
    _write_report(measurements, early, as_json=args.json)
    is_held = not early and all(measurement.held for measurement in measurements)
    return 0 if is_held or args.encrypted else 1


def encrypt_city(folder: Path, credentials: Path) -> dict[str, str]:
    """Encrypt the store of the city in `folder`; return the environment from which a program gets the key."""
    create_folder(credentials)
    replace_file(credentials / CREDENTIAL_NAME, generate_store_key().encode())
    settings = folder / SETTINGS_FILE
    replace_file(settings, b'store_key = "credential"\n' + settings.read_bytes())
    environment = {"CREDENTIALS_DIRECTORY": str(credentials)}
    command = [sys.executable, "-m", "clerk_app", "--office", str(folder), "db", "encrypt"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | environment)
    return environment


def measure(folder: Path, rounds: int, environment: Mapping[str, str] | None = None) -> list[Measure]:
    """Run the rounds over the city in `folder` and compare. Raises OutOfReach when a program does not start."""
    minimal: Values = {}
    program_values: Values = {}
    for round_number in range(rounds + 1):
        for values, found in zip((minimal, program_values), run_round(folder, environment=environment), strict=True):
            if round_number:
                for name, numbers in found.items():
                    values.setdefault(name, []).extend(numbers)
    return compare_measures(minimal, program_values)


def _write_report(measurements: Sequence[Measure], early: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        output = [measurement.as_json() for measurement in measurements]
        output.append(json.dumps({"name": "imports before first paint", "found": list(early), "held": not early}))
    else:
        output = format_table(measurements)
        output.append("Heavy modules imported before the first paint: {names}".format(names=format_list(early) or "-"))
        output.append(format_verdict(measurements, early))
    sys.stdout.write("\n".join(output) + "\n")
