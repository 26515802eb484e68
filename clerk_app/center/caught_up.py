"""When each machine last had sent everything, or also read everything: what it sends later, it made later.

Kept in memory: after a start of the center a machine counts as cut off until its next complete exchange.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from clerk_app.ledger.replication.messages import PullRequest, PushRequest, Response


class CaughtUpNodes:
    """The last complete exchange of each node with one center process. Thread-safe."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, int] = {}  # microseconds UTC
        self._sent: dict[str, tuple[int, str, int]] = {}  # incarnation, epoch, time

    def note(self, node: str, message: PullRequest, response: Response) -> None:
        """Record the time of a pull after which the node has nothing to send and nothing to read; ignore long polls."""
        is_long_poll = message.wait_seconds > 0 or message.max_documents == 1
        if message.all_sent is False or is_long_poll or response.changes.more or message.epoch != response.epoch:
            return
        with self._lock:
            self._last[node] = self._clock()

    def note_sent(self, node: str, message: PullRequest) -> None:
        """Record that a node has nothing left to send, if its request says so. To be called when the request arrives.

        In a later incarnation or epoch it sends older entries again.
        """
        if message.all_sent:
            with self._lock:
                self._sent[node] = message.incarnation, message.epoch, self._clock()

    def sent_at(self, node: str, message: PushRequest) -> int:
        """Return when a node had nothing left to send, in the incarnation and epoch of a push; 0 if it is not known."""
        with self._lock:
            incarnation, epoch, moment = self._sent.get(node, (0, "", 0))
        return moment if (incarnation, epoch) == (message.incarnation, message.epoch) else 0

    def has_since(self, node: str, moment: int) -> bool:
        """Return whether a node had a complete exchange after a moment (microseconds UTC)."""
        with self._lock:
            return self._last.get(node, 0) > moment
