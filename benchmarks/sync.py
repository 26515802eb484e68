"""Measure a center and its windows over real HTTP, and raw inserts of the same rows in the same run.

Rounds alternate between the program and the floor; their medians are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks.queue import ENGINES, MEMORY_FOLDER, run_postgres
from benchmarks.queue_report import REAL_DISK
from benchmarks.queue_store import database_urls
from benchmarks.sync_backlog import BacklogBenchmark
from benchmarks.sync_day import CASES, DayBenchmark
from benchmarks.sync_idle import IdleBenchmark
from benchmarks.sync_online import OnlineBenchmark
from benchmarks.sync_stores import BenchmarkStores, PostgresStores, SqliteStores
from clerk_app.errors import BadData

LOADS = ("backlog", "storm", "online", "idle", "day")
MIN_BACKLOG_RATIO = 0.10  # relative to raw rows in one transaction; a raw prototype reached 0.21, SQLModel 0.04
MAX_BYTES_PER_CASE = 300  # bytes of a case on the network
MIN_STORM_TO_BACKLOG = 0.95  # relative to the rate of `backlog`; the rest is noise between equal measurements
MAX_SLOWEST_TO_MEDIAN = 2.0  # time of the slowest window, relative to the median
MIN_ONLINE_RATIO = 0.4  # relative to raw group commit
MIN_SIGNED_ONLINE_RATIO = 0.5  # relative to raw group commit that signs and verifies alike
MAX_P99_TO_SIGNED_FLOOR = 1.5
MAX_COST_GROWTH = 1.2  # cost of a command at the end of the day, relative to its start
MAX_DAY_HOURS = 1.0
MAX_MEMORY_GROWTH = 1.25  # memory at the end of the day, relative to its first fifth
ResultLine = dict[str, Any]


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    args = _parser().parse_args(list(argv))
    loads = args.load.split(",")
    if not set(loads) <= set(LOADS):
        raise BadData("The loads are: {known}", known=", ".join(LOADS))
    results: list[ResultLine] = []
    for engine in args.engine.split(","):
        if engine not in ENGINES:
            raise BadData("There is no engine {engine}: sqlite or postgresql.", engine=engine)
        with _open_stores(engine, args) as (stores, folder):
            results_of_engine: dict[str, ResultLine] = {}
            for load in [load for load in LOADS if load in loads]:
                result = _load_functions(stores, folder, args)[load]()
                results_of_engine[load] = result
                results.append(result)
                if "backlog" in results_of_engine and load == "storm":
                    result["to_backlog"] = result["per_s"] / results_of_engine["backlog"]["per_s"]
                _write_line(result, as_json=args.json)
    missed = [sentence for result in results for sentence in missed_bars(result)]
    sys.stderr.write("\n".join(["Broken:", *missed] if missed else ["Every bar is held."]) + "\n")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks sync",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "A center in a process of its own, and windows that connect to it over HTTP.\n"
            "backlog: a window sends its accepted cases and takes over the results; floor: the same rows inserted\n"
            "raw.\n"
            "storm: a hundred windows do so at once.\n"
            "online: one durable command in each request; floors: the same rows raw over the same kind of HTTP,\n"
            "without signatures, and with the same signatures of requests, entries and responses.\n"
            "idle: a thousand windows that wait.\n"
            "day: all cases of a city's day, with every claim and decision (an hour).\n"
            "A flush of 0 or of a number of milliseconds is emulated: the files are in memory (/dev/shm), and\n"
            "both sides sleep at each commit. 'real' is the disk under the temporary folder."
        ),
    )
    parser.add_argument("--engine", default="sqlite", help="sqlite, postgresql, or both separated by a comma")
    parser.add_argument("--load", default="backlog,storm,online,idle", help=", ".join(LOADS))
    parser.add_argument("--flush-ms", default="4.1", help="milliseconds of a flush, or real: that of the disk")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the size of each load, for a quick run")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each result, which is their median")
    parser.add_argument("--url", default=os.environ.get("CLERK_POSTGRES", ""), help="a PostgreSQL to use")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    return parser


def _load_functions(
    stores: BenchmarkStores, folder: Path, args: argparse.Namespace
) -> Mapping[str, Callable[[], ResultLine]]:
    flush = 0.0 if args.flush_ms == REAL_DISK else float(args.flush_ms)
    backlog = BacklogBenchmark(stores, folder, flush, args.rounds)

    def scaled(size: int, least: int = 1) -> int:
        return max(least, round(size * float(args.scale)))

    return {
        "backlog": lambda: backlog.measure_window(scaled(10_000)),
        "storm": lambda: backlog.measure_storm(scaled(100, 2), 100),
        "online": lambda: OnlineBenchmark(stores, folder, flush, args.rounds).measure(scaled(100, 4), scaled(50, 3)),
        "idle": lambda: IdleBenchmark(stores, folder, flush).measure(scaled(1_000), 2.0 + 28.0 * min(1.0, args.scale)),
        "day": lambda: DayBenchmark(stores, folder, flush).measure(scaled(CASES)),
    }


def missed_bars(result: ResultLine) -> list[str]:
    """Return a sentence for each bar that a result misses."""
    load = result["load"]
    bars: list[tuple[str, float]] = []
    if load == "backlog":
        bars = [("ratio", MIN_BACKLOG_RATIO), ("bytes_per_case", -MAX_BYTES_PER_CASE)]
    if load == "storm":
        bars = [("to_backlog", MIN_STORM_TO_BACKLOG), ("slowest_to_median", -MAX_SLOWEST_TO_MEDIAN)]
    if load == "online":
        bars = [
            ("ratio", MIN_ONLINE_RATIO),
            ("signed_ratio", MIN_SIGNED_ONLINE_RATIO),
            ("p99_to_signed_floor", -MAX_P99_TO_SIGNED_FLOOR),
        ]
    if load == "day":
        bars = [
            ("hours_for_280000", -MAX_DAY_HOURS),
            ("cost_end_to_start", -MAX_COST_GROWTH),
            ("memory_growth", -MAX_MEMORY_GROWTH),
        ]
    return [
        "{load} on {engine}: {name} is {value}, the bar is {bar}".format(
            load=load, engine=result["engine"], name=name, value=_round_value(result[name]), bar=abs(bar)
        )
        for name, bar in bars
        if name in result and (result[name] < bar if bar > 0 else result[name] > -bar)
    ]


@contextmanager
def _open_stores(engine: str, args: argparse.Namespace) -> Iterator[tuple[BenchmarkStores, Path]]:
    """Create a folder or server for the stores of one engine; remove it at the end."""
    real = args.flush_ms == REAL_DISK
    folder = Path(mkdtemp(prefix="clerk-bench-", dir=MEMORY_FOLDER if MEMORY_FOLDER.exists() and not real else None))
    folder.chmod(0o755)  # the server runs as another user
    try:
        with ExitStack() as exits:
            if engine == "sqlite":
                yield SqliteStores(folder), folder
            else:
                url = database_urls(args.url) if args.url else exits.enter_context(run_postgres(folder / "server")).url
                stores = PostgresStores(url, kept_on_disk=real)
                exits.callback(stores.remove)
                yield stores, folder
    finally:
        shutil.rmtree(folder)


def _write_line(line: ResultLine, *, as_json: bool) -> None:
    rounded = {name: _round_value(value) for name, value in line.items()}
    if as_json:
        sys.stdout.write(json.dumps(rounded) + "\n")
    else:
        sys.stdout.write("  ".join(f"{name} {value}" for name, value in rounded.items()) + "\n")
    sys.stdout.flush()


def _round_value(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
