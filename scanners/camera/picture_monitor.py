"""Detects a black or frozen picture of a live source that still delivers frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanners.errors import ScanError

if TYPE_CHECKING:
    from scanners.opencv import Picture

BLACK_MEAN = 12.0
BLACK_DEVIATION = 4.0
"""Mean and standard deviation (of 255) below which a picture is black; pictures of a dim room exceed both."""

BLACK_SECONDS = 1.0
FROZEN_SECONDS = 3.0
"""Seconds after which a black or a frozen picture is reported. Cameras start with black frames. A picture is frozen if
it does not change at all, since sensor noise never repeats exactly."""


class PictureMonitor:
    """Checks the frames of one live source. Times are seconds of any monotonic clock."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._black_since: float | None = None
        self._still_since: float | None = None
        self._last_sample = b""

    def check(self, picture: Picture, now: float) -> ScanError | None:
        """Return the problem if pictures up to `picture` (grey, uint8) at `now` were black or frozen; else None."""
        sample = picture[::8, ::8]
        if sample.mean() < BLACK_MEAN and sample.std() < BLACK_DEVIATION:
            self._black_since = now if self._black_since is None else self._black_since
        else:
            self._black_since = None
        content = sample.tobytes()
        if content != self._last_sample or self._still_since is None:
            self._last_sample, self._still_since = content, now
        if self._black_since is not None and now - self._black_since >= BLACK_SECONDS:
            return ScanError("The picture of {source} is black. Is something in front of the lens?", source=self._name)
        if now - self._still_since >= FROZEN_SECONDS:
            return ScanError("The picture of {source} is frozen. Unplug it and plug it in again.", source=self._name)
        return None
