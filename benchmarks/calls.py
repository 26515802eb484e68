"""Measure calls of tickets per second through the command processor (`Door`), and the floor: one raw statement.

Short rounds alternate between floor and door; their medians are compared.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from benchmarks.call_store import CallStore
from benchmarks.feel_report import percentile
from benchmarks.queue import MEMORY_FOLDER, run_postgres
from benchmarks.queue_report import QueueResult, format_verdict
from benchmarks.queue_store import database_urls
from clerk_app.errors import BadData

MIN_RATIO_FLUSH = 0.5  # relative to the floor of one worker, if calls wait for a flush
MIN_RATIO_NO_FLUSH = 0.12  # relative to the floor without a flush
JUDGED_WORKERS = 16


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    args = _parser().parse_args(list(argv))
    flushes = [float(flush) for flush in args.flush_ms.split(",")]
    rows = [int(number) for number in args.rows.split(",")]
    results: list[QueueResult] = []
    folder = Path(mkdtemp(prefix="clerk-bench-", dir=MEMORY_FOLDER if MEMORY_FOLDER.exists() else None))
    folder.chmod(0o755)  # the server runs as another user
    try:
        for engine in args.engine.split(","):
            with ExitStack() as exits:
                for store in _open_stores(engine, folder, rows, args, exits):
                    for flush in flushes:
                        result = _measure(engine, store, args.workers, flush, args.rounds, args.seconds)
                        results.append(result)
                        sys.stdout.write((result.as_json() if args.json else result.as_text()) + "\n")
                        sys.stdout.flush()
    finally:
        shutil.rmtree(folder)
    missed = [sentence for result in results for sentence in missed_bars(result)]
    sys.stderr.write(format_verdict(missed) + "\n")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks calls",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Calls of the next ticket with the real command (CallNext at the door), compared with the bare statement\n"
            "that takes one row of a queue. Workers are threads. Included is what a center verifies of the entry of a\n"
            "call: its statement is built, and the signature by the key of the clerk's session is verified. Not\n"
            "included are the signatures of HTTP requests and responses (see `sync`). The floor verifies nothing.\n"
            "A flush is emulated as in `queue`: the files are in memory, and both sides sleep at each commit. Doubled\n"
            "and lost calls are counted in the store."
        ),
    )
    parser.add_argument("--engine", default="sqlite", help="sqlite, postgresql, or both separated by a comma")
    parser.add_argument("--rows", default="60,300", help="waiting tickets in the hall")
    parser.add_argument("--workers", type=int, default=JUDGED_WORKERS, help="windows that call at once")
    parser.add_argument("--flush-ms", default="0,4.1", help="milliseconds of a flush")
    parser.add_argument("--url", default=os.environ.get("CLERK_POSTGRES", ""), help="a PostgreSQL to use")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each result, which is their median")
    parser.add_argument("--seconds", type=float, default=0.15, help="seconds of a round, for each side")
    parser.add_argument("--each", type=int, default=16, help="calls of a worker in a round at most")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    return parser


def _open_stores(
    engine: str, folder: Path, rows: Sequence[int], args: argparse.Namespace, exits: ExitStack
) -> Iterator[CallStore]:
    if engine not in ("sqlite", "postgresql"):
        raise BadData("There is no engine {engine}: sqlite or postgresql.", engine=engine)
    url = None
    if engine == "postgresql":
        url = database_urls(args.url) if args.url else exits.enter_context(run_postgres(folder / "server")).url
    for length in rows:
        if url is None:
            store = CallStore.create_in_folder(folder / str(length), length, args.workers, args.each)
        else:
            store = CallStore.create_on_server(url, length, args.workers, args.each)
        exits.callback(store.close)
        yield store


def _measure(engine: str, store: CallStore, workers: int, flush: float, rounds: int, seconds: float) -> QueueResult:
    store.flush.seconds = flush / 1000
    floor_rates, rates, latencies = list[float](), list[float](), list[float]()
    answers: list[dict[str, object]] = []
    for number in range(rounds + 1):  # the first round warms up and is not counted
        store.top_up()
        floor = store.run_floor_claims(seconds)
        burst = store.run_calls(workers, seconds)
        answers += burst.answers
        if number:
            floor_rates.append(floor)
            rates.append(burst.per_second)
            latencies += burst.latencies
    rate, floor = median(rates), median(floor_rates)
    doubled, lost = store.count_faults(answers)
    p99 = percentile(latencies, 0.99) * 1000
    return QueueResult(engine, store.rows, workers, flush, rate, p99, floor, rate / floor, doubled, lost)


def missed_bars(result: QueueResult) -> list[str]:
    """Return a sentence for each bar that a result misses."""
    place = f"{result.engine} {result.rows} x{result.workers} {result.flush_ms} ms"
    bar = MIN_RATIO_FLUSH if result.flush_ms else MIN_RATIO_NO_FLUSH
    missed = [f"{place}: {result.ratio:.3f} of the floor, {bar} at least"] if result.ratio < bar else []
    if result.doubled or result.lost:
        missed.append(f"{place}: doubled {result.doubled}, lost {result.lost}")
    return missed
