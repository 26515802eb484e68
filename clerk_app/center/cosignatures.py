"""Cosignatures of windows: verified by their key, collected, and stored together, because each write costs a flush."""

from __future__ import annotations

import threading
from collections.abc import Callable

from clerk_app.ledger.checkpoints import Cosignature, add_cosignatures
from clerk_app.ledger.replication.messages import NodeRequest
from db.engines import Row, Store

_MAX_WAITING = 200  # cosignatures, and
_MAX_MICROSECONDS = 5_000_000  # how long the first of them waits


class CosignatureCollector:
    """Collects the cosignatures in requests. Thread-safe."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, int], Cosignature] = {}
        self._since = 0

    def collect(self, node: Row, message: NodeRequest) -> None:
        """Keep the cosignature of an authenticated node's request, if it has one; store those that wait long enough."""
        if not message.cosignature or not node["public_key"] or not message.witnessed:
            return
        cosignature = Cosignature(node["id"], node["public_key"], message.witnessed, message.cosignature)
        now = self._clock()
        with self._lock:
            self._since = self._since if self._waiting else now
            self._waiting[node["id"], message.witnessed] = cosignature
            is_due = len(self._waiting) >= _MAX_WAITING or not 0 <= now - self._since < _MAX_MICROSECONDS
        if is_due:
            self.store()

    def store(self) -> None:
        """Store all collected cosignatures."""
        with self._lock:
            waiting, self._waiting = list(self._waiting.values()), {}
        if waiting:
            add_cosignatures(self._store, waiting)
