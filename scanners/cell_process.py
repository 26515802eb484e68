"""The process that draws pictures in quadrant cells: reads requests from its input until that ends."""

from __future__ import annotations

import contextlib
import sys
from typing import BinaryIO

from scanners.cell_client import read_request
from scanners.opencv import np
from scanners.picture_cells import draw_cells


def main(pipe: BinaryIO) -> None:
    """Read requests from standard input and write the cells to `pipe`."""
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while (request := read_request(sys.stdin.buffer)) is not None:
            rgb, width, height, columns, rows = request
            picture = np.frombuffer(rgb, dtype=np.uint8).reshape(height, width, 3)
            pipe.write(draw_cells(picture, columns, rows))
            pipe.flush()
