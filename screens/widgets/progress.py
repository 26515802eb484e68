"""A bar for long work, with the time that is left at the present speed."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from rich.cells import cell_len

from clerk_app.locales import _
from clerk_app.text.durations import format_duration
from screens.widgets.paint import Line, fit

BAR_CELLS = 20
DONE, REST = "\u2501", "\u2500"  # heavy and light lines: visible without colours
SPEED_SECONDS = 30.0  # the speed is that of this time
LEAST_SECONDS = 3.0  # before it, no time is named


class TimeLeft:
    """Estimates the seconds until work of `total` steps is done, from what was done in the last SPEED_SECONDS."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add_sample(self, now: float, done: int, total: int) -> float | None:
        """Return the seconds that are left when `done` steps are done at `now`; None if that is not known.

        `now` is in seconds of a monotonic clock.
        """
        samples = self._samples
        if samples and done < samples[-1][1]:
            samples.clear()  # other work
        samples.append((now, done))
        while now - samples[0][0] > SPEED_SECONDS:
            samples.popleft()
        seconds, steps = now - samples[0][0], done - samples[0][1]
        if done >= total or seconds < LEAST_SECONDS or not steps:
            return None
        return (total - done) * seconds / steps


def describe_progress(done: int, total: int, seconds_left: float | None) -> str:
    """Return how much is done, and the time that is left if it is known."""
    numbers = _("{done} of {total}").format(done=done, total=total)
    if seconds_left is None:
        return numbers
    left = format_duration(timedelta(seconds=seconds_left))
    return f"{numbers}  " + _("{time} left").format(time=left)


def progress_line(
    label: str, done: int, total: int, seconds_left: float | None, width: int, *, label_cells: int
) -> Line:
    """Return a line with label, bar, numbers, and the time left if it is known."""
    numbers = " " + describe_progress(done, total, seconds_left)
    cells = max(4, min(BAR_CELLS, width - label_cells - 2 - cell_len(numbers)))
    filled = min(cells, cells * done // max(1, total))
    return [(fit(label, label_cells) + " ", "dim"), (DONE * filled + REST * (cells - filled), "mark"), (numbers, "")]
