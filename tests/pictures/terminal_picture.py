"""Draws the lines of a screen as a picture: each character on its cells, frames and blocks as exact lines."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw
from rich.cells import get_character_cell_size
from rich.color import Color, ColorType
from rich.style import Style
from textual.strip import Strip

from clerk_app.paper.printers.fonts import chinese_font, mono_font

CELL = (9, 18)  # pixels
_FONT_SIZE = 15
_COLOURS = 64  # of the picture, so that it is small
INK, PAPER = (229, 229, 229), (0, 0, 0)  # of a terminal, where the program sets none

# arms of frame characters: up, right, down, left; 1 light, 2 heavy
_ARMS = {
    "─": "0101", "━": "0202", "│": "1010", "┃": "2020", "╭": "0110", "╮": "0011", "╰": "1100", "╯": "1001",
    "┌": "0110", "┐": "0011", "└": "1100", "┘": "1001", "┏": "0220", "┓": "0022", "┗": "2200", "┛": "2002",
    "├": "1110", "┤": "1011", "┬": "0111", "┴": "1101", "┼": "1111",
}  # fmt: skip
_QUADRANTS = dict(zip("▖▗▘▙▚▛▜▝▞▟▀▄▌▐█", (4, 8, 1, 13, 9, 7, 11, 2, 6, 14, 3, 12, 5, 10, 15), strict=True))
_EIGHTHS = {chr(0x2580 + eighths): eighths for eighths in range(1, 8)}  # from below


def draw_screen(lines: Sequence[Strip], size: tuple[int, int]) -> Image.Image:
    """Return a picture of `lines` on a terminal of `size` columns and rows."""
    picture = Image.new("RGB", (size[0] * CELL[0], size[1] * CELL[1]), PAPER)
    pen = ImageDraw.Draw(picture)
    for row, strip in enumerate(lines[: size[1]]):
        column = 0
        for segment in strip:
            ink, paper = _colours_of(segment.style)
            for character in segment.text:
                width = get_character_cell_size(character)
                if width:
                    box = (column * CELL[0], row * CELL[1], (column + width) * CELL[0], (row + 1) * CELL[1])
                    pen.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=paper)
                    _draw_character(pen, character, box, ink, bold=bool(segment.style and segment.style.bold))
                    if segment.style and segment.style.underline:
                        pen.line((box[0], box[3] - 2, box[2] - 1, box[3] - 2), fill=ink)
                column += width
    return picture.quantize(_COLOURS, dither=Image.Dither.NONE)


Rgb = tuple[int, int, int]
Box = tuple[int, int, int, int]


def _colours_of(style: Style | None) -> tuple[Rgb, Rgb]:
    ink, paper = (_rgb(style.color, INK), _rgb(style.bgcolor, PAPER)) if style else (INK, PAPER)
    return (paper, ink) if style and style.reverse else (ink, paper)


def _rgb(colour: Color | None, default: Rgb) -> Rgb:
    if colour is None or colour.type is ColorType.DEFAULT:
        return default
    found = colour.get_truecolor()
    return found.red, found.green, found.blue


def _draw_character(pen: ImageDraw.ImageDraw, character: str, box: Box, ink: Rgb, *, bold: bool) -> None:
    if character == " ":
        return
    if character in _ARMS:
        _draw_frame(pen, _ARMS[character], box, ink)
    elif character in _QUADRANTS:
        _draw_quadrants(pen, _QUADRANTS[character], box, ink)
    elif character in _EIGHTHS:
        top = box[3] - round(CELL[1] * _EIGHTHS[character] / 8)
        pen.rectangle((box[0], top, box[2] - 1, box[3] - 1), fill=ink)
    else:
        wide = box[2] - box[0] > CELL[0]
        font = (chinese_font(_FONT_SIZE + 1) if wide else None) or mono_font(_FONT_SIZE)
        middle = ((box[0] + box[2]) / 2, box[1] + CELL[1] * 0.78)
        pen.text(middle, character, fill=ink, font=font, anchor="ms", stroke_width=0.4 if bold else 0)


def _draw_frame(pen: ImageDraw.ImageDraw, arms: str, box: Box, ink: Rgb) -> None:
    x, y = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    far_ends = ((x, box[1]), (box[2] - 1, y), (x, box[3] - 1), (box[0], y))
    for arm, (end_x, end_y) in zip(arms, far_ends, strict=True):
        if arm != "0":
            more = int(arm) - 1
            right = max(x, end_x) + (more if end_x == x else 0)
            bottom = max(y, end_y) + (more if end_y == y else 0)
            pen.rectangle((min(x, end_x), min(y, end_y), right, bottom), fill=ink)


def _draw_quadrants(pen: ImageDraw.ImageDraw, bits: int, box: Box, ink: Rgb) -> None:
    x, y = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    quarters = ((box[0], box[1], x, y), (x, box[1], box[2], y), (box[0], y, x, box[3]), (x, y, box[2], box[3]))
    for number, quarter in enumerate(quarters):
        if bits >> number & 1:
            pen.rectangle((quarter[0], quarter[1], quarter[2] - 1, quarter[3] - 1), fill=ink)
