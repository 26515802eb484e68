"""Large characters that can be read from two metres: own glyphs for digits and letters, a font for Chinese.

Each dot is one cell wide and half a cell high, so dots are square. Without a font, Chinese is shown as plain bold text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from screens.host import host_of
from screens.widgets.paint import Line, TextBlock, cell_width, wrap

if TYPE_CHECKING:
    from textual.widget import Widget

    from clerk_app.views.drawing import DrawingService

_GLYPHS = {
    "0": "01110 10001 10001 10001 10001 10001 01110",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "3": "01110 10001 00001 00110 00001 10001 01110",
    "4": "00010 00110 01010 10010 11111 00010 00010",
    "5": "11111 10000 11110 00001 00001 10001 01110",
    "6": "00110 01000 10000 11110 10001 10001 01110",
    "7": "11111 00001 00010 00100 01000 01000 01000",
    "8": "01110 10001 10001 01110 10001 10001 01110",
    "9": "01110 10001 10001 01111 00001 00010 01100",
    "A": "01110 10001 10001 11111 10001 10001 10001",
    "B": "11110 10001 10001 11110 10001 10001 11110",
    "C": "01110 10001 10000 10000 10000 10001 01110",
    "D": "11110 10001 10001 10001 10001 10001 11110",
    "E": "11111 10000 10000 11110 10000 10000 11111",
    "F": "11111 10000 10000 11110 10000 10000 10000",
    "G": "01110 10001 10000 10111 10001 10001 01111",
    "H": "10001 10001 10001 11111 10001 10001 10001",
    "I": "01110 00100 00100 00100 00100 00100 01110",
    "J": "00111 00010 00010 00010 00010 10010 01100",
    "K": "10001 10010 10100 11000 10100 10010 10001",
    "L": "10000 10000 10000 10000 10000 10000 11111",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "N": "10001 11001 10101 10011 10001 10001 10001",
    "O": "01110 10001 10001 10001 10001 10001 01110",
    "P": "11110 10001 10001 11110 10000 10000 10000",
    "Q": "01110 10001 10001 10001 10101 10010 01101",
    "R": "11110 10001 10001 11110 10100 10010 10001",
    "S": "01111 10000 10000 01110 00001 00001 11110",
    "T": "11111 00100 00100 00100 00100 00100 00100",
    "U": "10001 10001 10001 10001 10001 10001 01110",
    "V": "10001 10001 10001 10001 10001 01010 00100",
    "W": "10001 10001 10001 10101 10101 11011 10001",
    "X": "10001 10001 01010 00100 01010 10001 10001",
    "Y": "10001 10001 01010 00100 00100 00100 00100",
    "Z": "11111 00001 00010 00100 01000 10000 11111",
    "_": "00000 00000 00000 00000 00000 00000 11111",
    "*": "00000 00100 10101 01110 10101 00100 00000",
    "-": "00000 00000 00000 11111 00000 00000 00000",
    ".": "00000 00000 00000 00000 00000 01100 01100",
    "?": "01110 10001 00001 00110 00100 00000 00100",
    "'": "00100 00100 00000 00000 00000 00000 00000",
    ",": "00000 00000 00000 00000 00100 00100 01000",
    ":": "00000 00100 00100 00000 00100 00100 00000",
    "→": "00000 00100 00010 11111 00010 00100 00000",
    ">": "000 100 010 001 010 100 000",
    "<": "000 001 010 100 010 001 000",
    " ": "000 000 000 000 000 000 000",
}
GLYPH_ROWS, GLYPH_GAP = 7, 1  # dots of a glyph from top to bottom, and between two glyphs
FONT_PIXELS = (64, 48, 40, 32, 28, 24, 20, 18, 16)
"""Heights of text from a font in dots, the largest first. Chinese characters cannot be read below 16."""

Dots = Sequence[Sequence[int]]


class LargeText(TextBlock):
    """Shows `text()` centred and as large as fits into its width and `max_rows`; takes no room for 0 rows.

    `plain()` is shown in bold if nothing large fits; nothing if it is empty.
    """

    def __init__(
        self,
        text: Callable[[], str],
        max_rows: Callable[[], int],
        *,
        plain: Callable[[], str] | None = None,
        style: str = "title",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._text = text
        self._plain = plain or text
        self._max_rows = max_rows
        self._style = style
        self._drawn = DrawnText(self)
        self._cached_rows = -1

    def lines(self, width: int) -> Iterable[Line]:
        """Return the lines; text from the font follows when it has been drawn in the background."""
        text, height = self._text(), self._max_rows()
        if height <= 0:
            return ()
        glyphs = glyph_dots(text, width, height)
        if glyphs is not None:
            return dot_lines(glyphs, width, self._style)
        dots = self._font_dots(text, width, height)
        if dots:
            return dot_lines(dots, width, self._style)
        plain = self._plain()
        return [_centred(line, width) for line in wrap(plain, width)] if plain else ()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        return len(self._lines_for(width))

    def _lines_for(self, width: int) -> list[Line]:
        rows = self._max_rows()  # may change with the height of the terminal, while the width stays
        if rows != self._cached_rows:
            self._cached_width, self._cached_rows = -1, rows
        return super()._lines_for(width)

    def _font_dots(self, text: str, width: int, height: int) -> Dots:
        pixels = font_pixels(text, width, height)
        return self._drawn.find_dots(text, pixels) if pixels else ()


class DrawnText:
    """Texts of a widget that are drawn from a font in the background; the widget is refreshed when one is there."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._drawn: dict[tuple[str, int], Dots] = {}  # by text and height in dots
        self._wanted: set[tuple[str, int]] = set()

    def find_dots(self, text: str, pixels: int) -> Dots:
        """Return the dots of a text; empty until they are drawn, or if there is no font for it."""
        drawing = host_of(self._widget).drawing
        if drawing is None:
            return ()
        key = text, pixels
        if key not in self._drawn and key not in self._wanted:
            self._wanted.add(key)
            host_of(self._widget).run_in_background(self._draw(drawing, key))
        return self._drawn.get(key, ())

    async def _draw(self, drawing: DrawingService, key: tuple[str, int]) -> None:
        self._drawn[key] = await asyncio.to_thread(drawing.draw_text, *key)
        self._widget.refresh(layout=True)


def large_lines(text: str, width: int, height: int, style: str = "title") -> list[Line]:
    """Return `text` in own glyphs, centred and as large as fits into `width` x `height` cells; else as bold text."""
    dots = glyph_dots(text, width, height)
    return dot_lines(dots, width, style) if dots is not None else [_centred(text, width)]


@lru_cache(64)
def glyph_dots(text: str, width: int, height: int) -> Dots | None:
    """Return the dots of `text` in the largest size that fits; None if a glyph is missing or no size fits."""
    glyphs = [_GLYPHS[character].split() for character in text.upper() if character in _GLYPHS]
    if not glyphs or len(glyphs) < len(text):
        return None
    between = "0" * GLYPH_GAP
    rows = [between.join(glyph[row] for glyph in glyphs) for row in range(GLYPH_ROWS)]
    scale = min(width // len(rows[0]), height * 2 // GLYPH_ROWS)
    if scale < 1:
        return None
    return [[int(dot) for dot in row for _across in range(scale)] for row in rows for _down in range(scale)]


def font_pixels(text: str, width: int, height: int) -> int:
    """Return the height in dots in which `text` from a font fits into `width` x `height` cells; 0 if none fits.

    Wide characters are as wide as high.
    """
    return next((size for size in FONT_PIXELS if size <= height * 2 and cell_len(text) * size <= width * 2), 0)


def dot_lines(dots: Dots, width: int, style: str) -> list[Line]:
    """Return dots as lines of half blocks, centred in `width` cells."""
    margin = " " * max(0, (width - len(dots[0])) // 2)
    lines: list[Line] = []
    for row in range(0, len(dots), 2):
        lower = dots[row + 1] if row + 1 < len(dots) else [0] * len(dots[row])
        cells = "".join(" ▀▄█"[upper + 2 * under] for upper, under in zip(dots[row], lower, strict=True))
        lines.append([(margin, ""), (cells, style)])
    return lines


def _centred(text: str, width: int) -> Line:
    return [(" " * max(0, (width - cell_width([(text, "")])) // 2), ""), (text, "strong")]
