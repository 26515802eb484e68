"""Clocks: a monotonic clock for durations, and a window's estimate of the center's clock."""

from __future__ import annotations

import time
from collections.abc import Callable

_INITIAL_DELAY = 0.05  # seconds; assumed travel time of a response until one was measured
_MICROSECONDS = 1_000_000


def monotonic_seconds() -> float:
    """Return monotonic seconds. On Linux they include the time during which the machine was suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class CenterClock:
    """The center's clock, estimated from the times in its responses. System clock changes do not affect it."""

    def __init__(
        self, clock: Callable[[], int], monotonic: Callable[[], float], stored_offset: int, is_doubtful: bool = False
    ) -> None:
        """Start with `stored_offset` (microseconds), which is used until the first response.

        `clock` is the system clock in microseconds UTC. `is_doubtful`: whether a person has to confirm the offset.
        """
        self.is_doubtful = is_doubtful
        self._clock = clock
        self._monotonic = monotonic
        self._center_time, self._measured_at = clock() + stored_offset, monotonic()
        self._one_way_delay = _INITIAL_DELAY

    def offset(self) -> int:
        """Return how far the center's clock is ahead of the system clock, in microseconds."""
        elapsed = self._monotonic() - self._measured_at
        return self._center_time + int(elapsed * _MICROSECONDS) - self._clock()

    def set_offset(self, offset: int) -> None:
        """Use an offset from the system clock (microseconds) that a person has set, until the next response."""
        self._center_time, self._measured_at = self._clock() + offset, self._monotonic()
        self.is_doubtful = False

    def measure(self, center_time: int, seconds: float, *, is_long_poll: bool) -> None:
        """Update the estimate from a response that arrived now, `seconds` after the request was sent.

        `center_time` is the time in the response, in microseconds UTC. The center may delay the response to a long
        poll, so the travel time that was measured for the previous response is used for it.
        """
        if not is_long_poll:
            self._one_way_delay = seconds / 2
        delay = min(seconds, self._one_way_delay)
        self._center_time, self._measured_at = center_time + int(delay * _MICROSECONDS), self._monotonic()
        self.is_doubtful = False
