"""The time since the last key or touch at a kiosk, and the countdown before a page is cleared."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

COUNTDOWN_SECONDS = 20.0  # length of the warning before an idle page is cleared (WCAG 2.2.1)
INPUTS = events.Key | events.MouseDown | events.MouseScrollUp | events.MouseScrollDown


class IdleTime:
    """Measures the idle time. `clock` is a monotonic clock in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_input_at = clock()
        self._ignore_next_release = False
        self.slowness = 1
        """How many times as long as usual every time-out is."""
        self.seconds_left = 0
        """Seconds of the countdown that is shown; 0: none is shown."""

    @property
    def now(self) -> float:
        """The time of the clock."""
        return self._clock()

    @property
    def last_input_at(self) -> float:
        """When the last key or touch was."""
        return self._last_input_at

    def restart(self) -> None:
        """Begin to measure again."""
        self._last_input_at = self._clock()

    def is_over(self, seconds: float) -> bool:
        """Return whether nothing was touched for so many seconds."""
        return self._clock() - self._last_input_at >= seconds * self.slowness

    def count_down(self, limit: float) -> int:
        """Return the seconds left of the countdown that follows `limit` seconds; 0 before it begins."""
        idle = self._clock() - self._last_input_at
        end = (limit + COUNTDOWN_SECONDS) * self.slowness
        return int(end - idle + 0.999) if idle >= limit * self.slowness else 0

    def take_input(self, event: events.Event) -> bool:
        """Restart at a key or touch; return whether it stops the countdown, so that it has no other effect."""
        if isinstance(event, INPUTS) and not event.is_forwarded:
            self.restart()
            if self.seconds_left:
                self._ignore_next_release = isinstance(event, events.MouseDown)
                return True
        elif isinstance(event, events.MouseUp) and self._ignore_next_release:
            self._ignore_next_release = False
            return True
        return False
