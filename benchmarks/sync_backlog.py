"""Send a day's work after the connection is restored: from one window, and from a hundred windows at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.feel_report import percentile
from benchmarks.sync_center import ServerProcess, start_center, worker_context
from benchmarks.sync_city import BIRTH, BenchmarkSeat, Citizens, make_counter_seats, set_up_center
from benchmarks.sync_stores import BenchmarkStores, SqliteStores, open_store, rows_of_cases
from benchmarks.sync_window import BenchmarkWindow
from clerk_app.errors import OutOfReach

_PROCESSES = 2  # processes among which the windows of `storm` are divided


@dataclass(frozen=True)
class BacklogBenchmark:
    """Measures `backlog` (one window) and `storm` (many windows)."""

    stores: BenchmarkStores
    folder: Path
    flush_ms: float
    rounds: int

    def measure_window(self, cases: int) -> dict[str, Any]:
        """Let one window send `cases` cases and apply the results.

        Returns medians of rounds that alternate with the floor.
        """
        (seat,) = make_counter_seats(1)
        center_store, (window_store,) = self._prepare([seat], cases)
        rates, floors, round_trips, bytes_up, latencies = [], [], 0, 0, list[float]()
        for _number in range(self.rounds):
            store_path = self.stores.copy(center_store)
            running = start_center(store_path, self.flush_ms, self.folder)
            try:
                _warm_up(running)
                window = BenchmarkWindow.open_at(
                    seat, _stores_of_process(self.folder).copy(window_store), running.url, self.flush_ms / 1000
                )
                started = time.perf_counter()
                window.client.flush()
                rates.append(cases / (time.perf_counter() - started))
                _require_all_answered(window)
                round_trips, bytes_up, latencies = (
                    window.transport.round_trips,
                    window.transport.bytes_up,
                    latencies + window.transport.latencies,
                )
                window.close()
            finally:
                running.stop()
            rows = rows_of_cases(store_path)
            _require_count(len(rows["cases"]), cases)
            floors.append(cases / (self.stores.insert_rows(self.stores.create(), rows) + self.flush_ms / 1000))
        rate, floor = median(rates), median(floors)
        return {
            "load": "backlog",
            "engine": self.stores.name,
            "per_s": rate,
            "p99_ms": percentile(latencies, 0.99) * 1000,
            "bytes_per_case": bytes_up / cases,
            "round_trips": round_trips,
            "floor_per_s": floor,
            "ratio": rate / floor,
            "cases": cases,
        }

    def measure_storm(self, windows: int, cases: int) -> dict[str, Any]:
        """Let `windows` windows send `cases` cases each, all at once."""
        seats = make_counter_seats(windows)
        center_store, window_stores = self._prepare(seats, cases)
        rates, spreads, round_trips, bytes_up, latencies = [], [], 0, 0, list[float]()
        for _number in range(self.rounds):
            store_path = self.stores.copy(center_store)
            running = start_center(store_path, self.flush_ms, self.folder)
            try:
                _warm_up(running)
                parts: list[StormPart] = _run_in_processes(
                    _send_backlogs, seats, window_stores, self.folder, running.url, self.flush_ms / 1000
                )
            finally:
                running.stop()
            with open_store(store_path) as store, store.read() as tx:
                _require_count(len(tx.select("cases")), windows * cases)
            durations = [duration for part in parts for duration in part.durations]
            rates.append(windows * cases / (max(part.ended for part in parts) - min(part.begun for part in parts)))
            spreads.append(max(durations) / median(durations))
            round_trips, bytes_up = sum(part.round_trips for part in parts), sum(part.bytes_up for part in parts)
            latencies += [latency for part in parts for latency in part.latencies]
        return {
            "load": "storm",
            "engine": self.stores.name,
            "per_s": median(rates),
            "p99_ms": percentile(latencies, 0.99) * 1000,
            "bytes_per_case": bytes_up / (windows * cases),
            "round_trips": round_trips,
            "windows": windows,
            "slowest_to_median": median(spreads),
        }

    def _prepare(self, seats: Sequence[BenchmarkSeat], cases: int) -> tuple[str, list[str]]:
        """Make a center with these seats, and for each window a store that has joined it and holds unsent cases."""
        center_store = self.stores.create()
        with open_store(center_store) as store:
            set_up_center(store, seats)
        running = start_center(center_store, 0.0, self.folder)
        try:
            parts: list[list[str]] = _run_in_processes(
                _prepare_windows, seats, [cases] * len(seats), self.folder, running.url
            )
            return center_store, [path for part in parts for path in part]
        finally:
            running.stop()


@dataclass(frozen=True)
class StormPart:
    """Results of the windows of one process. Times are of the monotonic clock that all processes share, in seconds."""

    begun: float
    ended: float
    durations: list[float]
    latencies: list[float]
    round_trips: int
    bytes_up: int


def _prepare_windows(seats: Sequence[BenchmarkSeat], cases: Sequence[int], folder: Path, url: str) -> list[str]:
    paths = []
    for seat, count in zip(seats, cases, strict=True):
        path = _stores_of_process(folder).create()
        window = BenchmarkWindow.open_at(seat, path, url)
        window.join(count)
        window.accept([BIRTH] * count, Citizens(seat_seed(seat)))
        window.close()
        paths.append(path)
    return paths


def seat_seed(seat: BenchmarkSeat) -> int:
    """Return a number for a seat, the same in every process."""
    return int.from_bytes(seat.node.encode(), "big")


def _send_backlogs(
    seats: Sequence[BenchmarkSeat], paths: Sequence[str], folder: Path, url: str, flush: float
) -> StormPart:
    files = _stores_of_process(folder)
    windows = [
        BenchmarkWindow.open_at(seat, files.copy(path), url, flush) for seat, path in zip(seats, paths, strict=True)
    ]
    durations: list[float] = []
    failed: list[Exception] = []

    def send(window: BenchmarkWindow) -> None:
        begun = time.monotonic()
        try:
            window.client.flush()
        except Exception as error:  # raised after all windows have ended
            failed.append(error)
        durations.append(time.monotonic() - begun)

    threads = [threading.Thread(target=send, args=(window,)) for window in windows]
    _start_barrier.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = time.monotonic()
    if failed:
        raise failed[0]
    for window in windows:
        _require_all_answered(window)
        window.close()
    return StormPart(
        begun,
        ended,
        durations,
        [wait for window in windows for wait in window.transport.latencies],
        sum(window.transport.round_trips for window in windows),
        sum(window.transport.bytes_up for window in windows),
    )


_start_barrier: Barrier


def _set_start_barrier(ready: Barrier) -> None:
    global _start_barrier
    _start_barrier = ready


def _run_in_processes(work: Any, seats: Sequence[BenchmarkSeat], values: Sequence[Any], *more: Any) -> list[Any]:
    """Divide the seats and their values among processes; return the results of `work` in the order of the seats."""
    context = worker_context()
    processes = min(_PROCESSES, len(seats))
    share = -(-len(seats) // processes)
    with ProcessPoolExecutor(processes, context, _set_start_barrier, (context.Barrier(processes),)) as pool:
        parts = [
            pool.submit(work, seats[first : first + share], values[first : first + share], *more)
            for first in range(0, len(seats), share)
        ]
        return [part.result() for part in parts]


def _stores_of_process(folder: Path) -> SqliteStores:
    """Return the folder in which this process keeps the stores of its windows."""
    if folder not in _stores_by_folder:
        _stores_by_folder[folder] = SqliteStores.in_new_folder(folder)
    return _stores_by_folder[folder]


_stores_by_folder: dict[Path, SqliteStores] = {}


def _warm_up(running: ServerProcess) -> None:
    httpx.get(f"{running.url}/readyz", trust_env=False).raise_for_status()


def _require_all_answered(window: BenchmarkWindow) -> None:
    if waiting := window.count_unanswered():
        raise OutOfReach("The measure is wrong: {text}", text=f"{waiting} entries of {window.seat.node} wait")


def _require_count(found: int, asked: int) -> None:
    if found != asked:
        raise OutOfReach("The measure is wrong: {text}", text=f"{found} cases instead of {asked}")
