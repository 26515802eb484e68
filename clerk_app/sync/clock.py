"""Clocks: one for measuring time that has passed, and the center's clock as seen from a window."""

from __future__ import annotations

import time
from collections.abc import Callable

_INITIAL_DELAY = 0.05  # seconds that a response travels, until one was measured
_MICROSECONDS = 1_000_000


def monotonic_seconds() -> float:
    """Return seconds that system clock changes do not affect, and that include suspend where the system offers it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class CenterClock:
    """The center's clock, estimated from the times in its responses. System clock changes do not affect it."""

    def __init__(self, clock: Callable[[], int], monotonic: Callable[[], float], stored_offset: int) -> None:
        """`clock` is this machine's, in microseconds UTC; `stored_offset` (microseconds) is used until a response."""
        self._clock = clock
        self._monotonic = monotonic
        self._center_time, self._measured_at = clock() + stored_offset, monotonic()
        self._one_way_delay = _INITIAL_DELAY

    def offset(self) -> int:
        """Return how far the center's clock is ahead of this machine's, in microseconds."""
        elapsed = self._monotonic() - self._measured_at
        return self._center_time + int(elapsed * _MICROSECONDS) - self._clock()

    def measure(self, center_time: int, seconds: float, *, is_long_poll: bool) -> None:
        """Take the time in a response that arrived now, `seconds` after its request was sent.

        The center may answer a long poll late, so its travel time is taken from the response before.
        """
        if not is_long_poll:
            self._one_way_delay = seconds / 2
        delay = min(seconds, self._one_way_delay)
        self._center_time, self._measured_at = center_time + int(delay * _MICROSECONDS), self._monotonic()
