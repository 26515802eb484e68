"""`clerk bench queue`: what a claim costs through the real door, beside one bare statement in the same run.

Floor and door alternate, and so do the lengths of the queue, in short rounds whose medians are compared: the machine
may be slow or busy, the ratio stays.
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
from clerk_app.locales import _

ENGINES = ("sqlite", "postgresql")
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - a disk that needs no time
FlushSetting = float | str


def main(words: Sequence[str]) -> int:
    """Runs the bench with the arguments after `clerk bench queue`: 0 when every bar is held, 1 when one is broken."""
    args = _parser().parse_args(list(words))
    rows, workers = _parse_numbers(args.rows), _parse_numbers(args.workers)
    flushes: list[FlushSetting] = [one if one == REAL_DISK else float(one) for one in args.flush_ms.split(",")]
    cells: list[QueueResult] = []
    rivals: list[CompetitorResult] = []
    for engine in args.engine.split(","):
        if engine not in ENGINES:
            raise BadData("There is no engine {engine}: sqlite or postgresql.", engine=engine)
        for real in (False, True):
            of_these = [one for one in flushes if (one == REAL_DISK) == real]
            if of_these:
                with _open_queue_stores(engine, args, rows, max(workers), real=real) as places:
                    for cell in measure(engine, places, workers, of_these, args.rounds, args.seconds):
                        cells.append(cell)
                        _write_line(cell, as_json=args.json)
    if args.against:
        from benchmarks.queue_competitors import measure_competitors

        for rival in measure_competitors(args.against.split(","), max(rows), max(workers), flushes):
            rivals.append(rival)
            _write_line(rival, as_json=args.json)
    found = missed_bars(cells, rivals)
    sys.stderr.write(format_verdict(found) + "\n")
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clerk bench queue",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_(
            "Claims through the real command (ClaimTask at the door, workers are threads, each an officer) beside the\n"
            "bare statement. Open tasks are inserted as raw rows, without a history. A flush of 0 or of so many\n"
            "milliseconds is emulated: the files lie in memory (/dev/shm), and both sides sleep so long at each\n"
            "commit, the door while it holds the writer (against others, the server is one whose flush sleeps: a C\n"
            "compiler is needed). 'real' is the disk under --keep, or under the temporary folder.\n"
            "doubled and lost are counted by SQL in the store after each line, and --keep leaves it for counting again."
        ),
    )
    parser.add_argument("--engine", default="sqlite", help=_("sqlite, postgresql, or both with a comma"))
    parser.add_argument("--rows", default="1000,100000,1000000", help=_("open tasks in the queue"))
    parser.add_argument("--workers", default="1,4,16", help=_("threads that claim at once"))
    parser.add_argument("--flush-ms", default="0,4.1", help=_("milliseconds a flush takes; real: as the disk does"))
    parser.add_argument("--keep", type=Path, help=_("a new folder that is left behind, stores inside"))
    parser.add_argument("--url", default=os.environ.get("CLERK_POSTGRES", ""), help=_("a PostgreSQL to use"))
    parser.add_argument("--against", default="", help=_("pgqueuer, procrastinate: where they are installed"))
    parser.add_argument("--rounds", type=int, default=15, help=_("rounds of each line; their median counts"))
    parser.add_argument("--seconds", type=float, default=0.15, help=_("length of a round, for each side"))
    parser.add_argument("--json", action="store_true", help=_("one JSON line a measure"))
    return parser


def measure(
    engine: str,
    places: Sequence[QueueStore],
    workers: Sequence[int],
    flushes: Sequence[FlushSetting],
    rounds: int,
    seconds: float,
) -> Iterator[QueueResult]:
    """A line for each combination, over places that are filled already."""
    for flush in flushes:
        for place in places:
            place.flush.seconds = 0.0 if isinstance(flush, str) else flush / 1000
        for many in workers:
            yield from _measure_lengths(engine, places, many, flush, rounds, seconds)


def _measure_lengths(
    engine: str, places: Sequence[QueueStore], workers: int, flush: FlushSetting, rounds: int, seconds: float
) -> Iterator[QueueResult]:
    floors: list[list[float]] = [[] for _place in places]
    rates: list[list[float]] = [[] for _place in places]
    waits: list[list[float]] = [[] for _place in places]
    answered: list[list[dict[str, object]]] = [[] for _place in places]
    for counted in range(rounds + 1):  # the first round warms up
        for at, place in enumerate(places):
            place.top_up()
            floor = place.run_floor_claims(seconds)
            burst = place.run_claims(workers, seconds)
            answered[at] += burst.answers
            if counted:
                floors[at].append(floor)
                rates[at].append(burst.per_second)
                waits[at] += burst.latencies
    for at, place in enumerate(places):
        rate, floor = median(rates[at]), median(floors[at])
        doubled, lost = place.count_faults(answered[at])
        p99 = percentile(waits[at], 0.99) * 1000
        yield QueueResult(engine, place.rows, workers, flush, rate, p99, floor, rate / floor, doubled, lost)


@contextmanager
def _open_queue_stores(
    engine: str, args: argparse.Namespace, rows: Sequence[int], workers: int, *, real: bool
) -> Iterator[list[QueueStore]]:
    """A place for each length of the queue. They are gone afterwards, or lie under --keep."""
    kind = "real" if real else "memory"
    kept = args.keep / f"{engine}-{kind}" if args.keep else None
    if kept and kept.exists():
        raise BadData("{folder} is there already.", folder=kept)
    base = args.keep if real and args.keep else None if real or not MEMORY_FOLDER.exists() else MEMORY_FOLDER
    if base:
        base.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix="clerk-bench-", dir=base))
    folder.chmod(0o755)  # the server works as somebody else
    try:
        with ExitStack() as opened:
            if engine == "sqlite":
                places = [QueueStore.create_in_folder(folder / str(many), many, workers) for many in rows]
            else:
                url = database_urls(args.url) if args.url else opened.enter_context(run_postgres(folder / "server")).url
                places = [QueueStore.create_on_server(url, many, workers, kept_on_disk=real) for many in rows]
                if args.url and not args.keep:
                    opened.callback(drop_databases, url, rows)
            for place in places:
                opened.callback(place.close)
            yield places
    finally:
        if kept:
            shutil.copytree(folder, kept, symlinks=True)
        shutil.rmtree(folder)


@contextmanager
def run_postgres(folder: Path, **env: str) -> Iterator[PostgresProcess]:
    """A server of one's own over a new folder."""
    server = PostgresProcess(folder, env=env)
    server.start()
    try:
        yield server
    finally:
        server.remove()


def _parse_numbers(text: str) -> list[int]:
    try:
        found = [int(one) for one in text.split(",")]
    except ValueError as error:
        raise BadData("{text} is no list of whole numbers.", text=text) from error
    if min(found) < 1:
        raise BadData("{text} is no list of whole numbers.", text=text)
    return found


def _write_line(line: QueueResult | CompetitorResult, *, as_json: bool) -> None:
    sys.stdout.write((line.as_json() if as_json else line.as_text()) + "\n")
    sys.stdout.flush()
