"""Pictures of the sample city's licences: a card with claims, portrait and seal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from clerk_app.demo.portraits import draw_portrait, features_of
from clerk_app.paper.printers.fonts import chinese_font

SIZE = (960, 600)
_PORTRAIT = (168, 210)
_PHOTO = (358, 441)  # the size that the photo check asks for
_VALUE_X = 268  # x of the values, right of the longest label
_PAPER, _INK, _FAINT, _SEAL = (246, 244, 234), (32, 40, 56), (112, 122, 140), (192, 36, 36)
_BANDS = ((34, 84, 140), (30, 110, 84), (128, 62, 40), (92, 60, 130))


def draw_card(
    title: str, lines: Sequence[tuple[str, str]], *, number: str, issuer: str, band: int = 0, portrait: str = ""
) -> bytes:
    """Draw a licence as a PNG of SIZE: `title` on a coloured band, `lines` of label and value, number and seal.

    `portrait` is the id of the person whose face is on it; empty for none. Without a Chinese font on the machine the
    text becomes boxes.
    """
    card = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(card)
    width, height = SIZE
    draw.rectangle((0, 0, width, 88), fill=_BANDS[band % len(_BANDS)])
    _draw_text(draw, (36, 44), title, 44, (255, 255, 255))
    _draw_text(draw, (width - 36, 44), "样本 SAMPLE", 26, (255, 255, 255), anchor="rm")
    right = width - 240 if portrait else width - 48
    y = 128
    for label, value in lines:
        _draw_text(draw, (36, y), label, 26, _FAINT)
        y += _draw_value(draw, (_VALUE_X, y), value, right - _VALUE_X)
    if portrait:
        drawn = draw_portrait(features_of(portrait))
        card.paste(drawn.resize(_PORTRAIT, Image.Resampling.LANCZOS), (width - 208, 124))
    _draw_text(draw, (36, height - 36), number, 20, _FAINT)
    _draw_seal(draw, width - 132, height - 132, issuer)
    draw.rectangle((0, 0, width - 1, height - 1), outline=_FAINT, width=2)
    picture = io.BytesIO()
    card.quantize(96, Image.Quantize.FASTOCTREE).save(picture, "PNG")
    return picture.getvalue()


def draw_photo(person: str) -> bytes:
    """Draw the photo of a person in the photo library, as a PNG; `person` is an id."""
    drawn = draw_portrait(features_of(person))
    picture = io.BytesIO()
    height = drawn.width * _PHOTO[1] // _PHOTO[0]
    drawn.crop((0, 0, drawn.width, height)).resize(_PHOTO, Image.Resampling.LANCZOS).save(picture, "PNG")
    return picture.getvalue()


def _draw_value(draw: ImageDraw.ImageDraw, at: tuple[int, int], value: str, room: int) -> int:
    """Draw `value` in rows of at most `room` pixels; return their height."""
    font, rows = _font(32), [""]
    for char in value:
        if font.getbbox(rows[-1] + char)[2] > room:
            rows.append("")
        rows[-1] += char
    for place, row in enumerate(rows):
        _draw_text(draw, (at[0], at[1] + 40 * place), row, 32, _INK)
    return 40 * len(rows) + 8


def _draw_seal(draw: ImageDraw.ImageDraw, x: int, y: int, issuer: str) -> None:
    draw.ellipse((x - 92, y - 92, x + 92, y + 92), outline=_SEAL, width=6)
    _draw_text(draw, (x, y - 8), "★", 52, _SEAL, anchor="mm")
    half = (len(issuer) + 1) // 2
    for place, row in enumerate((issuer[:half], issuer[half:])):
        _draw_text(draw, (x, y + 36 + 26 * place), row, 20, _SEAL, anchor="mm")


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
