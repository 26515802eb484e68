"""Measure claims per second through the command processor (`Door`), and the floor: one raw statement per claim.

Short rounds alternate between floor and door and between lengths of the queue; their medians are compared.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from benchmarks.feel_report import percentile
from benchmarks.postgres_server import PostgresProcess
from benchmarks.queue_report import REAL_DISK, CompetitorResult, QueueResult, format_verdict, missed_bars
from benchmarks.queue_store import QueueStore, database_urls, drop_databases
from clerk_app.errors import BadData

ENGINES = ("sqlite", "postgresql")
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a disk in memory, whose flushes take no time
FlushSetting = float | str


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    args = _parser().parse_args(list(argv))
    rows, workers = _parse_numbers(args.rows), _parse_numbers(args.workers)
    flushes: list[FlushSetting] = [flush if flush == REAL_DISK else float(flush) for flush in args.flush_ms.split(",")]
    results: list[QueueResult] = []
    competitors: list[CompetitorResult] = []
    for engine in args.engine.split(","):
        if engine not in ENGINES:
            raise BadData("There is no engine {engine}: sqlite or postgresql.", engine=engine)
        for on_real_disk in (False, True):
            selected = [flush for flush in flushes if (flush == REAL_DISK) == on_real_disk]
            if selected:
                with _open_queue_stores(engine, args, rows, max(workers), real=on_real_disk) as places:
                    for result in measure(engine, places, workers, selected, args.rounds, args.seconds):
                        results.append(result)
                        _write_line(result, as_json=args.json)
    if args.against:
        from benchmarks.queue_competitors import measure_competitors

        for competitor in measure_competitors(args.against.split(","), max(rows), max(workers), flushes):
            competitors.append(competitor)
            _write_line(competitor, as_json=args.json)
    missed = missed_bars(results, competitors)
    sys.stderr.write(format_verdict(missed) + "\n")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks queue",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Claims with the real command (ClaimTask at the door; workers are threads, each an officer), compared\n"
            "with the bare statement. Open tasks are inserted as raw rows, without entries in the log. A flush of\n"
            "0 or of a number of milliseconds is emulated: the files are in memory (/dev/shm), and both sides\n"
            "sleep at each commit, the door while it holds the writer. With --against, the server sleeps in each\n"
            "flush, which needs a C compiler. 'real' is the disk under --keep, or under the temporary folder.\n"
            "doubled and lost are counted by SQL in the store after each line; --keep keeps the stores."
        ),
    )
    parser.add_argument("--engine", default="sqlite", help="sqlite, postgresql, or both separated by a comma")
    parser.add_argument("--rows", default="1000,100000,1000000", help="open tasks in the queue")
    parser.add_argument("--workers", default="1,4,16", help="threads that claim at once")
    parser.add_argument("--flush-ms", default="0,4.1", help="milliseconds of a flush, or real: that of the disk")
    parser.add_argument("--keep", type=Path, help="new folder in which the stores are kept")
    parser.add_argument("--url", default=os.environ.get("CLERK_POSTGRES", ""), help="a PostgreSQL to use")
    parser.add_argument("--against", default="", help="job libraries to compare with: pgqueuer, procrastinate")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each result, which is their median")
    parser.add_argument("--seconds", type=float, default=0.15, help="seconds of a round, for each side")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    return parser


def measure(
    engine: str,
    places: Sequence[QueueStore],
    workers: Sequence[int],
    flushes: Sequence[FlushSetting],
    rounds: int,
    seconds: float,
) -> Iterator[QueueResult]:
    """Yield a result for each combination of workers, flush and store; the stores are filled already."""
    for flush in flushes:
        for place in places:
            place.flush.seconds = 0.0 if isinstance(flush, str) else flush / 1000
        for count in workers:
            yield from _measure_lengths(engine, places, count, flush, rounds, seconds)


def _measure_lengths(
    engine: str, stores: Sequence[QueueStore], workers: int, flush: FlushSetting, rounds: int, seconds: float
) -> Iterator[QueueResult]:
    floor_rates: list[list[float]] = [[] for _store in stores]
    rates: list[list[float]] = [[] for _store in stores]
    latencies: list[list[float]] = [[] for _store in stores]
    answered: list[list[dict[str, object]]] = [[] for _store in stores]
    for round_number in range(rounds + 1):  # the first round warms up and is not counted
        for index, store in enumerate(stores):
            store.top_up()
            floor = store.run_floor_claims(seconds)
            burst = store.run_claims(workers, seconds)
            answered[index] += burst.answers
            if round_number:
                floor_rates[index].append(floor)
                rates[index].append(burst.per_second)
                latencies[index] += burst.latencies
    for index, store in enumerate(stores):
        rate, floor = median(rates[index]), median(floor_rates[index])
        doubled, lost = store.count_faults(answered[index])
        p99 = percentile(latencies[index], 0.99) * 1000
        yield QueueResult(engine, store.rows, workers, flush, rate, p99, floor, rate / floor, doubled, lost)


@contextmanager
def _open_queue_stores(
    engine: str, args: argparse.Namespace, rows: Sequence[int], workers: int, *, real: bool
) -> Iterator[list[QueueStore]]:
    """Make a store for each length of the queue; at the end remove the stores, or copy them to the --keep folder."""
    kind = "real" if real else "memory"
    kept = args.keep / f"{engine}-{kind}" if args.keep else None
    if kept and kept.exists():
        raise BadData("{folder} is there already.", folder=kept)
    base = args.keep if real and args.keep else None if real or not MEMORY_FOLDER.exists() else MEMORY_FOLDER
    if base:
        base.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix="clerk-bench-", dir=base))
    folder.chmod(0o755)  # the server runs as another user
    try:
        with ExitStack() as exits:
            if engine == "sqlite":
                stores = [QueueStore.create_in_folder(folder / str(length), length, workers) for length in rows]
            else:
                url = database_urls(args.url) if args.url else exits.enter_context(run_postgres(folder / "server")).url
                stores = [QueueStore.create_on_server(url, length, workers, kept_on_disk=real) for length in rows]
                if args.url and not args.keep:
                    exits.callback(drop_databases, url, rows)
            for store in stores:
                exits.callback(store.close)
            yield stores
    finally:
        if kept:
            shutil.copytree(folder, kept, symlinks=True)
        shutil.rmtree(folder)


@contextmanager
def run_postgres(folder: Path, **env: str) -> Iterator[PostgresProcess]:
    """Run a PostgreSQL server over a new folder; remove it at the end."""
    server = PostgresProcess(folder, env=env)
    server.start()
    try:
        yield server
    finally:
        server.remove()


def _parse_numbers(text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise BadData("{text} is no list of whole numbers.", text=text) from error
    if min(numbers) < 1:
        raise BadData("{text} is no list of whole numbers.", text=text)
    return numbers


def _write_line(line: QueueResult | CompetitorResult, *, as_json: bool) -> None:
    sys.stdout.write((line.as_json() if as_json else line.as_text()) + "\n")
    sys.stdout.flush()
