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

from benchmarks.feel_report import percentile
from benchmarks.sync_center import ServerProcess, start_center
from benchmarks.sync_city import Citizens, generate_requests, make_counter_seats, make_department_seats, set_up_center
from benchmarks.sync_node import AcceptanceTemplate, BenchmarkNode, HttpConnection, make_sent_entry
from benchmarks.sync_online import make_templates
from benchmarks.sync_stores import BenchmarkStores, open_store
from clerk_app.cases.tasks.claims import ClaimTask, TaskClaimed
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.errors import OutOfReach
from clerk_app.ledger.entries import seal
from clerk_app.ledger.numbers import BLOCK_SIZE

CASES = 280_000
BIRTHS = 0.6
_COUNTER_COUNT = 32
_OFFICERS_PER_MATTER = (
    6  # for each matter, in its department: as many as the center keeps busy, so that none waits for them
)
_MAX_OPEN_TASKS = 400  # tasks
_POLL_SECONDS = 0.05  # seconds until an officer looks again
_SLICE_COUNT = 20  # of the day, for its curve
_claimed_decoder = msgspec.json.Decoder(TaskClaimed)


@dataclass
class _DaySlice:
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
class DayBenchmark:
    """What is measured."""

    stores: BenchmarkStores
    folder: Path
    flush_ms: float
    births: float = BIRTHS
    _accepted_cases: int = 0  # accepted
    _open_tasks: int = 0  # tasks that no decision has ended yet
    _commands: int = 0
    _cases_left: int = 0
    _slices: list[_DaySlice] = field(default_factory=list)

    def measure(self, cases: int) -> dict[str, Any]:
        """So many cases with all their claims and decisions."""
        windows, offices = make_counter_seats(_COUNTER_COUNT, 8), make_department_seats(_OFFICERS_PER_MATTER)
        blocks = -(-cases // _COUNTER_COUNT // BLOCK_SIZE) + 1
        made = make_templates(self.stores, self.folder)
        where = self.stores.create()
        with open_store(where) as store:
            set_up_center(store, [*windows, *offices], blocks)
        running = start_center(where, self.flush_ms, self.folder)
        began = time.monotonic()
        try:
            nodes = [
                BenchmarkNode(seat, HttpConnection(running.port, seat.node, seat.key)) for seat in (*windows, *offices)
            ]
            asyncio.run(self._run_day(nodes, made, cases, blocks, running))
            cpu = running.cpu()
        finally:
            running.stop()
        took = time.monotonic() - began
        with open_store(where) as store, store.read() as look:
            closed = len(look.select("cases", state="closed"))
        if closed != cases:
            raise OutOfReach("The measure is wrong: {text}", text=f"{closed} of {cases} cases are closed")
        waits = [one for node in nodes for one in node.connection.latencies]
        fifth = max(1, len(self._slices) // 5)
        first, last = self._slices[1 : 1 + fifth] or self._slices, self._slices[-fifth:]  # the first one warms up
        return {
            "load": "day",
            "engine": self.stores.name,
            "per_s": self._commands / took,
            "p99_ms": percentile(waits, 0.99) * 1000,
            "bytes_per_case": sum(node.connection.bytes_up for node in nodes) / cases,
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

    async def _run_day(
        self,
        nodes: list[BenchmarkNode],
        made: dict[str, AcceptanceTemplate],
        cases: int,
        blocks: int,
        running: ServerProcess,
    ) -> None:
        self._cases_left = cases
        wanted = generate_requests(1, self.births)
        watching = asyncio.create_task(self._record_slices(running, cases))
        works = []
        for place, node in enumerate(nodes):
            await _catch_up(node)
            if node.seat.role == "clerk":
                works.append(self._run_counter(node, made, wanted, 1 + place * blocks * BLOCK_SIZE))
            else:
                works.append(self._run_officer(node))
        await asyncio.gather(*works)
        watching.cancel()
        for node in nodes:
            node.connection.close()

    async def _run_counter(
        self, node: BenchmarkNode, made: dict[str, AcceptanceTemplate], wanted: Iterator[str], serial: int
    ) -> None:
        citizens = Citizens(serial)
        while self._cases_left:
            if self._open_tasks > _MAX_OPEN_TASKS:
                await asyncio.sleep(_POLL_SECONDS)
                continue
            self._cases_left -= 1
            one_thing = next(wanted)
            self._open_tasks += len(made[one_thing].decision.tasks)
            command = citizens.make_acceptance(one_thing, node.seat, f"{node.seat.node}.own-1-{serial}")
            await node.push([made[one_thing].make_entry(node.seat, command, serial)])
            serial += 1
            self._accepted_cases += 1
            self._commands += 1

    async def _run_officer(self, node: BenchmarkNode) -> None:
        while self._cases_left or self._open_tasks:
            answer = await node.ask(ClaimTask(organ=node.seat.organ))
            if answer.refused:
                if next(iter(answer.refused.values())).reason != "empty":
                    raise OutOfReach("The center says: {text}", text=str(answer.refused))
                await asyncio.sleep(_POLL_SECONDS)
                continue
            claimed = _claimed_decoder.decode(answer.result)
            await node.push(
                [
                    make_sent_entry(
                        seal(DecideTask(task=claimed.task, fence=claimed.fence, outcome="approved")), node.seat
                    )
                ]
            )
            self._open_tasks -= 1
            self._commands += 2

    async def _record_slices(self, running: ServerProcess, cases: int) -> None:
        """Notes each part of the day, and says how far it is."""
        each = max(1, cases // _SLICE_COUNT)
        commands, cpu, begun = 0, running.cpu(), time.monotonic()
        while True:
            await asyncio.sleep(0.2)
            if self._accepted_cases < (len(self._slices) + 1) * each:
                continue
            now, used = time.monotonic(), running.cpu()
            one = _DaySlice(self._accepted_cases, self._commands - commands, used - cpu, now - begun, running.memory())
            self._slices.append(one)
            commands, cpu, begun = self._commands, used, now
            sys.stderr.write(
                f"{one.cases:>7} cases  {one.commands / one.seconds:>7.0f} commands/s  "
                f"{one.cost * 1e6:>6.0f} us each  {one.memory / 2**20:>5.0f} MB\n"
            )


async def _catch_up(node: BenchmarkNode) -> None:
    while (await node.pull()).changes.more:
        pass
