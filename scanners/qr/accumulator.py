"""Adds up the measurements of one symbol over the frames of a video, where glare and noise differ from frame to frame.

Each frame's symbol is measured module by module, so frames are added module by module however the code moves; a module
that is lost in one frame has little weight in the sum. If two codes are mixed, the sum is neither of them and is not
read.
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
"""Weight of the earlier sum at each new frame, so that about the last five frames count."""


class ModuleAccumulator:
    """The sum of the measured modules of the symbol in view."""

    def __init__(self) -> None:
        self._version = 0
        self._sum: Modules | None = None

    def read(self, picture: Picture, corners: Corners, version: int) -> zxingcpp.Barcode | None:
        """Return the content of the symbol, read from this frame or from the sum of its frames; None if unreadable."""
        found = measure_modules(picture, corners, version)
        if not found:
            return None
        clear = found[0].clip(-1.5, 1.5)
        before = self._sum if self._version == version else None
        self._sum, self._version = clear if before is None else before * DECAY + clear, version
        tries = (found[0],) if before is None else (found[0], self._sum)
        return next((barcode for modules in tries if (barcode := decode_modules(modules, version))), None)
