"""Previews of a page: lines for the screen, and a picture of the paper with codes that scanners can read."""

from __future__ import annotations

import io
from itertools import zip_longest

from PIL import Image

from clerk_app.paper.page import COLUMNS, DOTS, Barcode128, Logo, PageBlock, PaperPage, PaperWidth, QrCode
from clerk_app.paper.printers.characters import can_print_on_roll, replace_missing
from clerk_app.paper.printers.layout import lay_out_rows
from clerk_app.paper.printers.row_picture import row_picture
from clerk_app.paper.printers.symbols import (
    code128_modules,
    code128_picture,
    logo_picture,
    qr_modules,
    qr_picture,
    read_logo,
)

_DOTS_PER_MM = 8
_BARCODE_ROWS = 3
_LOGO_COLUMNS = 24


def preview_lines(page: PaperPage, width_mm: PaperWidth = 58, *, font: str = "") -> tuple[str, ...]:
    """Return the page as one string per row, with at most `COLUMNS[width_mm]` cells of text each.

    Codes are drawn in block characters, two modules per character, and may be wider than the text. `font`: the font
    file of the settings, which may have characters that no other font has.
    """
    lines: list[str] = []
    for block in replace_missing(page, lambda character: can_print_on_roll(character, font))[0]:
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


def render_picture(page: PaperPage, width_mm: PaperWidth = 58, *, font: str = "") -> bytes:
    """Return the paper as a PNG: one bit per dot, 8 dots/mm, `width_mm` wide including the margins of the roll.

    Chinese is drawn in the font file `font` or an installed font; without one, each character is drawn as a box.
    Raises BadData for a code or logo that cannot be printed.
    """
    shown, _missing = replace_missing(page, lambda character: can_print_on_roll(character, font))
    strips = [strip for block in shown for strip in _strips(block, width_mm, font)]
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


def _strips(block: PageBlock, width_mm: PaperWidth, font: str) -> list[Image.Image]:
    match block:
        case Barcode128(text):
            return [code128_picture(text, DOTS[width_mm])]
        case QrCode(text):
            return [qr_picture(text, DOTS[width_mm])]
        case Logo(png):
            return [logo_picture(png, DOTS[width_mm])]
        case _:
            return [row_picture(row, DOTS[width_mm], font) for row in lay_out_rows(block, COLUMNS[width_mm])]
