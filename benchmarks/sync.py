"""`clerk bench sync`: what a center and its windows cost one another, over real HTTP, beside raw rows in the same run.

Ours and the floor alternate in rounds whose medians are compared: the machine may be slow or busy, the ratio stays.
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
from clerk_app.locales import _

LOADS = ("backlog", "storm", "online", "idle", "day")
MIN_BACKLOG_RATIO = 0.10  # of raw rows in one transaction: the raw prototype reaches 0.21, SQLModel objects 0.04
MAX_BYTES_PER_CASE = 300  # a case, over the wire
MIN_STORM_TO_BACKLOG = 0.95  # of the backlog's rate, which a storm must reach: what two measures of the same may differ
MAX_SLOWEST_TO_MEDIAN = 2.0  # times the median window, for the slowest one
MIN_ONLINE_RATIO = 0.5  # of raw group commit
MAX_P99_MS = 150.0
MAX_COST_GROWTH = 1.2  # of what a command costs, from the start of the day to its end
MAX_DAY_HOURS = 1.0
MAX_MEMORY_GROWTH = 1.25  # from the first fifth of the day to its end
ResultLine = dict[str, Any]


def main(words: Sequence[str]) -> int:
    """Runs the bench with the arguments after `clerk bench sync`: 0 when every bar is held, 1 when one is broken."""
    args = _parser().parse_args(list(words))
    loads = args.load.split(",")
    if not set(loads) <= set(LOADS):
        raise BadData("The loads are: {known}", known=", ".join(LOADS))
    lines: list[ResultLine] = []
    for engine in args.engine.split(","):
        if engine not in ENGINES:
            raise BadData("There is no engine {engine}: sqlite or postgresql.", engine=engine)
        with _open_stores(engine, args) as (stores, folder):
            of_engine: dict[str, ResultLine] = {}
            for load in [one for one in LOADS if one in loads]:
                line = _load_functions(stores, folder, args)[load]()
                of_engine[load] = line
                lines.append(line)
                if "backlog" in of_engine and load == "storm":
                    line["to_backlog"] = line["per_s"] / of_engine["backlog"]["per_s"]
                _write_line(line, as_json=args.json)
    found = [sentence for line in lines for sentence in missed_bars(line)]
    sys.stderr.write("\n".join([_("Broken:"), *found] if found else [_("Every bar is held.")]) + "\n")
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clerk bench sync",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_(
            "A center in a process of its own, and windows that speak with it over HTTP.\n"
            "backlog: a window's accepted cases, sent and answered; beside the same rows inserted raw.\n"
            "storm: a hundred windows at once. online: a durable command a request; beside the same rows raw,\n"
            "over the same kind of HTTP. idle: a thousand windows that wait. day: all cases of a city's day, with\n"
            "every claim and decision (an hour). A flush of 0 or of so many milliseconds is emulated: the files lie\n"
            "in memory (/dev/shm), and both sides sleep so long at each commit. 'real' is the disk under the\n"
            "temporary folder."
        ),
    )
    parser.add_argument("--engine", default="sqlite", help=_("sqlite, postgresql, or both with a comma"))
    parser.add_argument("--load", default="backlog,storm,online,idle", help=", ".join(LOADS))
    parser.add_argument("--flush-ms", default="4.1", help=_("milliseconds a flush takes; real: as the disk does"))
    parser.add_argument("--scale", type=float, default=1.0, help=_("part of each load's size, for a quick look"))
    parser.add_argument("--rounds", type=int, default=3, help=_("rounds of each line; their median counts"))
    parser.add_argument("--url", default=os.environ.get("CLERK_POSTGRES", ""), help=_("a PostgreSQL to use"))
    parser.add_argument("--json", action="store_true", help=_("one JSON line a measure"))
    return parser


def _load_functions(
    stores: BenchmarkStores, folder: Path, args: argparse.Namespace
) -> Mapping[str, Callable[[], ResultLine]]:
    flush = 0.0 if args.flush_ms == REAL_DISK else float(args.flush_ms)
    backlog = BacklogBenchmark(stores, folder, flush, args.rounds)

    def scaled(many: int, least: int = 1) -> int:
        return max(least, round(many * float(args.scale)))

    return {
        "backlog": lambda: backlog.measure_window(scaled(10_000)),
        "storm": lambda: backlog.measure_storm(scaled(100, 2), 100),
        "online": lambda: OnlineBenchmark(stores, folder, flush, args.rounds).measure(scaled(100, 4), scaled(50, 3)),
        "idle": lambda: IdleBenchmark(stores, folder, flush).measure(scaled(1_000), 2.0 + 28.0 * min(1.0, args.scale)),
        "day": lambda: DayBenchmark(stores, folder, flush).measure(scaled(CASES)),
    }


def missed_bars(line: ResultLine) -> list[str]:
    """The bars that a line does not hold, a sentence each."""
    load = line["load"]
    bars: list[tuple[str, float]] = []
    if load == "backlog":
        bars = [("ratio", MIN_BACKLOG_RATIO), ("bytes_per_case", -MAX_BYTES_PER_CASE)]
    if load == "storm":
        bars = [("to_backlog", MIN_STORM_TO_BACKLOG), ("slowest_to_median", -MAX_SLOWEST_TO_MEDIAN)]
    if load == "online":
        bars = [("ratio", MIN_ONLINE_RATIO), ("p99_ms", -MAX_P99_MS)]
    if load == "day":
        bars = [
            ("hours_for_280000", -MAX_DAY_HOURS),
            ("cost_end_to_start", -MAX_COST_GROWTH),
            ("memory_growth", -MAX_MEMORY_GROWTH),
        ]
    return [
        _("{load} on {engine}: {name} is {value}, the bar is {bar}").format(
            load=load, engine=line["engine"], name=name, value=_round_value(line[name]), bar=abs(bar)
        )
        for name, bar in bars
        if name in line and (line[name] < bar if bar > 0 else line[name] > -bar)
    ]


@contextmanager
def _open_stores(engine: str, args: argparse.Namespace) -> Iterator[tuple[BenchmarkStores, Path]]:
    """A place for the stores of one engine, gone afterwards."""
    real = args.flush_ms == REAL_DISK
    folder = Path(mkdtemp(prefix="clerk-bench-", dir=MEMORY_FOLDER if MEMORY_FOLDER.exists() and not real else None))
    folder.chmod(0o755)  # the server works as somebody else
    try:
        with ExitStack() as opened:
            if engine == "sqlite":
                yield SqliteStores(folder), folder
            else:
                url = database_urls(args.url) if args.url else opened.enter_context(run_postgres(folder / "server")).url
                stores = PostgresStores(url, kept_on_disk=real)
                opened.callback(stores.remove)
                yield stores, folder
    finally:
        shutil.rmtree(folder)


def _write_line(line: ResultLine, *, as_json: bool) -> None:
    told = {name: _round_value(value) for name, value in line.items()}
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        sys.stdout.write("  ".join(f"{name} {value}" for name, value in told.items()) + "\n")
    sys.stdout.flush()


def _round_value(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
