"""Jobs are carried together: while one load is on its way the next gathers.

A thread for each message would cost more than the work itself: they would take the interpreter from one another at
every statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from clerk_app.center.thread_pools import ThreadPools

MAX_BATCH_BYTES = 1_000_000  # of one load, as sent: a long one makes everybody wait
J = TypeVar("J")
R = TypeVar("R")


class Batcher(Generic[J, R]):
    """Takes jobs one by one, and has them done many at a time."""

    def __init__(
        self,
        pool: ThreadPools,
        run: Callable[[Sequence[J]], Sequence[R | Exception]],
        size_of: Callable[[J], int],
        *,
        max_concurrent: int = 1,
    ) -> None:
        """So many loads are under way `at_once`, each in a thread of its own."""
        self._pool = pool
        self._run = run
        self._size_of = size_of
        self._max_concurrent = max_concurrent
        self._waiting: list[tuple[J, asyncio.Future[R]]] = []
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, job: J) -> R:
        """What came of the job. Raises the job's own error."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, answer))
        self._start_batch()
        return await answer

    def _start_batch(self) -> None:
        if self._waiting and self._running < self._max_concurrent:
            self._running += 1
            task = asyncio.create_task(self._run_batch())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run_batch(self) -> None:
        load = self._take_batch()
        try:
            done = await self._pool.run_batch(lambda: self._run([job for job, _answer in load]))
        except Exception as error:  # of all alike
            done = [error] * len(load)
        finally:
            self._running -= 1
            self._start_batch()
        for (_job, answer), came in zip(load, done, strict=True):
            if answer.done():  # whoever asked has left
                continue
            if isinstance(came, Exception):
                answer.set_exception(came)
            else:
                answer.set_result(came)

    def _take_batch(self) -> list[tuple[J, asyncio.Future[R]]]:
        """The next ones, as many as fit."""
        many = weight = 0
        for job, _answer in self._waiting:
            weight += self._size_of(job)
            if many and weight > MAX_BATCH_BYTES:
                break
            many += 1
        load, self._waiting = self._waiting[:many], self._waiting[many:]
        return load
