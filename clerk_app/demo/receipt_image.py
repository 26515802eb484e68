"""Extracts the code of a printed receipt as a picture, from the bytes in the printer's spool."""

from __future__ import annotations

import io
import re

from PIL import Image

from clerk_app.errors import BadData

_RASTER = re.compile(rb"\x1dv0[\x00-\x03](..)(..)", re.DOTALL)  # GS v 0 (Epson ESC/POS): bytes of a row, number of rows
_MARGIN = 40  # pixels
_SCALE = 2  # pixels per dot


def extract_code_image(paper: bytes) -> bytes:
    """Return the first raster picture (the Code 128) of a printed document as a PNG. Raises BadData without one."""
    found = _RASTER.search(paper)
    if found is None:
        raise BadData("There is no code on this paper.")
    across, rows = (int.from_bytes(size, "little") for size in found.groups())
    dots = paper[found.end() : found.end() + across * rows]
    if len(dots) < across * rows:
        raise BadData("There is no code on this paper.")
    ink = Image.frombytes("1", (across * 8, rows), dots)  # a set dot is black on paper
    size = (ink.width * _SCALE + 2 * _MARGIN, ink.height * _SCALE + 2 * _MARGIN)
    sheet = Image.new("L", size, 255)
    sheet.paste(0, (_MARGIN, _MARGIN), ink.resize((ink.width * _SCALE, ink.height * _SCALE)))
    picture = io.BytesIO()
    sheet.save(picture, "PNG")
    return picture.getvalue()
