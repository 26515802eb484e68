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

from clerk_app.bench.sync_center import Process, center, loads
from clerk_app.bench.sync_city import BIRTH, Citizens, Seat, counters, found_center
from clerk_app.bench.sync_stores import SqliteStores, Stores, opened, rows_of_cases
from clerk_app.bench.sync_window import Window
from clerk_app.bench.table import percentile
from clerk_app.errors import OutOfReach

_LOADS = 2  # processes that the windows of a storm share


@dataclass(frozen=True)
class Backlog:
    """What is measured, with or without the floor."""

    stores: Stores
    folder: Path
    flush_ms: float
    rounds: int

    def one_window(self, cases: int) -> dict[str, Any]:
        """A window that sends so many cases and takes the answers over. Medians of rounds in turn with the floor."""
        (seat,) = counters(1)
        founded, (kept,) = self._made([seat], cases)
        ours, floors, trips, size, waits = [], [], 0, 0, list[float]()
        for _round in range(self.rounds):
            where = self.stores.copy(founded)
            running = center(where, self.flush_ms, self.folder)
            try:
                _warm(running)
                window = Window.at(seat, _files(self.folder).copy(kept), running.url, self.flush_ms / 1000)
                begun = time.perf_counter()
                window.line.flush()
                ours.append(cases / (time.perf_counter() - begun))
                _need_all(window)
                trips, size, waits = window.wire.trips, window.wire.bytes_up, waits + window.wire.waits
                window.close()
            finally:
                running.stop()
            rows = rows_of_cases(where)
            _need(len(rows["cases"]), cases)
            floors.append(cases / (self.stores.insert(self.stores.new(), rows) + self.flush_ms / 1000))
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

    def storm(self, windows: int, cases: int) -> dict[str, Any]:
        """So many windows with so many cases each, all at once."""
        seats = counters(windows)
        founded, kept = self._made(seats, cases)
        rates, spreads, trips, size, waits = [], [], 0, 0, list[float]()
        for _round in range(self.rounds):
            where = self.stores.copy(founded)
            running = center(where, self.flush_ms, self.folder)
            try:
                _warm(running)
                found = _in_processes(_rush, seats, kept, self.folder, running.url, self.flush_ms / 1000)
            finally:
                running.stop()
            with opened(where) as store, store.read() as look:
                _need(look.many("cases"), windows * cases)
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

    def _made(self, seats: Sequence[Seat], cases: int) -> tuple[str, list[str]]:
        """A center that knows these seats, and the store of each window: joined, and with its cases not yet sent."""
        founded = self.stores.new()
        with opened(founded) as store:
            found_center(store, seats)
        running = center(founded, 0.0, self.folder)
        try:
            return founded, [one for part in _in_processes(_fill, seats, [cases] * len(seats), self.folder, running.url)
                             for one in part]  # fmt: skip
        finally:
            running.stop()


@dataclass(frozen=True)
class Rush:
    """What the windows of one process took. Times are of the clock that all processes share, in seconds."""

    begun: float
    ended: float
    took: list[float]
    waits: list[float]
    trips: int
    bytes_up: int


def _fill(seats: Sequence[Seat], cases: Sequence[int], folder: Path, url: str) -> list[str]:
    made = []
    for seat, many in zip(seats, cases, strict=True):
        where = _files(folder).new()
        window = Window.at(seat, where, url)
        window.join(many)
        window.accept([BIRTH] * many, Citizens(hash_of(seat)))
        window.close()
        made.append(where)
    return made


def hash_of(seat: Seat) -> int:
    """A number for a seat, the same in every process."""
    return int.from_bytes(seat.node.encode(), "big")


def _rush(seats: Sequence[Seat], kept: Sequence[str], folder: Path, url: str, flush: float) -> Rush:
    files = _files(folder)
    windows = [Window.at(seat, files.copy(where), url, flush) for seat, where in zip(seats, kept, strict=True)]
    took: list[float] = []
    failed: list[Exception] = []

    def send(window: Window) -> None:
        begun = time.monotonic()
        try:
            window.line.flush()
        except Exception as error:  # said once, by whoever asked for the measure
            failed.append(error)
        took.append(time.monotonic() - begun)

    threads = [threading.Thread(target=send, args=(window,)) for window in windows]
    _ready.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = time.monotonic()
    if failed:
        raise failed[0]
    for window in windows:
        _need_all(window)
        window.close()
    return Rush(
        begun,
        ended,
        took,
        [wait for window in windows for wait in window.wire.waits],
        sum(window.wire.trips for window in windows),
        sum(window.wire.bytes_up for window in windows),
    )


_ready: Barrier


def _begin(ready: Barrier) -> None:
    global _ready
    _ready = ready


def _in_processes(work: Any, seats: Sequence[Seat], values: Sequence[Any], *more: Any) -> list[Any]:
    """The work for these seats and their values, shared by processes of their own; results in the seats' order."""
    context = loads()
    many = min(_LOADS, len(seats))
    each = -(-len(seats) // many)
    with ProcessPoolExecutor(many, context, _begin, (context.Barrier(many),)) as pool:
        parts = [
            pool.submit(work, seats[first : first + each], values[first : first + each], *more)
            for first in range(0, len(seats), each)
        ]
        return [part.result() for part in parts]


def _files(folder: Path) -> SqliteStores:
    """Where this process keeps the stores of its windows."""
    if folder not in _places:
        _places[folder] = SqliteStores.in_own(folder)
    return _places[folder]


_places: dict[Path, SqliteStores] = {}


def _warm(running: Process) -> None:
    httpx.get(f"{running.url}/readyz", trust_env=False).raise_for_status()


def _need_all(window: Window) -> None:
    if waiting := window.waiting():
        raise OutOfReach("The measure is wrong: {text}", text=f"{waiting} entries of {window.seat.node} wait")


def _need(found: int, asked: int) -> None:
    if found != asked:
        raise OutOfReach("The measure is wrong: {text}", text=f"{found} cases instead of {asked}")
