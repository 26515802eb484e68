"""Drawn pages for the tests of reading."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from clerk_app.paper.printers.fonts import chinese_font


def draw_page(*lines: str, size: tuple[int, int] = (900, 600), quarters: int = 0) -> bytes:
    """Return a JPEG of black lines on white, turned clockwise."""
    font = chinese_font(32)
    assert font is not None
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((60, 50 + 70 * number), line, font=font, fill="black")
    return to_jpeg(image.rotate(-90 * quarters, expand=True))


def draw_cat() -> bytes:
    """Return a JPEG of a picture without text."""
    image = Image.new("RGB", (800, 600), (90, 130, 90))
    draw = ImageDraw.Draw(image)
    draw.polygon([(250, 250), (280, 120), (350, 200), (450, 200), (520, 120), (550, 250)], fill=(120, 90, 60))
    draw.ellipse((240, 180, 560, 460), fill=(120, 90, 60))
    for x in (330, 440):
        draw.ellipse((x, 270, x + 40, 310), fill=(210, 200, 60))
    return to_jpeg(image)


def to_jpeg(image: Image.Image) -> bytes:
    """Return the picture as a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
