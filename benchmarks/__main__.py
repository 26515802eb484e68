"""Benchmarks of the program. Each compares it with a reference that is measured in the same run.

    python -m benchmarks NAME [OPTIONS] [--json]

`python -m benchmarks --help` lists the benchmarks, `python -m benchmarks NAME --help` the options of one. Exit code: 0
if every bar is held, 1 if a bar is missed or the measurement failed (one sentence on stderr), 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from clerk_app.errors import ClerkError
from clerk_app.locales import set_language

BENCHMARKS = {
    "feel": "first paint, keys, pages and memory",
    "filter": "typing the filter of a list of 100,000 rows",
    "wedge": "a long code from a hand scanner, while other processes are busy",
    "scan": "time from a camera frame to a verified result",
    "decode": "share of codes read, and the time that takes",
    "queue": "claims per second",
    "calls": "calls of tickets per second",
    "accept": "acceptances per second",
    "catalogue": "a catalogue of 3,500 matters: publication, finding with F5, parts; --feel: against the sample one",
    "registry": "rows imported from other registers per second",
    "similarity": "names and texts that are the same or near; a check among 300,000 names",
    "sync": "a center and its windows",
    "encryption": "what an encrypted store costs",
    "estimates": "share of the waits inside the estimated range, on simulated days of a hall",
    "a4": "time of a sheet of A4",
    "papers": "kinds and fields of drawn papers; pages found in photographs",
    "web": "from a touch to the first changed frame of the kiosk in a browser",
    "plots": "share of a core of plots and tracks that are refreshed each second",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark that the first argument names, with the other arguments; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", allow_abbrev=False)
    parser.add_argument(
        "benchmark", choices=BENCHMARKS, help="; ".join(f"{name}: {text}" for name, text in BENCHMARKS.items())
    )
    parser.add_argument("options", nargs=argparse.REMAINDER, help="options of the benchmark")
    args = parser.parse_args(argv)
    set_language("en")
    try:
        code: int = import_module(f"benchmarks.{args.benchmark}").main(args.options)
    except ClerkError as error:
        print(error, file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
