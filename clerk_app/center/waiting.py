"""Windows that wait for something new: a bell each, no thread, and one look at the store for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from logging import getLogger

from clerk_app.center.pool import Pool
from db.engines import Store
from db.errors import StoreError

LOOK_EVERY = 0.25  # seconds: what other processes changed is noticed so soon
_log = getLogger("clerk.center")


class Bell:
    """Rings when something changed where its window may look."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wakes whoever waits."""
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Until it rings; False when the time is over first."""
        if seconds <= 0:
            return False
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class Waiting:
    """All bells of a process, by the scopes they listen to. Everything but `changed` runs on the event loop."""

    def __init__(self, store: Store, pool: Pool) -> None:
        self.closed = False
        self.many = 0
        self._store = store
        self._pool = pool
        self._loop = asyncio.get_running_loop()
        self._bells: dict[str, set[Bell]] = {}
        self._somebody = asyncio.Event()
        self._watch = asyncio.create_task(self._watching())

    def changed(self, scopes: frozenset[str]) -> None:
        """Something changed in these scopes; called by the thread that did it."""
        if self.many:
            self._loop.call_soon_threadsafe(self._ring, scopes)

    @contextmanager
    def at(self, scopes: Iterable[str]) -> Iterator[Bell]:
        """A bell that rings when one of these scopes changes."""
        bell = Bell()
        for scope in scopes:
            self._bells.setdefault(scope, set()).add(bell)
        self.many += 1
        self._somebody.set()
        try:
            yield bell
        finally:
            self.many -= 1
            for scope in scopes:
                self._bells[scope].discard(bell)
                if not self._bells[scope]:
                    del self._bells[scope]
            if not self.many:
                self._somebody.clear()

    def close(self) -> None:
        """Wakes everybody: the program ends."""
        self.closed = True
        self._watch.cancel()
        self._ring(frozenset(self._bells))

    def _ring(self, scopes: Iterable[str]) -> None:
        for scope in scopes:
            for bell in self._bells.get(scope, ()):
                bell.ring()

    async def _watching(self) -> None:
        """What other processes did: one look at the log while somebody waits, one at the feeds when that has grown."""
        position, epoch, known = -1, "", dict[str, int]()
        while True:
            await self._somebody.wait()
            await asyncio.sleep(LOOK_EVERY)
            try:
                now = await self._pool.aside(self._store.changes)
                if now == position:
                    continue
                last, before = epoch, known
                epoch, known = await self._pool.aside(self._stand)
                position = now
            except StoreError as error:
                _log.warning("watching", extra={"error": type(error).__name__})
                continue
            anew = epoch != last
            self._ring([scope for scope in self._bells if anew or before.get(scope) != known.get(scope)])

    def _stand(self) -> tuple[str, dict[str, int]]:
        """The life of the store, and how far its feeds have come."""
        with self._store.read() as look:
            here = look.row("nodes", here=True)
            return here["epoch"] if here else "", {row["scope"]: row["version"] for row in look.rows("scopes")}
