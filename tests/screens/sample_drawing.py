"""The drawing service without a child process and without a font file, for tests."""

from __future__ import annotations

import numpy as np

from clerk_app.views.drawing import FaceCrop
from clerk_app.views.shared import Picture
from scanners.picture_cells import draw_cells


class SampleDrawing:
    """Draws pictures in this process, and each character of a text as a square with a hole."""

    def __init__(self, *, sends_pixels: bool = False) -> None:
        self.sends_pixels = sends_pixels

    def draw_cells(self, picture: Picture, columns: int, rows: int) -> bytes:
        pixels = np.frombuffer(picture.rgb, dtype=np.uint8).reshape(picture.height, picture.width, 3)
        return draw_cells(pixels, columns, rows)

    def crop_face(self, picture: Picture, width: int, height: int) -> FaceCrop:
        return FaceCrop(picture, 60)

    def draw_text(self, text: str, pixels: int) -> tuple[bytes, ...]:
        full, hollow = bytes([1] * pixels), bytes([1, *[0] * (pixels - 2), 1])
        square = [full, *[hollow] * (pixels - 2), full]
        return tuple(row * len(text) for row in square)
