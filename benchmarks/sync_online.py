"""Measure windows that send one durable command per request, and the floors: the same rows, raw, over HTTP.

One floor signs and verifies requests and entries as windows and center do; the other one signs nothing.

The first request of each window is sent before the measure, to the center and to the floors alike. At the center it
opens a session, which happens once in a shift: two more signatures to verify, proofs to store. At a floor it opens the
connection.
"""

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
from clerk_app.cases.intake.accepted_case import Accepted
from clerk_app.errors import OutOfReach
from clerk_app.ledger.numbers import BLOCK_SIZE
from clerk_app.ledger.replication.messages import EntryMessage

_PROCESSES = 2
_FIRST = 1  # requests of each window before the measure


@dataclass(frozen=True)
class OnlineBenchmark:
    """Measures `online`."""

    stores: BenchmarkStores
    folder: Path
    flush_ms: float
    rounds: int

    def measure(self, windows: int, each: int, one_thing: str = BIRTH) -> dict[str, Any]:
        """Let `windows` windows send `each` commands one after another.

        Returns medians of rounds that alternate with the floors.
        """
        seats = make_counter_seats(windows)
        center_store = self.stores.create()
        with open_store(center_store) as store:
            set_up_center(store, seats, blocks=_count_blocks(each))
        template = make_templates(self.stores, self.folder)[one_thing]
        rates, latencies, bytes_up = [], list[float](), 0
        floors = {is_signed: _FloorResults([], []) for is_signed in (False, True)}
        rows: TableRows | None = None
        for number in range(self.rounds):
            store_path = self.stores.copy(center_store)
            running = start_center(store_path, self.flush_ms, self.folder)
            try:
                parts = run_in_processes(_push_entries, seats, running.port, template, one_thing, each)
            finally:
                running.stop()
            rates.append(windows * each / _duration(parts))
            latencies += [latency for part in parts for latency in part.latencies]
            bytes_up = sum(part.bytes_up for part in parts)
            found_rows = rows_of_cases(store_path)
            if len(found_rows["cases"]) != windows * (_FIRST + each):
                raise OutOfReach("The measure is wrong: {text}", text=f"{len(found_rows['cases'])} cases")
            rows = rows or found_rows
            requests = self._floor_requests(rows, seats)
            for is_signed, floor in floors.items():
                log = self.folder / f"floor-{number}-{is_signed}.log"
                raw = start_floor(self.stores.create(), self.flush_ms, log, is_signed=is_signed)
                try:
                    parts = run_in_processes(_post_floor_requests, seats, raw.port, requests[is_signed], is_signed)
                finally:
                    raw.stop()
                floor.rates.append(windows * each / _duration(parts))
                floor.latencies.extend(latency for part in parts for latency in part.latencies)
        rate, p99 = median(rates), percentile(latencies, 0.99)
        unsigned, signed = floors[False], floors[True]
        return {
            "load": "online",
            "engine": self.stores.name,
            "per_s": rate,
            "p99_ms": p99 * 1000,
            "bytes_per_case": bytes_up / (windows * each),
            "round_trips": windows * each,
            "floor_per_s": median(unsigned.rates),
            "floor_p99_ms": unsigned.p99 * 1000,
            "ratio": rate / median(unsigned.rates),
            "signed_floor_per_s": median(signed.rates),
            "signed_floor_p99_ms": signed.p99 * 1000,
            "signed_ratio": rate / median(signed.rates),
            "p99_to_signed_floor": p99 / signed.p99,
            "windows": windows,
        }

    def _floor_requests(self, rows: TableRows, seats: Sequence[BenchmarkSeat]) -> dict[bool, dict[str, list[bytes]]]:
        """Return unsigned and signed requests to the floors, by node: the rows of each case, as in our store."""
        placeholder = "%s" if self.stores.name == "postgresql" else "?"
        by_case: dict[str, dict[str, list[list[Any]]]] = {row["number"]: {} for row in rows["cases"]}
        for table, table_rows in rows.items():
            text = insert_statement(table, table_rows, placeholder)
            for row in table_rows:
                by_case[_case_number_of(table, row)].setdefault(text, []).append(
                    [_json_value(value, self.stores.name) for value in row.values()]
                )
        requests: dict[str, list[bytes]] = {seat.node: [] for seat in seats}
        signed_requests: dict[str, list[bytes]] = {seat.node: [] for seat in seats}
        statements = {row["stream"]: row["statement"] for row in rows["ledger_entries"]}
        keys = {seat.node: seat.key for seat in seats}
        node_of = {row["window_id"]: seat.node for row, seat in _cases_with_seats(rows, seats)}
        for case in rows["cases"]:
            node = node_of[case["window_id"]]
            request = FloorRequest(
                node, len(requests[node]) + 1, f"organ/{case['centre']}", len(requests[node]), by_case[case["number"]]
            )
            requests[node].append(msgspec.json.encode(request))
            request.statement = statements[f"case/{case['number']}"]
            request.signature = keys[node].sign(request.statement)
            signed_requests[node].append(msgspec.json.encode(request))
        return {False: requests, True: signed_requests}


@dataclass(frozen=True)
class _FloorResults:
    """Requests per second of each round of a floor, and the latencies of all rounds in seconds."""

    rates: list[float]
    latencies: list[float]

    @property
    def p99(self) -> float:
        return percentile(self.latencies, 0.99)


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
    """Results of the windows of one process. Times are of the monotonic clock that all processes share, in seconds."""

    begun: float
    ended: float
    latencies: list[float]
    bytes_up: int


def _count_blocks(each: int) -> int:
    """Return how many blocks of case numbers a window needs for `each` measured requests and the first one."""
    return -(-(_FIRST + each) // BLOCK_SIZE)


def _duration(found: Sequence[OnlinePart]) -> float:
    return max(part.ended for part in found) - min(part.begun for part in found)


def make_templates(stores: BenchmarkStores, folder: Path) -> dict[str, AcceptanceTemplate]:
    """Return for each one thing an acceptance that a real door (command processor) at a window decided."""
    (seat,) = make_counter_seats(1)
    center_store = stores.create()
    with open_store(center_store) as store:
        set_up_center(store, [seat])
    running = start_center(center_store, 0.0, folder)
    try:
        window = BenchmarkWindow.open_at(seat, SqliteStores.in_new_folder(folder).create(), running.url)
        window.join(2)
        window.accept([BIRTH, SINGLE], Citizens(0))
        with window.store.read() as tx:
            rows = [row for row in tx.select("ledger_entries", order=("position",)) if row["kind"] == "AcceptCase"]
        window.close()
    finally:
        running.stop()
    made = [AcceptanceTemplate(msgspec.json.decode(row["decision"], type=Accepted)) for row in rows]
    return dict(zip((BIRTH, SINGLE), made, strict=True))


def make_entries(
    seat: BenchmarkSeat, first: int, many: int, pattern: AcceptanceTemplate, one_thing: str
) -> list[EntryMessage]:
    """Return `many` acceptances of a seat, with case serials from `first` on."""
    citizens = Citizens(first)
    return [
        pattern.make_entry(seat, citizens.make_acceptance(one_thing, seat, f"{seat.node}.own-1-{serial}"), serial)
        for serial in range(first, first + many)
    ]


def _push_entries(
    seats: Sequence[BenchmarkSeat], place: int, port: int, template: AcceptanceTemplate, one_thing: str, each: int
) -> OnlinePart:
    blocks = _count_blocks(each)
    nodes = [BenchmarkNode(seat, HttpConnection(port, seat.node, seat.key)) for seat in seats]
    entries_by_node = [
        node.sign(make_entries(node.seat, 1 + (place + at) * blocks * BLOCK_SIZE, _FIRST + each, template, one_thing))
        for at, node in enumerate(nodes)
    ]

    async def work(node: BenchmarkNode, entries_of_node: Sequence[EntryMessage]) -> None:
        for entry in entries_of_node:
            await node.push([entry])

    async def push_all(part: slice) -> None:
        await asyncio.gather(*(work(node, entries[part]) for node, entries in zip(nodes, entries_by_node, strict=True)))

    async def all_of_them() -> tuple[float, float]:
        await asyncio.gather(*(node.pull() for node in nodes))
        await push_all(slice(_FIRST))
        for node in nodes:
            node.connection.latencies.clear()
            node.connection.bytes_up = 0
        _start_barrier.wait()
        begun = time.monotonic()
        await push_all(slice(_FIRST, None))
        return begun, time.monotonic()

    begun, ended = asyncio.run(all_of_them())
    return OnlinePart(
        begun,
        ended,
        [entry for node in nodes for entry in node.connection.latencies],
        sum(node.connection.bytes_up for node in nodes),
    )


def _post_floor_requests(
    seats: Sequence[BenchmarkSeat], _place: int, port: int, requests: dict[str, list[bytes]], is_signed: bool
) -> OnlinePart:
    connections = [HttpConnection(port, seat.node, seat.key if is_signed else None, packing=False) for seat in seats]

    async def work(connection: HttpConnection, bodies: Sequence[bytes]) -> None:
        for body in bodies:
            await connection.post("/push", body)

    async def post_all(part: slice) -> None:
        await asyncio.gather(
            *(work(connection, requests[seat.node][part]) for connection, seat in zip(connections, seats, strict=True))
        )

    async def all_of_them() -> tuple[float, float]:
        await post_all(slice(_FIRST))
        for connection in connections:
            connection.latencies.clear()
        _start_barrier.wait()
        begun = time.monotonic()
        await post_all(slice(_FIRST, None))
        return begun, time.monotonic()

    begun, ended = asyncio.run(all_of_them())
    return OnlinePart(begun, ended, [latency for connection in connections for latency in connection.latencies], 0)


_start_barrier: Barrier


def _set_start_barrier(ready: Barrier) -> None:
    global _start_barrier
    _start_barrier = ready


def run_in_processes(work: Any, seats: Sequence[BenchmarkSeat], *more: Any) -> list[OnlinePart]:
    """Divide the seats among processes and return the results of `work`.

    `work` gets the seats of its process and the index of the first of them.
    """
    context = worker_context()
    processes = min(_PROCESSES, len(seats))
    share = -(-len(seats) // processes)
    with ProcessPoolExecutor(processes, context, _set_start_barrier, (context.Barrier(processes),)) as pool:
        parts = [pool.submit(work, seats[first : first + share], first, *more) for first in range(0, len(seats), share)]
        return [part.result() for part in parts]
