"""Pauses between the tries of something that fails."""

from __future__ import annotations

import random

from clerk_app.errors import Refused
from clerk_app.sync.transport import RetryLater

MIN_BACKOFF, MAX_BACKOFF = 1.0, 30.0  # seconds between two tries; each pause is about twice as long as the previous one
REJECTED_BACKOFF = 60.0  # seconds; limit of the pause while the center rejects this window
_JITTER = 0.5  # a pause is multiplied by a random factor between this and 1
_MAX_DOUBLINGS = 16


class Backoff:
    """Computes the pause after each failure in a row."""

    def __init__(self, shortest: float = MIN_BACKOFF, longest: float = MAX_BACKOFF) -> None:
        self._shortest, self._longest = shortest, longest
        self.failures = 0  # since the last success

    def reset(self) -> None:
        """Record a success."""
        self.failures = 0

    def next_pause(self, error: Exception) -> float:
        """Record a failure; return the seconds to wait: at least as long as the center asked for (Retry-After)."""
        self.failures += 1
        requested = error.seconds if isinstance(error, RetryLater) else 0.0
        longest = max(self._longest, REJECTED_BACKOFF) if isinstance(error, Refused) else self._longest
        seconds = min(self._shortest * 2.0 ** min(self.failures - 1, _MAX_DOUBLINGS), longest)
        jitter = random.uniform(_JITTER, 1.0)  # noqa: S311  (a thousand windows must not reconnect at once)
        return max(requested, seconds * jitter)
