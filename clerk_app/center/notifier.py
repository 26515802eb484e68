"""Wakes the long polls of nodes when a document in their scopes changes.

A waiting poll uses no thread. One query checks the feeds for all polls of the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from logging import getLogger

from clerk_app.center.thread_pools import ThreadPools
from clerk_app.log import log_exception
from db.engines import Store
from db.errors import StoreError

POLL_SECONDS = 0.25  # between two checks for changes made by other processes
_log = getLogger("clerk.center")


class LongPoll:
    """A request that waits for a change."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """End the wait."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for `wake`; return False if `seconds` pass without a call of `wake`."""
        if seconds <= 0:
            return False
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Notifier:
    """All long polls of a process, by scope. All methods except `notify` must be called on the event loop."""

    def __init__(self, store: Store, pools: ThreadPools) -> None:
        self.closed = False
        self.count = 0  # number of waiting polls
        self._store = store
        self._pools = pools
        self._loop = asyncio.get_running_loop()
        self._polls: dict[str, set[LongPoll]] = {}
        self._has_polls = asyncio.Event()
        self._watcher = asyncio.create_task(self._watch_store())

    def notify(self, scopes: frozenset[str]) -> None:
        """Wake the polls of these scopes; may be called by any thread."""
        if self.count:
            self._loop.call_soon_threadsafe(self._wake, scopes)

    @contextmanager
    def register(self, scopes: Iterable[str]) -> Iterator[LongPoll]:
        """Yield a poll that is woken when one of these scopes changes."""
        poll = LongPoll()
        for scope in scopes:
            self._polls.setdefault(scope, set()).add(poll)
        self.count += 1
        self._has_polls.set()
        try:
            yield poll
        finally:
            self.count -= 1
            for scope in scopes:
                self._polls[scope].discard(poll)
                if not self._polls[scope]:
                    del self._polls[scope]
            if not self.count:
                self._has_polls.clear()

    def close(self) -> None:
        """Wake every poll and stop watching the store."""
        self.closed = True
        self._watcher.cancel()
        self._wake(frozenset(self._polls))

    def _wake(self, scopes: Iterable[str]) -> None:
        for scope in scopes:
            for poll in self._polls.get(scope, ()):
                poll.wake()

    async def _watch_store(self) -> None:
        """Wake polls after changes by other processes.

        While a poll waits, the log is checked every POLL_SECONDS; the feeds are read only if the log has grown.
        """
        counter, epoch, versions = -1, "", dict[str, int]()
        while True:
            await self._has_polls.wait()
            await asyncio.sleep(POLL_SECONDS)
            try:
                new_counter = await self._pools.run_probe(self._store.read_change_counter)
                if new_counter == counter:
                    continue
                old_epoch, old_versions = epoch, versions
                epoch, versions = await self._pools.run_probe(self._read_positions)
                counter = new_counter
            except StoreError as error:
                _log.warning("watching", extra={"error": type(error).__name__})
                continue
            except Exception as error:  # no error may end the watching
                log_exception("notifier", error)
                _log.warning("watching", extra={"error": type(error).__name__})
                continue
            is_new_epoch = epoch != old_epoch
            self._wake(
                [scope for scope in self._polls if is_new_epoch or old_versions.get(scope) != versions.get(scope)]
            )

    def _read_positions(self) -> tuple[str, dict[str, int]]:
        """Return the store's epoch and the newest version of each scope's feed."""
        with self._store.read() as tx:
            own_node = tx.get("nodes", here=True)
            versions = {row["scope"]: row["version"] for row in tx.select("scopes")}
            return own_node["epoch"] if own_node else "", versions
