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

from clerk_app.bench.sync_center import center, loads
from clerk_app.bench.sync_city import BIRTH, SINGLE, Citizens, Seat, counters, found_center
from clerk_app.bench.sync_floor import Put, floor
from clerk_app.bench.sync_node import Node, Pattern, Talk
from clerk_app.bench.sync_stores import Rows, SqliteStores, Stores, insert_text, opened, rows_of_cases
from clerk_app.bench.sync_window import Window
from clerk_app.bench.table import percentile
from clerk_app.cases.accept import Accepted
from clerk_app.errors import OutOfReach
from clerk_app.ledger.messages import Sent
from clerk_app.ledger.numbers import BLOCK

_LOADS = 2


@dataclass(frozen=True)
class Online:
    """What is measured."""

    stores: Stores
    folder: Path
    flush_ms: float
    rounds: int

    def measure(self, windows: int, each: int, one_thing: str = BIRTH) -> dict[str, Any]:
        """So many windows, each with so many commands one after the other. Medians of rounds in turn with the floor."""
        seats = counters(windows)
        founded = self.stores.new()
        with opened(founded) as store:
            found_center(store, seats, blocks=-(-each // BLOCK))
        pattern = patterns(self.stores, self.folder)[one_thing]
        ours, floors, waits, raw_waits, size = [], [], list[float](), list[float](), 0
        rows: Rows | None = None
        for _round in range(self.rounds):
            where = self.stores.copy(founded)
            running = center(where, self.flush_ms, self.folder)
            try:
                found = in_processes(_speak, seats, running.port, pattern, one_thing, each)
            finally:
                running.stop()
            ours.append(windows * each / _lasted(found))
            waits += [one for part in found for one in part.waits]
            size = sum(part.bytes_up for part in found)
            found_rows = rows_of_cases(where)
            if len(found_rows["cases"]) != windows * each:
                raise OutOfReach("The measure is wrong: {text}", text=f"{len(found_rows['cases'])} cases")
            rows = rows or found_rows
            raw = floor(self.stores.new(), self.flush_ms, self.folder / f"floor-{_round}.log")
            try:
                found = in_processes(_speak_raw, seats, raw.port, self._told(rows, seats))
            finally:
                raw.stop()
            floors.append(windows * each / _lasted(found))
            raw_waits += [one for part in found for one in part.waits]
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

    def _told(self, rows: Rows, seats: Sequence[Seat]) -> dict[str, list[bytes]]:
        """The messages to the floor, by window: the rows of each case as they stand in our store."""
        place = "%s" if self.stores.name == "postgresql" else "?"
        by_case: dict[str, dict[str, list[list[Any]]]] = {row["number"]: {} for row in rows["cases"]}
        for table, found in rows.items():
            text = insert_text(table, found, place)
            for row in found:
                by_case[_case_of(table, row)].setdefault(text, []).append(
                    [_word(value, self.stores.name) for value in row.values()]
                )
        told: dict[str, list[bytes]] = {seat.node: [] for seat in seats}
        node_of = {row["window_id"]: seat.node for row, seat in _joined(rows, seats)}
        for case in rows["cases"]:
            node = node_of[case["window_id"]]
            put = Put(node, len(told[node]) + 1, f"organ/{case['centre']}", len(told[node]), by_case[case["number"]])
            told[node].append(msgspec.json.encode(put))
        return told


def _joined(rows: Rows, seats: Sequence[Seat]) -> list[tuple[dict[str, Any], Seat]]:
    by_window = {seat.window: seat for seat in seats}
    return [(row, by_window[row["window_id"]]) for row in rows["cases"]]


def _case_of(table: str, row: dict[str, Any]) -> str:
    if table == "ledger_entries":
        return str(row["stream"]).removeprefix("case/")
    if table == "feed":
        return str(row["document"]).removeprefix("case/")
    return str(row["number"] if table == "cases" else row["case_number"])


def _word(value: Any, engine: str) -> Any:
    if not isinstance(value, bytes):
        return value
    text = value.decode("latin-1")
    return [text.replace("\0", " ")] if engine == "postgresql" else text


@dataclass(frozen=True)
class Spoken:
    """What the windows of one process did. Times are of the clock that all processes share, in seconds."""

    begun: float
    ended: float
    waits: list[float]
    bytes_up: int


def _lasted(found: Sequence[Spoken]) -> float:
    return max(part.ended for part in found) - min(part.begun for part in found)


def patterns(stores: Stores, folder: Path) -> dict[str, Pattern]:
    """What a real door at a window decides about each one thing."""
    (seat,) = counters(1)
    founded = stores.new()
    with opened(founded) as store:
        found_center(store, [seat])
    running = center(founded, 0.0, folder)
    try:
        window = Window.at(seat, SqliteStores.in_own(folder).new(), running.url)
        window.join(2)
        window.accept([BIRTH, SINGLE], Citizens(0))
        with window.store.read() as look:
            rows = [row for row in look.rows("ledger_entries", order=("position",)) if row["kind"] == "AcceptCase"]
        window.close()
    finally:
        running.stop()
    made = [Pattern(msgspec.json.decode(row["decision"], type=Accepted)) for row in rows]
    return dict(zip((BIRTH, SINGLE), made, strict=True))


def entries(seat: Seat, first: int, many: int, pattern: Pattern, one_thing: str) -> list[Sent]:
    """So many acceptances of a seat, under serials from `first` on."""
    citizens = Citizens(first)
    return [
        pattern.told_by(seat, citizens.come(one_thing, seat, f"{seat.node}.own-1-{serial}"), serial)
        for serial in range(first, first + many)
    ]


def _speak(seats: Sequence[Seat], place: int, port: int, pattern: Pattern, one_thing: str, each: int) -> Spoken:
    blocks = -(-each // BLOCK)
    nodes = [Node(seat, Talk(port, seat.node, seat.key)) for seat in seats]
    told = [entries(seat, 1 + (place + at) * blocks * BLOCK, each, pattern, one_thing) for at, seat in enumerate(seats)]

    async def work(node: Node, sent: Sequence[Sent]) -> None:
        for one in sent:
            await node.push([one])

    async def all_of_them() -> tuple[float, float]:
        await asyncio.gather(*(node.pull() for node in nodes))
        for node in nodes:
            node.talk.waits.clear()
            node.talk.bytes_up = 0
        _ready.wait()
        begun = time.monotonic()
        await asyncio.gather(*(work(node, sent) for node, sent in zip(nodes, told, strict=True)))
        return begun, time.monotonic()

    begun, ended = asyncio.run(all_of_them())
    return Spoken(
        begun, ended, [one for node in nodes for one in node.talk.waits], sum(node.talk.bytes_up for node in nodes)
    )


def _speak_raw(seats: Sequence[Seat], _place: int, port: int, told: dict[str, list[bytes]]) -> Spoken:
    talks = [Talk(port, packing=False) for _seat in seats]

    async def work(talk: Talk, bodies: Sequence[bytes]) -> None:
        for body in bodies:
            await talk.post("/push", body)

    async def all_of_them() -> tuple[float, float]:
        _ready.wait()
        begun = time.monotonic()
        await asyncio.gather(*(work(talk, told[seat.node]) for talk, seat in zip(talks, seats, strict=True)))
        return begun, time.monotonic()

    begun, ended = asyncio.run(all_of_them())
    return Spoken(begun, ended, [one for talk in talks for one in talk.waits], 0)


_ready: Barrier


def _begin(ready: Barrier) -> None:
    global _ready
    _ready = ready


def in_processes(work: Any, seats: Sequence[Seat], *more: Any) -> list[Spoken]:
    """The work for these seats, shared by processes of their own: each is told its seats, and where they begin."""
    context = loads()
    many = min(_LOADS, len(seats))
    each = -(-len(seats) // many)
    with ProcessPoolExecutor(many, context, _begin, (context.Barrier(many),)) as pool:
        parts = [pool.submit(work, seats[first : first + each], first, *more) for first in range(0, len(seats), each)]
        return [part.result() for part in parts]
