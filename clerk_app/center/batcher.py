"""Batches jobs: while a batch runs, new jobs are collected for the next batch.

One thread per job would cost more time than the jobs themselves, because the threads would contend for the GIL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from clerk_app.center.thread_pools import ThreadPools

MAX_BATCH_BYTES = 1_000_000  # size of the jobs in one batch; each job waits until the whole batch is done
J = TypeVar("J")
R = TypeVar("R")


class Batcher(Generic[J, R]):
    """Accepts jobs one by one and runs them in batches. Used on the event loop only."""

    def __init__(
        self,
        pools: ThreadPools,
        run: Callable[[Sequence[J]], Sequence[R | Exception]],
        size_of: Callable[[J], int],
        *,
        max_concurrent: int = 1,
    ) -> None:
        """Run up to `max_concurrent` batches at once, each in its own thread; `size_of` returns the bytes of a job."""
        self._pools = pools
        self._run = run
        self._size_of = size_of
        self._max_concurrent = max_concurrent
        self._waiting: list[tuple[J, int, asyncio.Future[R]]] = []  # job, its size in bytes, its result
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, job: J) -> R:
        """Run the job in a batch and return its result. Raises the error of the job, or of the whole batch."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, self._size_of(job), result))
        self._start_batch()
        return await result

    def _start_batch(self) -> None:
        if self._waiting and self._running < self._max_concurrent:
            self._running += 1
            task = asyncio.create_task(self._run_batch())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run_batch(self) -> None:
        batch = self._take_batch()
        outcomes: Sequence[R | Exception]
        try:
            outcomes = await self._pools.run_batch(lambda: self._run([job for job, _size, _result in batch]))
            if len(outcomes) != len(batch):  # which of them is missing cannot be known
                raise RuntimeError(f"a batch of {len(batch)} jobs has {len(outcomes)} results")
        except Exception as error:  # fails the whole batch
            outcomes = [error] * len(batch)
        except BaseException:  # the loop is stopping
            for _job, _size, result in batch:
                result.cancel()
            raise
        finally:
            self._running -= 1
            self._start_batch()
        for (_job, _size, result), outcome in zip(batch, outcomes, strict=True):
            if result.done():  # the caller has given up
                continue
            if isinstance(outcome, Exception):
                result.set_exception(outcome)
            else:
                result.set_result(outcome)

    def _take_batch(self) -> list[tuple[J, int, asyncio.Future[R]]]:
        """Remove and return the oldest jobs: at least one, and as many as fit into MAX_BATCH_BYTES."""
        count = total = 0
        for _job, size, _result in self._waiting:
            total += size
            if count and total > MAX_BATCH_BYTES:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch
