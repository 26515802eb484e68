"""Measure the load of many windows that wait with long polls while nothing happens."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sync_center import ServerProcess, start_center
from benchmarks.sync_city import make_counter_seats, set_up_center
from benchmarks.sync_node import BenchmarkNode, HttpConnection
from benchmarks.sync_stores import BenchmarkStores, open_store
from clerk_app.center.server import raise_open_files_limit
from clerk_app.sync.sync_worker import LONG_POLL_SECONDS

_WINDOWS_PER_SITE = 10


@dataclass(frozen=True)
class IdleBenchmark:
    """Measures `idle`."""

    stores: BenchmarkStores
    folder: Path
    flush_ms: float

    def measure(self, windows: int, seconds: float) -> dict[str, Any]:
        """Let `windows` windows wait for `seconds` and return the load.

        Like a real window, each starts a new long poll when one ends.
        """
        raise_open_files_limit()
        seats = make_counter_seats(windows, _WINDOWS_PER_SITE)
        store_path = self.stores.create()
        with open_store(store_path) as store:
            set_up_center(store, seats)
        running = start_center(store_path, self.flush_ms, self.folder)
        try:
            nodes = [BenchmarkNode(seat, HttpConnection(running.port, seat.node, seat.key)) for seat in seats]
            share, answered, memory = asyncio.run(_measure_waiting(nodes, running, seconds))
        finally:
            running.stop()
        return {
            "load": "idle",
            "engine": self.stores.name,
            "per_s": answered / seconds,
            "windows": windows,
            "cpu_share": share,
            "memory_mb": memory / 2**20,
        }


async def _measure_waiting(
    nodes: list[BenchmarkNode], running: ServerProcess, seconds: float
) -> tuple[float, float, int]:
    for first in range(0, len(nodes), 50):
        await asyncio.gather(*(node.pull() for node in nodes[first : first + 50]))

    async def wait(node: BenchmarkNode) -> None:
        while True:
            await node.pull(wait=LONG_POLL_SECONDS)

    tasks = []
    for node in nodes:  # start at different times, so that not all windows poll at once
        tasks.append(asyncio.create_task(wait(node)))
        await asyncio.sleep(LONG_POLL_SECONDS / len(nodes) / 4)
    before, asked, begun = running.cpu(), sum(len(node.connection.latencies) for node in nodes), time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - begun
    share = (running.cpu() - before) / took
    answered = (sum(len(node.connection.latencies) for node in nodes) - asked) / took * seconds
    memory = running.memory()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for node in nodes:
        node.connection.close()
    return share, answered, memory
