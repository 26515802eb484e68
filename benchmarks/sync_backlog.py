"""A day's work of one window, sent when the line is back; and that of a hundred windows at once."""

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

_PROCESSES = 2  # processes that the windows of a storm share


@dataclass(frozen=True)
class BacklogBenchmark:
    """What is measured, with or without the floor."""

    stores: BenchmarkStores
    folder: Path
    flush_ms: float
    rounds: int

    def measure_window(self, cases: int) -> dict[str, Any]:
        """A window that sends so many cases and takes the answers over. Medians of rounds in turn with the floor."""
        (seat,) = make_counter_seats(1)
        founded, (kept,) = self._prepare([seat], cases)
        ours, floors, trips, size, waits = [], [], 0, 0, list[float]()
        for _round in range(self.rounds):
            where = self.stores.copy(founded)
            running = start_center(where, self.flush_ms, self.folder)
            try:
                _warm_up(running)
                window = BenchmarkWindow.open_at(
                    seat, _stores_of_process(self.folder).copy(kept), running.url, self.flush_ms / 1000
                )
                begun = time.perf_counter()
                window.client.flush()
                ours.append(cases / (time.perf_counter() - begun))
                _require_all_answered(window)
                trips, size, waits = (
                    window.transport.round_trips,
                    window.transport.bytes_up,
                    waits + window.transport.latencies,
                )
                window.close()
            finally:
                running.stop()
            rows = rows_of_cases(where)
            _require_count(len(rows["cases"]), cases)
            floors.append(cases / (self.stores.insert_rows(self.stores.create(), rows) + self.flush_ms / 1000))
        rate, floor = median(ours), median(floors)
        return {
            "load": "backlog",
            "engine": self.stores.name,
            "per_s": rate,
            "p99_ms": percentile(waits, 0.99) * 1000,
            "bytes_per_case": size / cases,
            "round_trips": trips,
            "floor_per_s": floor,
            "ratio": rate / floor,
            "cases": cases,
        }

    def measure_storm(self, windows: int, cases: int) -> dict[str, Any]:
        """So many windows with so many cases each, all at once."""
        seats = make_counter_seats(windows)
        founded, kept = self._prepare(seats, cases)
        rates, spreads, trips, size, waits = [], [], 0, 0, list[float]()
        for _round in range(self.rounds):
            where = self.stores.copy(founded)
            running = start_center(where, self.flush_ms, self.folder)
            try:
                _warm_up(running)
                found = _run_in_processes(_send_backlogs, seats, kept, self.folder, running.url, self.flush_ms / 1000)
            finally:
                running.stop()
            with open_store(where) as store, store.read() as look:
                _require_count(look.count_rows("cases"), windows * cases)
            took = [one for part in found for one in part.took]
            rates.append(windows * cases / (max(part.ended for part in found) - min(part.begun for part in found)))
            spreads.append(max(took) / median(took))
            trips, size = sum(part.trips for part in found), sum(part.bytes_up for part in found)
            waits += [one for part in found for one in part.waits]
        return {
            "load": "storm",
            "engine": self.stores.name,
            "per_s": median(rates),
            "p99_ms": percentile(waits, 0.99) * 1000,
            "bytes_per_case": size / (windows * cases),
            "round_trips": trips,
            "windows": windows,
            "slowest_to_median": median(spreads),
        }

    def _prepare(self, seats: Sequence[BenchmarkSeat], cases: int) -> tuple[str, list[str]]:
        """A center that knows these seats, and the store of each window: joined, and with its cases not yet sent."""
        founded = self.stores.create()
        with open_store(founded) as store:
            set_up_center(store, seats)
        running = start_center(founded, 0.0, self.folder)
        try:
            return founded, [one for part in _run_in_processes(_prepare_windows, seats, [cases] * len(seats), self.folder, running.url)
                             for one in part]  # fmt: skip
        finally:
            running.stop()


@dataclass(frozen=True)
class StormPart:
    """What the windows of one process took. Times are of the clock that all processes share, in seconds."""

    begun: float
    ended: float
    durations: list[float]
    latencies: list[float]
    round_trips: int
    bytes_up: int


def _prepare_windows(seats: Sequence[BenchmarkSeat], cases: Sequence[int], folder: Path, url: str) -> list[str]:
    made = []
    for seat, many in zip(seats, cases, strict=True):
        where = _stores_of_process(folder).create()
        window = BenchmarkWindow.open_at(seat, where, url)
        window.join(many)
        window.accept([BIRTH] * many, Citizens(seat_seed(seat)))
        window.close()
        made.append(where)
    return made


def seat_seed(seat: BenchmarkSeat) -> int:
    """A number for a seat, the same in every process."""
    return int.from_bytes(seat.node.encode(), "big")


def _send_backlogs(
    seats: Sequence[BenchmarkSeat], kept: Sequence[str], folder: Path, url: str, flush: float
) -> StormPart:
    files = _stores_of_process(folder)
    windows = [
        BenchmarkWindow.open_at(seat, files.copy(where), url, flush) for seat, where in zip(seats, kept, strict=True)
    ]
    took: list[float] = []
    failed: list[Exception] = []

    def send(window: BenchmarkWindow) -> None:
        begun = time.monotonic()
        try:
            window.client.flush()
        except Exception as error:  # said once, by whoever asked for the measure
            failed.append(error)
        took.append(time.monotonic() - begun)

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
        took,
        [wait for window in windows for wait in window.transport.latencies],
        sum(window.transport.round_trips for window in windows),
        sum(window.transport.bytes_up for window in windows),
    )


_start_barrier: Barrier


def _set_start_barrier(ready: Barrier) -> None:
    global _start_barrier
    _start_barrier = ready


def _run_in_processes(work: Any, seats: Sequence[BenchmarkSeat], values: Sequence[Any], *more: Any) -> list[Any]:
    """The work for these seats and their values, shared by processes of their own; results in the seats' order."""
    context = worker_context()
    many = min(_PROCESSES, len(seats))
    each = -(-len(seats) // many)
    with ProcessPoolExecutor(many, context, _set_start_barrier, (context.Barrier(many),)) as pool:
        parts = [
            pool.submit(work, seats[first : first + each], values[first : first + each], *more)
            for first in range(0, len(seats), each)
        ]
        return [part.result() for part in parts]


def _stores_of_process(folder: Path) -> SqliteStores:
    """Where this process keeps the stores of its windows."""
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
