"""Windows that wait for something new: a bell each, no thread, and one look at the store for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from logging import getLogger

from clerk_app.center.thread_pools import ThreadPools
from db.engines import Store
from db.errors import StoreError

POLL_SECONDS = 0.25  # seconds: what other processes changed is noticed so soon
_log = getLogger("clerk.center")


class LongPoll:
    """Rings when something changed where its window may look."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Wakes whoever waits."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Until it rings; False when the time is over first."""
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
    """All bells of a process, by the scopes they listen to. Everything but `changed` runs on the event loop."""

    def __init__(self, store: Store, pools: ThreadPools) -> None:
        self.closed = False
        self.count = 0
        self._store = store
        self._pools = pools
        self._loop = asyncio.get_running_loop()
        self._polls: dict[str, set[LongPoll]] = {}
        self._has_polls = asyncio.Event()
        self._watcher = asyncio.create_task(self._watch_store())

    def notify(self, scopes: frozenset[str]) -> None:
        """Something changed in these scopes; called by the thread that did it."""
        if self.count:
            self._loop.call_soon_threadsafe(self._wake, scopes)

    @contextmanager
    def register(self, scopes: Iterable[str]) -> Iterator[LongPoll]:
        """A bell that rings when one of these scopes changes."""
        bell = LongPoll()
        for scope in scopes:
            self._polls.setdefault(scope, set()).add(bell)
        self.count += 1
        self._has_polls.set()
        try:
            yield bell
        finally:
            self.count -= 1
            for scope in scopes:
                self._polls[scope].discard(bell)
                if not self._polls[scope]:
                    del self._polls[scope]
            if not self.count:
                self._has_polls.clear()

    def close(self) -> None:
        """Wakes everybody: the program ends."""
        self.closed = True
        self._watcher.cancel()
        self._wake(frozenset(self._polls))

    def _wake(self, scopes: Iterable[str]) -> None:
        for scope in scopes:
            for bell in self._polls.get(scope, ()):
                bell.wake()

    async def _watch_store(self) -> None:
        """What other processes did: one look at the log while somebody waits, one at the feeds when that has grown."""
        position, epoch, known = -1, "", dict[str, int]()
        while True:
            await self._has_polls.wait()
            await asyncio.sleep(POLL_SECONDS)
            try:
                now = await self._pools.run_probe(self._store.read_change_counter)
                if now == position:
                    continue
                last, before = epoch, known
                epoch, known = await self._pools.run_probe(self._read_positions)
                position = now
            except StoreError as error:
                _log.warning("watching", extra={"error": type(error).__name__})
                continue
            anew = epoch != last
            self._wake([scope for scope in self._polls if anew or before.get(scope) != known.get(scope)])

    def _read_positions(self) -> tuple[str, dict[str, int]]:
        """The life of the store, and how far its feeds have come."""
        with self._store.read() as look:
            here = look.get("nodes", here=True)
            return here["epoch"] if here else "", {row["scope"]: row["version"] for row in look.select("scopes")}
