"""Large characters that can be read from two metres (ticket numbers, countdown), painted as highlighted cells."""

from __future__ import annotations

from collections.abc import Iterable

from screens.widgets.paint import Line, Span

LIT = "lit"
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
}
COLUMNS, ROWS, GAP = 5, 7, 1  # dots of one character, and between two characters
DOT_CELLS = 2  # cells across one dot, because a cell is about twice as high as wide


def large_text(text: str, width: int, height: int) -> Iterable[Line]:
    """Return `text` centred in the largest size that fits into `width` x `height` cells, or as plain text if none fits.

    A character without a glyph is left out, so show the plain text as well.
    """
    drawn = [_GLYPHS[character].split() for character in text.upper() if character in _GLYPHS]
    dots = len(drawn) * (COLUMNS + GAP) - GAP
    size = min(width // (dots * DOT_CELLS) if dots > 0 else 0, height // ROWS)
    if size < 1:
        yield [(" " * max(0, (width - len(text)) // 2), ""), (text, "strong")]
        return
    margin: Span = (" " * ((width - dots * DOT_CELLS * size) // 2), "")
    for row in range(ROWS):
        line: list[Span] = [margin]
        for glyph in drawn:
            line += [(" " * (DOT_CELLS * size), LIT if dot == "1" else "") for dot in glyph[row]]
            line.append((" " * (DOT_CELLS * size * GAP), ""))
        yield from (line for _repeat in range(size))
