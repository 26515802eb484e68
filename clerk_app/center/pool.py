"""The threads in which blocking work is done, few of them, and how many requests may be inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from clerk_app.errors import Refused

THREADS = 8  # for what only looks, and for files
MOST = 512  # requests inside, at work or in the queue: what comes then is asked to come again
AT_THE_DOOR = 2  # loads: one waits for the disk, the other is read and decided
TELLING = 1  # loads of answers
T = TypeVar("T")


class Pool:
    """Does the work that blocks."""

    def __init__(self, threads: int = THREADS, most: int = MOST) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="door")
        self._carriers = ThreadPoolExecutor(AT_THE_DOOR + TELLING, thread_name_prefix="carrier")
        self._asides = ThreadPoolExecutor(2, thread_name_prefix="look")  # health is told however long the queue is
        self._woken = asyncio.Semaphore(max(1, threads // 2))
        self._most = most
        self.inside = 0

    async def work(self, job: Callable[[], T]) -> T:
        """Does a request's work. Raises Refused ("busy") when too many wait already."""
        async with self.place():
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A request's place inside. Raises Refused ("busy") when all are taken."""
        if self.inside >= self._most:
            raise Refused("busy", "The center has too much to do. It will be tried again in a moment.")
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    async def carry(self, job: Callable[[], T]) -> T:
        """Does the work of several requests at once, which have their places."""
        return await asyncio.get_running_loop().run_in_executor(self._carriers, job)

    async def work_for_waiting(self, job: Callable[[], T]) -> T:
        """The same for a window that waits: a thousand woken at once leave half of the threads to the others."""
        async with self._woken:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)

    async def aside(self, job: Callable[[], T]) -> T:
        """A short look that does not stand in the queue."""
        return await asyncio.get_running_loop().run_in_executor(self._asides, job)

    def close(self) -> None:
        """Ends when the last job has."""
        self._threads.shutdown(wait=True)
        self._carriers.shutdown(wait=True)
        self._asides.shutdown(wait=True)
