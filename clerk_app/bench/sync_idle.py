"""A thousand windows that wait for something new, and nothing happens."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clerk_app.bench.sync_center import Process, center
from clerk_app.bench.sync_city import counters, found_center
from clerk_app.bench.sync_node import Node, Talk
from clerk_app.bench.sync_stores import Stores, opened
from clerk_app.center.serving import allow_many_connections
from clerk_app.sync.exchange import WAIT

_TO_A_CENTRE = 10  # windows


@dataclass(frozen=True)
class Idle:
    """What is measured."""

    stores: Stores
    folder: Path
    flush_ms: float

    def measure(self, windows: int, seconds: float) -> dict[str, Any]:
        """So many windows for so long, each asking again when its wait is over, as a program at a window does."""
        allow_many_connections()
        seats = counters(windows, _TO_A_CENTRE)
        where = self.stores.new()
        with opened(where) as store:
            found_center(store, seats)
        running = center(where, self.flush_ms, self.folder)
        try:
            nodes = [Node(seat, Talk(running.port, seat.node, seat.key)) for seat in seats]
            share, answered, memory = asyncio.run(_waiting(nodes, running, seconds))
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


async def _waiting(nodes: list[Node], running: Process, seconds: float) -> tuple[float, float, int]:
    for first in range(0, len(nodes), 50):
        await asyncio.gather(*(node.pull() for node in nodes[first : first + 50]))

    async def wait(node: Node) -> None:
        while True:
            await node.pull(wait=WAIT)

    tasks = []
    for node in nodes:  # windows do not ask in step
        tasks.append(asyncio.create_task(wait(node)))
        await asyncio.sleep(WAIT / len(nodes) / 4)
    before, asked, begun = running.cpu(), sum(len(node.talk.waits) for node in nodes), time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - begun
    share = (running.cpu() - before) / took
    answered = (sum(len(node.talk.waits) for node in nodes) - asked) / took * seconds
    memory = running.memory()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for node in nodes:
        node.talk.close()
    return share, answered, memory
