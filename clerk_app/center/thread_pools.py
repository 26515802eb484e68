"""The threads in which blocking work is done, few of them, and how many requests may be inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from clerk_app.errors import Refused

REQUEST_THREADS = 8  # for what only looks, and for files
MAX_ACTIVE_REQUESTS = 512  # requests inside, at work or in the queue: what comes then is asked to come again
COMMAND_BATCHES = 2  # loads: one waits for the disk, the other is read and decided
RESPONSE_BATCHES = 1  # loads of answers
T = TypeVar("T")


class ThreadPools:
    """Does the work that blocks."""

    def __init__(self, threads: int = REQUEST_THREADS, max_requests: int = MAX_ACTIVE_REQUESTS) -> None:
        self._request_threads = ThreadPoolExecutor(threads, thread_name_prefix="door")
        self._batch_threads = ThreadPoolExecutor(COMMAND_BATCHES + RESPONSE_BATCHES, thread_name_prefix="carrier")
        self._probe_threads = ThreadPoolExecutor(
            2, thread_name_prefix="look"
        )  # health is told however long the queue is
        self._poller_slots = asyncio.Semaphore(max(1, threads // 2))
        self._max_requests = max_requests
        self.active_requests = 0

    async def run_request(self, job: Callable[[], T]) -> T:
        """Does a request's work. Raises Refused ("busy") when too many wait already."""
        async with self.request_slot():
            return await asyncio.get_running_loop().run_in_executor(self._request_threads, job)

    @asynccontextmanager
    async def request_slot(self) -> AsyncIterator[None]:
        """A request's place inside. Raises Refused ("busy") when all are taken."""
        if self.active_requests >= self._max_requests:
            raise Refused("busy", "The center has too much to do. It will be tried again in a moment.")
        self.active_requests += 1
        try:
            yield
        finally:
            self.active_requests -= 1

    async def run_batch(self, job: Callable[[], T]) -> T:
        """Does the work of several requests at once, which have their places."""
        return await asyncio.get_running_loop().run_in_executor(self._batch_threads, job)

    async def run_for_poller(self, job: Callable[[], T]) -> T:
        """The same for a window that waits: a thousand woken at once leave half of the threads to the others."""
        async with self._poller_slots:
            return await asyncio.get_running_loop().run_in_executor(self._request_threads, job)

    async def run_probe(self, job: Callable[[], T]) -> T:
        """A short look that does not stand in the queue."""
        return await asyncio.get_running_loop().run_in_executor(self._probe_threads, job)

    def close(self) -> None:
        """Ends when the last job has."""
        self._request_threads.shutdown(wait=True)
        self._batch_threads.shutdown(wait=True)
        self._probe_threads.shutdown(wait=True)
