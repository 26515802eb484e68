"""Pictures of the sample city's licences: a card with claims, portrait and seal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from clerk_app.paper.printers.fonts import chinese_font

SIZE = (480, 300)
_VALUE_X = 134  # x of the values, right of the longest label
_PAPER, _INK, _FAINT, _SEAL = (246, 244, 234), (32, 40, 56), (112, 122, 140), (192, 36, 36)
_BANDS = ((34, 84, 140), (30, 110, 84), (128, 62, 40), (92, 60, 130))


def draw_card(
    title: str, lines: Sequence[tuple[str, str]], *, number: str, issuer: str, band: int = 0, portrait: bool = False
) -> bytes:
    """Draw a licence as a PNG of SIZE: `title` on a coloured band, `lines` of label and value, number and seal.

    Without a Chinese font on the machine the text becomes boxes.
    """
    card = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(card)
    width, height = SIZE
    draw.rectangle((0, 0, width, 44), fill=_BANDS[band % len(_BANDS)])
    _draw_text(draw, (18, 22), title, 22, (255, 255, 255))
    _draw_text(draw, (width - 18, 22), "样本 SAMPLE", 13, (255, 255, 255), anchor="rm")
    right = width - 120 if portrait else width - 24
    y = 64
    for label, value in lines:
        _draw_text(draw, (18, y), label, 13, _FAINT)
        y += _draw_value(draw, (_VALUE_X, y), value, right - _VALUE_X)
    if portrait:
        _draw_portrait(draw, width - 104, 62)
    _draw_text(draw, (18, height - 18), number, 10, _FAINT)
    _draw_seal(draw, width - 66, height - 66, issuer)
    draw.rectangle((0, 0, width - 1, height - 1), outline=_FAINT)
    picture = io.BytesIO()
    card.quantize(32, Image.Quantize.FASTOCTREE).save(picture, "PNG")
    return picture.getvalue()


def _draw_value(draw: ImageDraw.ImageDraw, at: tuple[int, int], value: str, room: int) -> int:
    """Draw `value` in rows of at most `room` pixels; return their height."""
    font, rows = _font(16), [""]
    for char in value:
        if font.getbbox(rows[-1] + char)[2] > room:
            rows.append("")
        rows[-1] += char
    for place, row in enumerate(rows):
        _draw_text(draw, (at[0], at[1] + 20 * place), row, 16, _INK)
    return 20 * len(rows) + 4


def _draw_portrait(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rectangle((x, y, x + 84, y + 104), fill=(206, 216, 226), outline=_FAINT)
    draw.ellipse((x + 24, y + 18, x + 60, y + 62), fill=(150, 164, 182))
    draw.pieslice((x + 8, y + 66, x + 76, y + 142), 180, 360, fill=(150, 164, 182))
    draw.rectangle((x, y + 105, x + 84, y + 145), fill=_PAPER)


def _draw_seal(draw: ImageDraw.ImageDraw, x: int, y: int, issuer: str) -> None:
    draw.ellipse((x - 46, y - 46, x + 46, y + 46), outline=_SEAL, width=3)
    _draw_text(draw, (x, y - 4), "★", 26, _SEAL, anchor="mm")
    half = (len(issuer) + 1) // 2
    for place, row in enumerate((issuer[:half], issuer[half:])):
        _draw_text(draw, (x, y + 18 + 13 * place), row, 10, _SEAL, anchor="mm")


def _draw_text(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    size: int,
    fill: tuple[int, int, int],
    anchor: str = "lm",
) -> None:
    draw.text(at, text, fill=fill, font=_font(size), anchor=anchor)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return chinese_font(size) or ImageFont.load_default(size)
