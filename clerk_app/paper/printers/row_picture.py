"""Draws a row of text in dots: for previews, and for rows with characters that receipt printers lack."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from clerk_app.paper.printers.fonts import chinese_font, mono_font
from clerk_app.paper.printers.installed_fonts import FontFace, face_with, has_character
from clerk_app.paper.printers.layout import PrintedRow, count_cells

_CELL = 12  # width of a cell in dots; the height of a row is two cells plus _LEADING
_LEADING = 6
_ASCII_PIXELS, _PIXELS = 20, 24
_BASELINE = 0.8  # of the height of a row


def row_picture(row: PrintedRow, dots: int, font: str = "") -> Image.Image:
    """Return the row on a strip `dots` wide (mode 1, black on white), each character in its cells.

    A character is taken from the font file `font`, from the Chinese font, or from any font that has it; if none has
    it, it is a box. Letters of scripts that join or stack are drawn as a run.
    """
    scale = 2 if row.wide else 1
    width = count_cells(row.text) * _CELL * scale
    x = {"left": 0, "center": (dots - width) // 2, "right": dots - width}[row.align]
    strip = Image.new("1", (dots, 2 * _CELL * scale + _LEADING), 1)
    for text, face in _split_runs(row.text, font):
        glyph = _draw_run(text, face, scale, row.bold)
        strip.paste(glyph, (x, 0))
        x += glyph.width
    return strip


def _split_runs(text: str, font: str) -> Iterator[tuple[str, FontFace | None]]:
    """Yield single characters, and runs of joining letters of one face, spaces between them included."""
    run, run_face = "", None
    for char in text:
        face = None if char.isascii() else _find_face(char, font)
        if run and (char == " " or (face == run_face and _may_join(char))):
            run += char
            continue
        if run:
            yield from _end_run(run, run_face)
            run = ""
        if face is not None and _may_join(char):
            run, run_face = char, face
        else:
            yield char, face
    if run:
        yield from _end_run(run, run_face)


def _end_run(run: str, face: FontFace | None) -> Iterator[tuple[str, FontFace | None]]:
    letters = run.rstrip(" ")
    yield letters, face
    yield from ((" ", None) for _space in run[len(letters) :])


def _may_join(character: str) -> bool:
    return unicodedata.east_asian_width(character) not in "WFA" and not character.isascii()


def _find_face(character: str, font: str) -> FontFace | None:
    installed = chinese_font(_PIXELS)
    faces = [FontFace(Path(font))] if font else []
    if installed is not None:
        faces.append(FontFace(Path(str(installed.path)), installed.index))
    return next((face for face in faces if has_character(face, character)), None) or face_with(character)


@cache
def _load(face: FontFace, pixels: int) -> ImageFont.FreeTypeFont:
    engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, pixels, face.index, layout_engine=engine)


def _draw_run(text: str, face: FontFace | None, scale: int, bold: bool) -> Image.Image:
    """Return the picture of the run, as wide as its cells."""
    width, height = count_cells(text) * _CELL * scale, 2 * _CELL * scale
    glyph = Image.new("1", (width, height), 1)
    if text == " ":
        return glyph
    if face is None and not text.isascii():
        box = (2 * scale, 2 * scale, width - 3 * scale, height - 3 * scale)
        ImageDraw.Draw(glyph).rectangle(box, outline=0, width=scale)
    elif face is not None and _may_join(text[0]):
        _paste_letters(glyph, text, _load(face, _PIXELS * scale), bold)
    else:
        font = _load(face, _PIXELS * scale) if face is not None else mono_font(_ASCII_PIXELS * scale)
        for shift in range(2 if bold else 1):
            ImageDraw.Draw(glyph).text((width / 2 + shift, height / 2), text, fill=0, font=font, anchor="mm")
    return glyph


def _paste_letters(glyph: Image.Image, text: str, font: ImageFont.FreeTypeFont, bold: bool) -> None:
    """Draw joining letters from the left edge on the line of the text, reduced if they are wider or higher."""
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text, anchor="ls"))
    ink = Image.new("1", (max(1, right - left + 1), max(1, bottom - top)), 1)
    for shift in range(2 if bold else 1):
        ImageDraw.Draw(ink).text((shift - left, -top), text, fill=0, font=font, anchor="ls")
    y = round(_BASELINE * glyph.height) + top
    if ink.width > glyph.width or y < 0 or y + ink.height > glyph.height:
        ink.thumbnail(glyph.size)
        y = (glyph.height - ink.height) // 2
    glyph.paste(ink, (0, y))
