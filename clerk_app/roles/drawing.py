"""Draws for the screens: pictures by a child process, and text with the Chinese font of the machine."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.errors import BadData
from clerk_app.roles.picture_client import PICTURE_CLIENT
from clerk_app.views.drawing import FaceCrop
from clerk_app.views.shared import Picture
from scanners import ScanError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

INK = 110  # a pixel at least this dark (of 255) is ink: thin strokes of small characters stay connected


class MachineDrawing:
    """Implements views.DrawingService. `font` is the path of a font file; empty for one of the system."""

    def __init__(self, font: str = "", *, sends_pixels: bool = False) -> None:
        self._font = font
        self.sends_pixels = sends_pixels
        self._text_lock = threading.Lock()  # Pillow's font objects are not made for several threads
        self._draw_text = cache(self._render_text)

    def draw_cells(self, picture: Picture, columns: int, rows: int) -> bytes:
        try:
            return PICTURE_CLIENT.draw(picture.rgb, picture.width, picture.height, columns, rows)
        except ScanError as error:
            raise BadData("The picture cannot be drawn.") from error

    def crop_face(self, picture: Picture, width: int, height: int) -> FaceCrop:
        try:
            crop = PICTURE_CLIENT.crop_face(picture.rgb, picture.width, picture.height, width, height)
        except ScanError as error:
            raise BadData("The picture cannot be drawn.") from error
        return FaceCrop(Picture(crop.width, crop.height, crop.rgb) if crop.width else None, crop.eye_pixels)

    def draw_text(self, text: str, pixels: int) -> tuple[bytes, ...]:
        with self._text_lock:
            return self._draw_text(text, pixels)

    def _render_text(self, text: str, pixels: int) -> tuple[bytes, ...]:
        from PIL import Image, ImageDraw

        font = _find_font(self._font, pixels)
        if font is None:
            return ()
        left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
        if right <= left or bottom <= top:
            return ()
        image = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(image).text((-left, -top), text, font=font, fill=255)
        ink = image.point(lambda light: int(light >= INK)).tobytes()
        return tuple(ink[start : start + image.width] for start in range(0, len(ink), image.width))[:pixels]


def _find_font(path: str, pixels: int) -> FreeTypeFont | None:
    """Return the font of the settings, or the Chinese font of the system; None if there is none."""
    from PIL import ImageFont

    from clerk_app.paper.printers.fonts import chinese_font

    if path:
        try:
            return ImageFont.truetype(Path(path), pixels)
        except OSError:
            pass  # `clerk office check` names a font that cannot be read
    return chinese_font(pixels)
