"""Claims per second of installed job libraries, on the same PostgreSQL server in the same run.

These libraries order jobs by priority alone, cannot claim a chosen task and keep no history. As they are designed for,
each worker is a process with its own connection.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks.postgres_server import PostgresProcess
from benchmarks.queue_report import REAL_DISK, CompetitorResult
from benchmarks.queue_store import QueueStore, create_database
from clerk_app.errors import BadData, OutOfReach

ROUNDS = 3
_SLOW_FLUSH_SOURCE = """#include <time.h>
static int wait(void) { struct timespec t = {0, NANOSECONDS}; nanosleep(&t, 0); return 0; }
int fdatasync(int fd) { return wait(); }
int fsync(int fd) { return wait(); }
"""
ClaimFunction = Callable[[], Coroutine[Any, Any, object]]


def measure_competitors(
    names: Sequence[str], rows: int, workers: int, flushes: Sequence[float | str]
) -> Iterator[CompetitorResult]:
    """Yield a result for each library and flush. Raises BadData for a library that is unknown or not installed."""
    for name in names:
        if name not in _FILL or find_spec(name) is None:
            raise BadData("{name} is not installed here (known: pgqueuer, procrastinate).", name=name)
    for flush in flushes:
        with _postgres_with_flush(flush) as server:
            store = QueueStore.create_on_server(server.url, rows, workers, kept_on_disk=True)
            for name in names:
                create_database(server.url, name, kept_on_disk=True)
                asyncio.run(_FILL[name](server.url(name), rows))
                theirs, ours = _measure_rounds(name, server.url(name), store, workers)
                yield CompetitorResult(name, rows, workers, flush, theirs, ours)
            store.close()


@contextmanager
def _postgres_with_flush(flush: float | str) -> Iterator[PostgresProcess]:
    """Run a server whose flushes take `flush` milliseconds.

    The data is in memory, and a preloaded library sleeps in each flush; with REAL_DISK the data is on the disk.
    """
    memory = Path("/dev/shm")  # noqa: S108
    folder = Path(mkdtemp(prefix="clerk-bench-", dir=memory if flush != REAL_DISK and memory.exists() else None))
    folder.chmod(0o755)
    env: dict[str, str] = {}
    if isinstance(flush, float) and flush > 0:
        env["LD_PRELOAD"] = str(_build_slow_flush_library(folder, flush))
    server = PostgresProcess(folder / "server", env=env)
    server.start()
    try:
        yield server
    finally:
        server.remove()
        shutil.rmtree(folder)


def _build_slow_flush_library(folder: Path, flush: float) -> Path:
    """Compile a library whose flush functions sleep `flush` milliseconds; it is loaded before the C library."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise BadData("To compare at an emulated flush a C compiler is needed: none was found.")
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(_SLOW_FLUSH_SOURCE.replace("NANOSECONDS", str(int(flush * 1_000_000))))
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    library.chmod(0o755)
    return library


def _measure_rounds(name: str, url: str, store: QueueStore, workers: int, seconds: float = 1.5) -> tuple[float, float]:
    """Return the claims per second of the library and of our program: medians of alternating rounds."""
    context = get_context("spawn")
    start, end = context.Barrier(workers + 1), context.Barrier(workers + 1)
    counted = context.Array("l", workers)
    processes = [
        context.Process(target=_run_worker, args=(name, url, seconds, start, end, counted, index), daemon=True)
        for index in range(workers)
    ]
    for process in processes:
        process.start()
    theirs, ours = [], []
    for _round in range(ROUNDS + 1):  # the first round warms up and is not counted
        store.top_up()
        ours.append(store.run_claims(workers, seconds).per_second)
        start.wait(120)
        started = time.perf_counter()
        end.wait(120)
        theirs.append(sum(counted[:]) / (time.perf_counter() - started))
    for process in processes:
        process.join(30)
    if not all(theirs):  # a library that ran out of tasks would seem slower
        raise OutOfReach("The measure is wrong: {text}", text=f"{name} had nothing left to claim")
    return median(theirs[1:]), median(ours[1:])


def _run_worker(name: str, url: str, seconds: float, start: Any, end: Any, counted: Any, at: int) -> None:
    """Run one worker process, which claims for `seconds` in each round."""
    asyncio.run(_claim_in_rounds(name, url, seconds, start, end, counted, at))


async def _claim_in_rounds(name: str, url: str, seconds: float, start: Any, end: Any, counted: Any, index: int) -> None:
    claim = await _CLAIM[name](url)
    await claim()
    for _round in range(ROUNDS + 1):
        counted[index] = 0
        start.wait(120)
        last = time.perf_counter() + seconds
        while time.perf_counter() < last and await claim():
            counted[index] += 1
        end.wait(120)
    sys.stdout.flush()
    os._exit(0)  # ends without closing connections, which would block


async def _fill_pgqueuer(url: str, rows: int) -> None:
    queries = await _pgqueuer(url)
    await queries.install()
    for first in range(0, rows, 10_000):
        count = min(10_000, rows - first)
        await queries.enqueue(["task"] * count, [None] * count, [5] * count)
    _analyse(url)


async def _pgqueuer(url: str) -> Any:
    from pgqueuer.db import PsycopgDriver
    from pgqueuer.queries import Queries

    return Queries(PsycopgDriver(await psycopg.AsyncConnection.connect(url, autocommit=True)))


async def _claim_pgqueuer(url: str) -> ClaimFunction:
    from pgqueuer.queries import EntrypointExecutionParameter

    queries, worker = await _pgqueuer(url), uuid4()
    points = {"task": EntrypointExecutionParameter(concurrency_limit=0)}

    def claim() -> Coroutine[Any, Any, object]:
        result: Coroutine[Any, Any, object] = queries.dequeue(
            batch_size=1,
            entrypoints=points,
            queue_manager_id=worker,
            global_concurrency_limit=None,
            heartbeat_timeout=timedelta(minutes=15),
        )
        return result

    return claim


async def _fill_procrastinate(url: str, rows: int) -> None:
    app = _procrastinate(url)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # insert raw rows without triggers
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)"
            " SELECT 'queue', 'task', 5, '{}'::jsonb FROM generate_series(1, %s)",
            (rows,),
        )
    _analyse(url)


def _procrastinate(url: str) -> Any:
    import procrastinate

    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=1))


async def _claim_procrastinate(url: str) -> ClaimFunction:
    app = _procrastinate(url)
    await app.open_async()
    worker = await app.job_manager.register_worker()

    def claim() -> Coroutine[Any, Any, object]:
        result: Coroutine[Any, Any, object] = app.job_manager.fetch_job(["queue"], worker)
        return result

    return claim


def _analyse(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


_FILL: dict[str, Callable[[str, int], Coroutine[Any, Any, None]]] = {
    "pgqueuer": _fill_pgqueuer,
    "procrastinate": _fill_procrastinate,
}
_CLAIM: dict[str, Callable[[str], Coroutine[Any, Any, ClaimFunction]]] = {
    "pgqueuer": _claim_pgqueuer,
    "procrastinate": _claim_procrastinate,
}
