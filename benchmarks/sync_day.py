"""A city's day at one center: cases come in, and departments claim and decide every task.

The number of cases is that of all windows of Shanghai on a working day of 2021. Nothing waits for a time of day:
counters accept cases while fewer than _MAX_OPEN_TASKS tasks are open, so the day lasts as long as the center needs.
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
_OFFICERS_PER_MATTER = 6  # officers for each matter, enough to keep the center busy
_MAX_OPEN_TASKS = 400  # while so many tasks are open, counters accept no case
_POLL_SECONDS = 0.05  # seconds until an idle officer or counter tries again
_SLICE_COUNT = 20  # parts of the day that are reported
_claimed_decoder = msgspec.json.Decoder(TaskClaimed)


@dataclass
class _DaySlice:
    """One part of the day: its commands, processor seconds, seconds, bytes of memory; and all cases accepted so far."""

    cases: int
    commands: int
    cpu: float
    seconds: float
    memory: int

    @property
    def cost(self) -> float:
        """Processor seconds of the center per command."""
        return self.cpu / max(1, self.commands)


@dataclass
class DayBenchmark:
    """Measures `day`."""

    stores: BenchmarkStores
    folder: Path
    flush_ms: float
    births: float = BIRTHS
    _accepted_cases: int = 0
    _open_tasks: int = 0  # tasks that are not decided yet
    _commands: int = 0
    _cases_left: int = 0
    _slices: list[_DaySlice] = field(default_factory=list)

    def measure(self, cases: int) -> dict[str, Any]:
        """Run a day of `cases` cases, including claims and decisions of all tasks; return its figures."""
        windows, offices = make_counter_seats(_COUNTER_COUNT, 8), make_department_seats(_OFFICERS_PER_MATTER)
        number_blocks = -(-cases // _COUNTER_COUNT // BLOCK_SIZE) + 1
        templates = make_templates(self.stores, self.folder)
        store_path = self.stores.create()
        with open_store(store_path) as store:
            set_up_center(store, [*windows, *offices], number_blocks)
        running = start_center(store_path, self.flush_ms, self.folder)
        started = time.monotonic()
        try:
            nodes = [
                BenchmarkNode(seat, HttpConnection(running.port, seat.node, seat.key)) for seat in (*windows, *offices)
            ]
            asyncio.run(self._run_day(nodes, templates, cases, number_blocks, running))
            cpu = running.cpu()
        finally:
            running.stop()
        seconds = time.monotonic() - started
        with open_store(store_path) as store, store.read() as tx:
            closed = len(tx.select("cases", state="closed"))
        if closed != cases:
            raise OutOfReach("The measure is wrong: {text}", text=f"{closed} of {cases} cases are closed")
        latencies = [part for node in nodes for part in node.connection.latencies]
        fifth = max(1, len(self._slices) // 5)
        first, last = self._slices[1 : 1 + fifth] or self._slices, self._slices[-fifth:]  # the first one warms up
        return {
            "load": "day",
            "engine": self.stores.name,
            "per_s": self._commands / seconds,
            "p99_ms": percentile(latencies, 0.99) * 1000,
            "bytes_per_case": sum(node.connection.bytes_up for node in nodes) / cases,
            "round_trips": len(latencies),
            "cases": cases,
            "commands": self._commands,
            "documents": sum(node.documents for node in nodes),
            "seconds": seconds,
            "center_cpu_seconds": cpu,
            "hours_for_280000": seconds / cases * CASES / 3600,
            "memory_mb": [round(part.memory / 2**20) for part in self._slices],
            "memory_growth": last[-1].memory / first[-1].memory,
            "cost_end_to_start": median(part.cost for part in last) / median(part.cost for part in first),
        }

    async def _run_day(
        self,
        nodes: list[BenchmarkNode],
        templates: dict[str, AcceptanceTemplate],
        cases: int,
        blocks: int,
        running: ServerProcess,
    ) -> None:
        self._cases_left = cases
        requests = generate_requests(1, self.births)
        watcher = asyncio.create_task(self._record_slices(running, cases))
        work = []
        for place, node in enumerate(nodes):
            await _catch_up(node)
            if node.seat.role == "clerk":
                work.append(self._run_counter(node, templates, requests, 1 + place * blocks * BLOCK_SIZE))
            else:
                work.append(self._run_officer(node))
        await asyncio.gather(*work)
        watcher.cancel()
        for node in nodes:
            node.connection.close()

    async def _run_counter(
        self, node: BenchmarkNode, templates: dict[str, AcceptanceTemplate], requests: Iterator[str], serial: int
    ) -> None:
        citizens = Citizens(serial)
        while self._cases_left:
            if self._open_tasks > _MAX_OPEN_TASKS:
                await asyncio.sleep(_POLL_SECONDS)
                continue
            self._cases_left -= 1
            one_thing = next(requests)
            self._open_tasks += len(templates[one_thing].decision.tasks)
            command = citizens.make_acceptance(one_thing, node.seat, f"{node.seat.node}.own-1-{serial}")
            await node.push(node.sign([templates[one_thing].make_entry(node.seat, command, serial)]))
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
            decide = DecideTask(task=claimed.task, fence=claimed.fence, outcome="approved")
            await node.push(node.sign([make_sent_entry(seal(decide), node.seat)]))
            self._open_tasks -= 1
            self._commands += 2

    async def _record_slices(self, running: ServerProcess, cases: int) -> None:
        """Record each part of the day and print its figures to stderr."""
        slice_cases = max(1, cases // _SLICE_COUNT)
        commands, cpu, begun = 0, running.cpu(), time.monotonic()
        while True:
            await asyncio.sleep(0.2)
            if self._accepted_cases < (len(self._slices) + 1) * slice_cases:
                continue
            now, cpu_now = time.monotonic(), running.cpu()
            part = _DaySlice(
                self._accepted_cases, self._commands - commands, cpu_now - cpu, now - begun, running.memory()
            )
            self._slices.append(part)
            commands, cpu, begun = self._commands, cpu_now, now
            sys.stderr.write(
                f"{part.cases:>7} cases  {part.commands / part.seconds:>7.0f} commands/s  "
                f"{part.cost * 1e6:>6.0f} us each  {part.memory / 2**20:>5.0f} MB\n"
            )


async def _catch_up(node: BenchmarkNode) -> None:
    while (await node.pull()).changes.more:
        pass
