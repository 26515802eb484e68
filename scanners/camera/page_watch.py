"""Decides when a page under a document camera is taken: once, as soon as it is still; then after the page was changed.

Uses the standard library only. Corners are fractions of the frame, times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import dist
from typing import Literal

from scanners.codes import Corners

STILL_SECONDS = 0.8
"""Seconds for which a page has to lie still before it is taken."""

FAULTY_SECONDS = 3.0
"""Seconds after which a page that lies still is taken although it has a fault, such as one larger than the picture."""

MIN_FRAMES = 3
"""Frames in which a page has to be at its place."""

MAX_MOTION = 0.006
"""Distance of a corner, as a share of the frame, up to which a page counts as still: three times that of noise."""

AWAY_SECONDS = 0.4
"""Seconds without a page after which the next page is another one, also if it looks the same."""

_ROUNDING = 1e-6  # seconds

PageState = Literal["away", "moving", "still", "take", "taken"]


@dataclass(frozen=True, slots=True)
class WatchedFrame:
    """What one frame shows: the corners of the page (empty: none), whether it has a fault that a person can correct.

    `is_taken_page` states that the page in the frame looks exactly as that taken last.
    """

    corners: Corners
    has_fault: bool = False
    is_taken_page: bool = False


class PageWatch:
    """Follows the page in the frames of a camera."""

    def __init__(self) -> None:
        self._place: Corners = ()  # where the page has lain since `_since`
        self._since = 0.0
        self._frames = 0
        self._away_since: float | None = None
        self._taken = False  # the page in view was taken

    def update(self, frame: WatchedFrame, now: float) -> tuple[PageState, float]:
        """Return the state of the page, and how much of the time to lie still has passed (0 to 1)."""
        if not frame.corners:
            return self._lose_page(now)
        self._away_since = None
        if not is_at_place(frame.corners, self._place):
            self._place, self._since, self._frames = frame.corners, now, 0
        self._frames += 1
        if self._taken and frame.is_taken_page:
            self._since, self._frames = now, 1  # the next page has to lie still from here on
            return "taken", 1.0
        needed = FAULTY_SECONDS if frame.has_fault else STILL_SECONDS
        share = (now - self._since + _ROUNDING) / needed
        if share < 1.0 or self._frames < MIN_FRAMES:
            return ("moving" if self._frames == 1 else "still"), min(1.0, share)
        self._taken, self._since, self._frames = True, now, 1
        return "take", 1.0

    def _lose_page(self, now: float) -> tuple[PageState, float]:
        if self._away_since is None:
            self._away_since = now
        if now - self._away_since + _ROUNDING >= AWAY_SECONDS:
            self._taken = False
        self._place = ()
        return "away", 0.0


def is_at_place(corners: Corners, place: Corners) -> bool:
    """Return whether a page lies where another one lay."""
    return len(place) == len(corners) and all(
        dist(before, after) <= MAX_MOTION for before, after in zip(place, corners, strict=True)
    )
