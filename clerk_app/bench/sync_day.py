"""A city's day through one center: births and single matters come in, departments claim and decide every task.

As many cases as Shanghai's windows accepted each working day in 2021. Nobody sleeps: counters accept as long as fewer
tasks wait than the departments work off in a moment, so the day lasts as long as the center needs for it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from clerk_app.bench.sync_center import Process, center
from clerk_app.bench.sync_city import Citizens, counters, departments, found_center, wishes
from clerk_app.bench.sync_node import Node, Pattern, Talk, sent
from clerk_app.bench.sync_online import patterns
from clerk_app.bench.sync_stores import Stores, opened
from clerk_app.bench.table import percentile
from clerk_app.cases.claims import Claimed, ClaimTask
from clerk_app.cases.decide import DecideTask
from clerk_app.errors import OutOfReach
from clerk_app.ledger.entries import seal
from clerk_app.ledger.numbers import BLOCK

CASES = 280_000
BIRTHS = 0.6
_COUNTERS = 32
_OFFICERS = 6  # for each matter, in its department: as many as the center keeps busy, so that none waits for them
_MOST_WAITING = 400  # tasks
_EMPTY = 0.05  # seconds until an officer looks again
_SLICES = 20  # of the day, for its curve
_claimed = msgspec.json.Decoder(Claimed)


@dataclass
class _Slice:
    """A part of the day: commands, and what they cost the center and took."""

    cases: int
    commands: int
    cpu: float
    seconds: float
    memory: int

    @property
    def cost(self) -> float:
        """Processor seconds of the center for a command."""
        return self.cpu / max(1, self.commands)


@dataclass
class Day:
    """What is measured."""

    stores: Stores
    folder: Path
    flush_ms: float
    births: float = BIRTHS
    _cases: int = 0  # accepted
    _open: int = 0  # tasks that no decision has ended yet
    _commands: int = 0
    _left: int = 0
    _slices: list[_Slice] = field(default_factory=list)

    def measure(self, cases: int) -> dict[str, Any]:
        """So many cases with all their claims and decisions."""
        windows, offices = counters(_COUNTERS, 8), departments(_OFFICERS)
        blocks = -(-cases // _COUNTERS // BLOCK) + 1
        made = patterns(self.stores, self.folder)
        where = self.stores.new()
        with opened(where) as store:
            found_center(store, [*windows, *offices], blocks)
        running = center(where, self.flush_ms, self.folder)
        began = time.monotonic()
        try:
            nodes = [Node(seat, Talk(running.port, seat.node, seat.key)) for seat in (*windows, *offices)]
            asyncio.run(self._live(nodes, made, cases, blocks, running))
            cpu = running.cpu()
        finally:
            running.stop()
        took = time.monotonic() - began
        with opened(where) as store, store.read() as look:
            closed = len(look.rows("cases", state="closed"))
        if closed != cases:
            raise OutOfReach("The measure is wrong: {text}", text=f"{closed} of {cases} cases are closed")
        waits = [one for node in nodes for one in node.talk.waits]
        fifth = max(1, len(self._slices) // 5)
        first, last = self._slices[1 : 1 + fifth] or self._slices, self._slices[-fifth:]  # the first one warms up
        return {
            "load": "day",
            "engine": self.stores.name,
            "per_s": self._commands / took,
            "p99_ms": percentile(waits, 0.99) * 1000,
            "bytes_per_case": sum(node.talk.bytes_up for node in nodes) / cases,
            "round_trips": len(waits),
            "cases": cases,
            "commands": self._commands,
            "documents": sum(node.documents for node in nodes),
            "seconds": took,
            "center_cpu_seconds": cpu,
            "hours_for_280000": took / cases * CASES / 3600,
            "memory_mb": [round(one.memory / 2**20) for one in self._slices],
            "memory_growth": last[-1].memory / first[-1].memory,
            "cost_end_to_start": median(one.cost for one in last) / median(one.cost for one in first),
        }

    async def _live(
        self, nodes: list[Node], made: dict[str, Pattern], cases: int, blocks: int, running: Process
    ) -> None:
        self._left = cases
        wanted = wishes(1, self.births)
        watching = asyncio.create_task(self._watch(running, cases))
        works = []
        for place, node in enumerate(nodes):
            await _catch_up(node)
            if node.seat.role == "clerk":
                works.append(self._counter(node, made, wanted, 1 + place * blocks * BLOCK))
            else:
                works.append(self._officer(node))
        await asyncio.gather(*works)
        watching.cancel()
        for node in nodes:
            node.talk.close()

    async def _counter(self, node: Node, made: dict[str, Pattern], wanted: Iterator[str], serial: int) -> None:
        citizens = Citizens(serial)
        while self._left:
            if self._open > _MOST_WAITING:
                await asyncio.sleep(_EMPTY)
                continue
            self._left -= 1
            one_thing = next(wanted)
            self._open += len(made[one_thing].decision.tasks)
            command = citizens.come(one_thing, node.seat, f"{node.seat.node}.own-1-{serial}")
            await node.push([made[one_thing].told_by(node.seat, command, serial)])
            serial += 1
            self._cases += 1
            self._commands += 1

    async def _officer(self, node: Node) -> None:
        while self._left or self._open:
            answer = await node.ask(ClaimTask(organ=node.seat.organ))
            if answer.refused:
                if next(iter(answer.refused.values())).reason != "empty":
                    raise OutOfReach("The center says: {text}", text=str(answer.refused))
                await asyncio.sleep(_EMPTY)
                continue
            claimed = _claimed.decode(answer.answer)
            await node.push(
                [sent(seal(DecideTask(task=claimed.task, fence=claimed.fence, outcome="approved")), node.seat)]
            )
            self._open -= 1
            self._commands += 2

    async def _watch(self, running: Process, cases: int) -> None:
        """Notes each part of the day, and says how far it is."""
        each = max(1, cases // _SLICES)
        commands, cpu, begun = 0, running.cpu(), time.monotonic()
        while True:
            await asyncio.sleep(0.2)
            if self._cases < (len(self._slices) + 1) * each:
                continue
            now, used = time.monotonic(), running.cpu()
            one = _Slice(self._cases, self._commands - commands, used - cpu, now - begun, running.memory())
            self._slices.append(one)
            commands, cpu, begun = self._commands, used, now
            sys.stderr.write(
                f"{one.cases:>7} cases  {one.commands / one.seconds:>7.0f} commands/s  "
                f"{one.cost * 1e6:>6.0f} us each  {one.memory / 2**20:>5.0f} MB\n"
            )


async def _catch_up(node: Node) -> None:
    while (await node.pull()).changes.more:
        pass
