"""Thread pools for blocking work, and the limit on the number of active requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from clerk_app.errors import Refused

REQUEST_THREADS = 8  # threads for requests that only read, and for attachments
MAX_ACTIVE_REQUESTS = 512  # running or queued; further requests get status 429
COMMAND_BATCHES = 2  # batches at once: one waits for the disk while the next is decoded and decided
RESPONSE_BATCHES = 1  # batches at once
PROBE_THREADS = 2
T = TypeVar("T")


class ThreadPools:
    """Runs blocking functions in threads. Its methods are used on the event loop only."""

    def __init__(self, threads: int = REQUEST_THREADS, max_requests: int = MAX_ACTIVE_REQUESTS) -> None:
        self._request_threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._batch_threads = ThreadPoolExecutor(COMMAND_BATCHES + RESPONSE_BATCHES, thread_name_prefix="batch")
        self._probe_threads = ThreadPoolExecutor(PROBE_THREADS, thread_name_prefix="probe")
        self._poller_slots = asyncio.Semaphore(max(1, threads // 2))
        self._stranger_slot = asyncio.Semaphore(1)
        self._max_requests = max_requests
        self.active_requests = 0

    async def run_request(self, job: Callable[[], T]) -> T:
        """Run the work of one request in a thread. Raises Refused ("busy") if too many requests are active."""
        async with self.request_slot():
            return await asyncio.get_running_loop().run_in_executor(self._request_threads, job)

    @asynccontextmanager
    async def request_slot(self) -> AsyncIterator[None]:
        """Count a request as active during the block. Raises Refused ("busy") if too many requests are active."""
        if self.active_requests >= self._max_requests:
            raise Refused("busy", "The center has too much to do. It will be tried again in a moment.")
        self.active_requests += 1
        try:
            yield
        finally:
            self.active_requests -= 1

    async def run_batch(self, job: Callable[[], T]) -> T:
        """Run a batch of several requests, each of which already has a slot (`request_slot`)."""
        return await asyncio.get_running_loop().run_in_executor(self._batch_threads, job)

    async def run_for_poller(self, job: Callable[[], T]) -> T:
        """Run the work of a long poll. All long polls together use at most half of the request threads."""
        async with self._poller_slots:
            return await asyncio.get_running_loop().run_in_executor(self._request_threads, job)

    async def run_for_stranger(self, job: Callable[[], T]) -> T:
        """Run the work of a request without a key, one at a time, so that requests of nodes find free threads."""
        async with self._stranger_slot:
            return await asyncio.get_running_loop().run_in_executor(self._request_threads, job)

    async def run_probe(self, job: Callable[[], T]) -> T:
        """Run a short check that must not wait behind requests, such as a health check."""
        return await asyncio.get_running_loop().run_in_executor(self._probe_threads, job)

    def close(self) -> None:
        """Wait for submitted jobs and end the threads."""
        self._request_threads.shutdown(wait=True)
        self._batch_threads.shutdown(wait=True)
        self._probe_threads.shutdown(wait=True)
