"""Last contact with each node and its program version: collected in memory, stored now and then, not in the log."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from time import monotonic

from db.engines import Store
from db.errors import StoreError

STORE_SECONDS = 20.0  # between two writes
_AGENT = re.compile(r"clerk/([0-9A-Za-z.+-]{1,40})")


class NodeContacts:
    """Collects the contacts of one center process. Thread-safe."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[str, int]] = {}  # by node: version, time
        self._versions: dict[str, str] = {}
        self._stored_at = 0.0

    def record(self, node: str, user_agent: str) -> None:
        """Record a request of a node now; `user_agent` is its header."""
        found = _AGENT.fullmatch(user_agent)
        with self._lock:
            self._waiting[node] = (found[1] if found else self._versions.get(node, ""), self._clock())
            if found:
                self._versions[node] = found[1]

    def begin_turn(self) -> bool:
        """Return whether contacts wait and the last write is some time ago; true for one caller, who flushes them."""
        with self._lock:
            is_due = bool(self._waiting) and monotonic() - self._stored_at >= STORE_SECONDS
            if is_due:
                self._stored_at = monotonic()
            return is_due

    def flush(self) -> None:
        """Store the collected contacts; what cannot be stored now is stored with the next ones."""
        with self._lock:
            waiting, self._waiting, self._stored_at = self._waiting, {}, monotonic()
        try:
            with self._store.write() as tx:
                for node, (version, seen_at) in sorted(waiting.items()):
                    tx.upsert("node_contacts", ("node",), node=node, version=version, seen_at=seen_at)
        except StoreError:
            with self._lock:
                self._waiting = waiting | self._waiting
