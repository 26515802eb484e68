"""What a video has and a photograph has not: the same symbol again, with the glare elsewhere and other noise.

Each frame's symbol is measured module by module, so frames add up module by module, however the code moved in between;
a module that is lost in one frame counts little in the sum. Two codes mixed up are no danger: a symbol that is neither
of them is not read.
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
"""How much of what was measured before counts beside a new frame: about the last five frames do."""


class ModuleAccumulator:
    """The measured modules of the symbol in view, over its frames."""

    def __init__(self) -> None:
        self._version = 0
        self._sum: Modules | None = None

    def read(self, picture: Picture, corners: Corners, version: int) -> zxingcpp.Barcode | None:
        """The symbol's content, from this frame or from all that was measured of it."""
        found = measure_modules(picture, corners, version)
        if not found:
            return None
        clear = found[0].clip(-1.5, 1.5)
        before = self._sum if self._version == version else None
        self._sum, self._version = clear if before is None else before * DECAY + clear, version
        tries = (found[0],) if before is None else (found[0], self._sum)
        return next((barcode for modules in tries if (barcode := decode_modules(modules, version))), None)
