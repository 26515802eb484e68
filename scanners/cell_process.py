"""The process that decodes pictures and draws them in quadrant cells: reads requests from its input until that ends.

OpenCV is imported for the first picture that is drawn, so that one is decoded without waiting for it.
"""

from __future__ import annotations

import contextlib
import io
import sys
from typing import BinaryIO

from scanners.cell_client import DecodeRequest, DrawRequest, pack_picture, read_request


def main(pipe: BinaryIO) -> None:
    """Read requests from standard input and write the replies to `pipe`."""
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while (request := read_request(sys.stdin.buffer)) is not None:
            pipe.write(_decode(request) if isinstance(request, DecodeRequest) else _draw(request))
            pipe.flush()


def _decode(request: DecodeRequest) -> bytes:
    from PIL import Image

    size = (request.side, request.side)
    try:
        with Image.open(io.BytesIO(request.content)) as image:
            image.draft("RGB", size)  # a JPEG is decoded in about this size at once
            image.thumbnail(size)
            small = image.convert("RGB")
    except Exception:  # whatever a damaged file makes the decoder raise
        return pack_picture(0, 0, b"")
    return pack_picture(small.width, small.height, small.tobytes())


def _draw(request: DrawRequest) -> bytes:
    from scanners.opencv import np
    from scanners.picture_cells import draw_cells

    picture = np.frombuffer(request.rgb, dtype=np.uint8).reshape(request.height, request.width, 3)
    return draw_cells(picture, request.columns, request.rows)
