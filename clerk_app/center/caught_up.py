"""When each machine last had sent everything and read everything: what it makes later, it makes with that knowledge.

Kept in memory: after a start of the center a machine counts as cut off until its next complete exchange.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from clerk_app.ledger.replication.messages import PullRequest, Response


class CaughtUpNodes:
    """The last complete exchange of each node with one center process. Thread-safe."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, int] = {}  # microseconds UTC

    def note(self, node: str, message: PullRequest, response: Response) -> None:
        """Record the time of a pull after which the node has nothing to send and nothing to read; ignore long polls."""
        is_long_poll = message.wait_seconds > 0 or message.max_documents == 1
        if message.all_sent is False or is_long_poll or response.changes.more or message.epoch != response.epoch:
            return
        with self._lock:
            self._last[node] = self._clock()

    def has_since(self, node: str, moment: int) -> bool:
        """Return whether a node had a complete exchange after a moment (microseconds UTC)."""
        with self._lock:
            return self._last.get(node, 0) > moment
