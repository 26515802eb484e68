"""Previews of a page: lines for the screen, and a picture of the paper with codes that scanners can read."""

from __future__ import annotations

import io
from itertools import zip_longest

from PIL import Image, ImageDraw

from clerk_app.paper.page import COLUMNS, DOTS, Barcode128, Logo, PageBlock, PaperPage, PaperWidth, QrCode
from clerk_app.paper.printers.fonts import chinese_font, mono_font
from clerk_app.paper.printers.layout import PrintedRow, count_cells, lay_out_rows
from clerk_app.paper.printers.symbols import (
    code128_modules,
    code128_picture,
    logo_picture,
    qr_modules,
    qr_picture,
    read_logo,
)

_CELL = 12  # width of a cell in dots; the height of a row is two cells plus _LEADING
_LEADING = 6
_DOTS_PER_MM = 8
_BARCODE_ROWS = 3
_LOGO_COLUMNS = 24


def preview_lines(page: PaperPage, width_mm: PaperWidth = 58) -> tuple[str, ...]:
    """Return the page as one string per row, with at most `COLUMNS[width_mm]` cells of text each.

    Codes are drawn in block characters, two modules per character, and may be wider than the text.
    """
    lines: list[str] = []
    for block in page:
        match block:
            case Barcode128(text):
                lines += [_half_blocks(code128_modules(text))] * _BARCODE_ROWS
            case QrCode(text):
                lines += _dot_lines(qr_modules(text))
            case Logo(png):
                lines += [line.center(COLUMNS[width_mm]).rstrip() for line in _logo_lines(png)]
            case _:
                lines += [row.pad_to(COLUMNS[width_mm]) for row in lay_out_rows(block, COLUMNS[width_mm])]
    return tuple(lines)


def _logo_lines(png: bytes) -> list[str]:
    logo = read_logo(png)
    logo.thumbnail((_LOGO_COLUMNS, _LOGO_COLUMNS))
    dots = logo.point(lambda light: int(light < 128)).tobytes()
    rows = range(0, len(dots), logo.width)
    return _dot_lines(tuple(tuple(map(bool, dots[at : at + logo.width])) for at in rows))


def _half_blocks(modules: str) -> str:
    blocks = {"00": " ", "01": "▐", "10": "▌", "11": "█"}
    return "".join(blocks[left + right] for left, right in zip_longest(modules[::2], modules[1::2], fillvalue="0"))


def _dot_lines(rows: tuple[tuple[bool, ...], ...]) -> list[str]:
    blocks = {(False, False): " ", (False, True): "▄", (True, False): "▀", (True, True): "█"}
    white = (False,) * len(rows[0])
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=white)
    return ["".join(blocks[dots] for dots in zip(upper, lower, strict=True)) for upper, lower in pairs]


def render_picture(page: PaperPage, width_mm: PaperWidth = 58) -> bytes:
    """Return the paper as a PNG: one bit per dot, 8 dots/mm, `width_mm` wide including the margins of the roll.

    Chinese is drawn in an installed font; if there is none, each character is drawn as a box.
    Raises BadData for a code or logo that cannot be printed.
    """
    strips = [strip for block in page for strip in _strips(block, width_mm)]
    margin = (width_mm * _DOTS_PER_MM - DOTS[width_mm]) // 2
    height = sum(strip.height for strip in strips) + 2 * margin
    paper = Image.new("1", (width_mm * _DOTS_PER_MM, height), 1)
    y = margin
    for strip in strips:
        paper.paste(strip, (margin, y))
        y += strip.height
    picture = io.BytesIO()
    paper.save(picture, "PNG", dpi=(203.2, 203.2))
    return picture.getvalue()


def _strips(block: PageBlock, width_mm: PaperWidth) -> list[Image.Image]:
    match block:
        case Barcode128(text):
            return [code128_picture(text, DOTS[width_mm])]
        case QrCode(text):
            return [qr_picture(text, DOTS[width_mm])]
        case Logo(png):
            return [logo_picture(png, DOTS[width_mm])]
        case _:
            return [_row_picture(row, DOTS[width_mm]) for row in lay_out_rows(block, COLUMNS[width_mm])]


def _row_picture(row: PrintedRow, dots: int) -> Image.Image:
    scale = 2 if row.wide else 1
    width = count_cells(row.text) * _CELL * scale
    x = {"left": 0, "center": (dots - width) // 2, "right": dots - width}[row.align]
    height = 2 * _CELL * scale
    strip = Image.new("1", (dots, height + _LEADING), 1)
    for char in row.text:
        glyph = _glyph(char, scale, row.bold)
        strip.paste(glyph, (x, 0))
        x += glyph.width
    return strip


def _glyph(char: str, scale: int, bold: bool) -> Image.Image:
    """Return the picture of one character, one or two cells wide."""
    size = (count_cells(char) * _CELL * scale, 2 * _CELL * scale)
    glyph = Image.new("1", size, 1)
    if char == " ":
        return glyph
    draw = ImageDraw.Draw(glyph)
    font = mono_font(20 * scale) if char.isascii() else chinese_font(24 * scale)
    if font is None:
        draw.rectangle((2 * scale, 2 * scale, size[0] - 3 * scale, size[1] - 3 * scale), outline=0, width=scale)
        return glyph
    for shift in range(2 if bold else 1):
        draw.text((size[0] / 2 + shift, size[1] / 2), char, fill=0, font=font, anchor="mm")
    return glyph
