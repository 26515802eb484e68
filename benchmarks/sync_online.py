"""Windows with a line, one durable command a request; and the same rows raw over the same kind of HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from benchmarks.feel_report import percentile
from benchmarks.sync_center import start_center, worker_context
from benchmarks.sync_city import BIRTH, SINGLE, BenchmarkSeat, Citizens, make_counter_seats, set_up_center
from benchmarks.sync_floor import FloorRequest, start_floor
from benchmarks.sync_node import AcceptanceTemplate, BenchmarkNode, HttpConnection
from benchmarks.sync_stores import BenchmarkStores, SqliteStores, TableRows, insert_statement, open_store, rows_of_cases
from benchmarks.sync_window import BenchmarkWindow
from clerk_app.cases.intake.acceptance import Accepted
from clerk_app.errors import OutOfReach
from clerk_app.ledger.numbers import BLOCK_SIZE
from clerk_app.ledger.replication.messages import EntryMessage

_PROCESSES = 2


@dataclass(frozen=True)
class OnlineBenchmark:
    """What is measured."""

    stores: BenchmarkStores
    folder: Path
    flush_ms: float
    rounds: int

    def measure(self, windows: int, each: int, one_thing: str = BIRTH) -> dict[str, Any]:
        """So many windows, each with so many commands one after the other. Medians of rounds in turn with the floor."""
        seats = make_counter_seats(windows)
        founded = self.stores.create()
        with open_store(founded) as store:
            set_up_center(store, seats, blocks=-(-each // BLOCK_SIZE))
        pattern = make_templates(self.stores, self.folder)[one_thing]
        ours, floors, waits, raw_waits, size = [], [], list[float](), list[float](), 0
        rows: TableRows | None = None
        for _round in range(self.rounds):
            where = self.stores.copy(founded)
            running = start_center(where, self.flush_ms, self.folder)
            try:
                found = run_in_processes(_push_entries, seats, running.port, pattern, one_thing, each)
            finally:
                running.stop()
            ours.append(windows * each / _duration(found))
            waits += [one for part in found for one in part.latencies]
            size = sum(part.bytes_up for part in found)
            found_rows = rows_of_cases(where)
            if len(found_rows["cases"]) != windows * each:
                raise OutOfReach("The measure is wrong: {text}", text=f"{len(found_rows['cases'])} cases")
            rows = rows or found_rows
            raw = start_floor(self.stores.create(), self.flush_ms, self.folder / f"floor-{_round}.log")
            try:
                found = run_in_processes(_post_floor_requests, seats, raw.port, self._floor_requests(rows, seats))
            finally:
                raw.stop()
            floors.append(windows * each / _duration(found))
            raw_waits += [one for part in found for one in part.latencies]
        rate, bare = median(ours), median(floors)
        return {
            "load": "online",
            "engine": self.stores.name,
            "per_s": rate,
            "p99_ms": percentile(waits, 0.99) * 1000,
            "bytes_per_case": size / (windows * each),
            "round_trips": windows * each,
            "floor_per_s": bare,
            "floor_p99_ms": percentile(raw_waits, 0.99) * 1000,
            "ratio": rate / bare,
            "windows": windows,
        }

    def _floor_requests(self, rows: TableRows, seats: Sequence[BenchmarkSeat]) -> dict[str, list[bytes]]:
        """The messages to the floor, by window: the rows of each case as they stand in our store."""
        place = "%s" if self.stores.name == "postgresql" else "?"
        by_case: dict[str, dict[str, list[list[Any]]]] = {row["number"]: {} for row in rows["cases"]}
        for table, found in rows.items():
            text = insert_statement(table, found, place)
            for row in found:
                by_case[_case_number_of(table, row)].setdefault(text, []).append(
                    [_json_value(value, self.stores.name) for value in row.values()]
                )
        told: dict[str, list[bytes]] = {seat.node: [] for seat in seats}
        node_of = {row["window_id"]: seat.node for row, seat in _cases_with_seats(rows, seats)}
        for case in rows["cases"]:
            node = node_of[case["window_id"]]
            put = FloorRequest(
                node, len(told[node]) + 1, f"organ/{case['centre']}", len(told[node]), by_case[case["number"]]
            )
            told[node].append(msgspec.json.encode(put))
        return told


def _cases_with_seats(rows: TableRows, seats: Sequence[BenchmarkSeat]) -> list[tuple[dict[str, Any], BenchmarkSeat]]:
    by_window = {seat.window: seat for seat in seats}
    return [(row, by_window[row["window_id"]]) for row in rows["cases"]]


def _case_number_of(table: str, row: dict[str, Any]) -> str:
    if table == "ledger_entries":
        return str(row["stream"]).removeprefix("case/")
    if table == "feed":
        return str(row["document"]).removeprefix("case/")
    return str(row["number"] if table == "cases" else row["case_number"])


def _json_value(value: Any, engine: str) -> Any:
    if not isinstance(value, bytes):
        return value
    text = value.decode("latin-1")
    return [text.replace("\0", " ")] if engine == "postgresql" else text


@dataclass(frozen=True)
class OnlinePart:
    """What the windows of one process did. Times are of the clock that all processes share, in seconds."""

    begun: float
    ended: float
    latencies: list[float]
    bytes_up: int


def _duration(found: Sequence[OnlinePart]) -> float:
    return max(part.ended for part in found) - min(part.begun for part in found)


def make_templates(stores: BenchmarkStores, folder: Path) -> dict[str, AcceptanceTemplate]:
    """What a real door at a window decides about each one thing."""
    (seat,) = make_counter_seats(1)
    founded = stores.create()
    with open_store(founded) as store:
        set_up_center(store, [seat])
    running = start_center(founded, 0.0, folder)
    try:
        window = BenchmarkWindow.open_at(seat, SqliteStores.in_new_folder(folder).create(), running.url)
        window.join(2)
        window.accept([BIRTH, SINGLE], Citizens(0))
        with window.store.read() as look:
            rows = [row for row in look.select("ledger_entries", order=("position",)) if row["kind"] == "AcceptCase"]
        window.close()
    finally:
        running.stop()
    made = [AcceptanceTemplate(msgspec.json.decode(row["decision"], type=Accepted)) for row in rows]
    return dict(zip((BIRTH, SINGLE), made, strict=True))


def make_entries(
    seat: BenchmarkSeat, first: int, many: int, pattern: AcceptanceTemplate, one_thing: str
) -> list[EntryMessage]:
    """So many acceptances of a seat, under serials from `first` on."""
    citizens = Citizens(first)
    return [
        pattern.make_entry(seat, citizens.make_acceptance(one_thing, seat, f"{seat.node}.own-1-{serial}"), serial)
        for serial in range(first, first + many)
    ]


def _push_entries(
    seats: Sequence[BenchmarkSeat], place: int, port: int, pattern: AcceptanceTemplate, one_thing: str, each: int
) -> OnlinePart:
    blocks = -(-each // BLOCK_SIZE)
    nodes = [BenchmarkNode(seat, HttpConnection(port, seat.node, seat.key)) for seat in seats]
    told = [
        make_entries(seat, 1 + (place + at) * blocks * BLOCK_SIZE, each, pattern, one_thing)
        for at, seat in enumerate(seats)
    ]

    async def work(node: BenchmarkNode, sent: Sequence[EntryMessage]) -> None:
        for one in sent:
            await node.push([one])

    async def all_of_them() -> tuple[float, float]:
        await asyncio.gather(*(node.pull() for node in nodes))
        for node in nodes:
            node.connection.latencies.clear()
            node.connection.bytes_up = 0
        _start_barrier.wait()
        begun = time.monotonic()
        await asyncio.gather(*(work(node, sent) for node, sent in zip(nodes, told, strict=True)))
        return begun, time.monotonic()

    begun, ended = asyncio.run(all_of_them())
    return OnlinePart(
        begun,
        ended,
        [one for node in nodes for one in node.connection.latencies],
        sum(node.connection.bytes_up for node in nodes),
    )


def _post_floor_requests(
    seats: Sequence[BenchmarkSeat], _place: int, port: int, told: dict[str, list[bytes]]
) -> OnlinePart:
    talks = [HttpConnection(port, packing=False) for _seat in seats]

    async def work(talk: HttpConnection, bodies: Sequence[bytes]) -> None:
        for body in bodies:
            await talk.post("/push", body)

    async def all_of_them() -> tuple[float, float]:
        _start_barrier.wait()
        begun = time.monotonic()
        await asyncio.gather(*(work(talk, told[seat.node]) for talk, seat in zip(talks, seats, strict=True)))
        return begun, time.monotonic()

    begun, ended = asyncio.run(all_of_them())
    return OnlinePart(begun, ended, [one for talk in talks for one in talk.latencies], 0)


_start_barrier: Barrier


def _set_start_barrier(ready: Barrier) -> None:
    global _start_barrier
    _start_barrier = ready


def run_in_processes(work: Any, seats: Sequence[BenchmarkSeat], *more: Any) -> list[OnlinePart]:
    """The work for these seats, shared by processes of their own: each is told its seats, and where they begin."""
    context = worker_context()
    many = min(_PROCESSES, len(seats))
    each = -(-len(seats) // many)
    with ProcessPoolExecutor(many, context, _set_start_barrier, (context.Barrier(many),)) as pool:
        parts = [pool.submit(work, seats[first : first + each], first, *more) for first in range(0, len(seats), each)]
        return [part.result() for part in parts]
