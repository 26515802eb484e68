"""The process that works on pictures (see `cell_requests`): reads requests from its input until that ends.

OpenCV is imported for the first picture that is drawn or cropped, so that one is decoded without waiting for it.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import BinaryIO

from scanners.cell_requests import (
    NO_FACE,
    CheckRequest,
    CropRequest,
    DecodeRequest,
    DrawRequest,
    FaceCrop,
    Request,
    pack_findings,
    pack_picture,
    read_request,
)

_CHECKED_SIDE = 2000  # pixels of the longest side of a photo that is checked


def main(pipe: BinaryIO) -> None:
    """Read requests from standard input and write the replies to `pipe`."""
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while (request := read_request(sys.stdin.buffer)) is not None:
            pipe.write(_reply(request))
            pipe.flush()


def _reply(request: Request) -> bytes:
    if isinstance(request, DecodeRequest):
        return _decode(request)
    if isinstance(request, CheckRequest):
        return _check(request)
    return _draw(request) if isinstance(request, DrawRequest) else _crop(request)


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


def _crop(request: CropRequest) -> bytes:
    from scanners.faces.crops import crop_face, find_compared_face
    from scanners.opencv import np

    picture = np.frombuffer(request.rgb, dtype=np.uint8).reshape(request.height, request.width, 3)
    face, count = find_compared_face(picture)
    if face is None:
        return NO_FACE.pack()
    size = (request.crop_width, request.crop_height)
    crop = crop_face(picture, face, *size, evens_light=True)
    return FaceCrop(count, round(face.eye_distance), *size, crop.tobytes()).pack()


def _check(request: CheckRequest) -> bytes:
    from PIL import Image, ImageOps

    from scanners.faces.photo_check import check_photo
    from scanners.faces.photo_rules import PhotoRules
    from scanners.opencv import np

    try:
        with Image.open(io.BytesIO(request.content)) as image:
            image.thumbnail((_CHECKED_SIDE, _CHECKED_SIDE))
            picture = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except Exception:  # whatever a damaged file makes the decoder raise
        return pack_findings(None)
    return pack_findings(check_photo(picture, PhotoRules(**json.loads(request.rules))))
