"""Adds up the measurements of one symbol over the frames of a video, where glare and noise differ from frame to frame.

The symbol is measured module by module in each frame, so measurements can be added although the code moves. A module
that is lost in one frame has little weight in the sum. If the frames show different codes, the sum is not decodable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import zxingcpp

from scanners.qr.grid import decode_modules, measure_modules

if TYPE_CHECKING:
    from scanners.codes import Corners
    from scanners.opencv import Picture
    from scanners.qr.layout import Modules

DECAY = 0.8
"""Factor applied to the sum before a frame is added, so that mainly the last five frames count."""


class ModuleAccumulator:
    """The sum of the measured modules of the symbol in view."""

    def __init__(self) -> None:
        self._version = 0
        self._sum: Modules | None = None

    def read(self, picture: Picture, corners: Corners, version: int) -> zxingcpp.Barcode | None:
        """Add this frame and return the content, read from the frame or from the sum of frames; None if unreadable."""
        found = measure_modules(picture, corners, version)
        if not found:
            return None
        clear = found[0].clip(-1.5, 1.5)
        before = self._sum if self._version == version else None
        self._sum, self._version = clear if before is None else before * DECAY + clear, version
        tries = (found[0],) if before is None else (found[0], self._sum)
        return next((barcode for modules in tries if (barcode := decode_modules(modules, version))), None)
