"""Names of buttons in large characters: how a name is divided into lines, and the largest size at which all fit."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from rich.cells import cell_len

from screens.widgets.large_text import GLYPH_GAP, GLYPH_ROWS, Dots, DrawnText, glyph_dots
from screens.widgets.paint import wrap

MARGIN = 1  # cells at both sides of a name
KEY_CELLS = 10  # left of a name with its key on the same line: a margin, the large key, a gap
KEY_ROWS, ABOUT_ROWS = 1, 2  # of a key above a name, and of the description below it
GLYPH_CELLS = 5  # of a glyph without the gap after it


class NameSize(NamedTuple):
    """Height in dots of characters from the font, and the enlargement of own glyphs."""

    pixels: int
    scale: int


class NameForm(NamedTuple):
    """A size of names, and whether the key is large at the left of the name, or above it."""

    size: NameSize
    key_beside: bool


SIZES = (NameSize(40, 3), NameSize(32, 2), NameSize(24, 1), NameSize(20, 1), NameSize(16, 1))
FORMS = tuple(NameForm(size, beside) for size in SIZES for beside in (True, False))


def find_form(names: Sequence[str], width: int, height: int) -> NameForm | None:
    """Return the first form in which all names fit into buttons of `width` x `height` cells; None if none does."""
    return next((form for form in FORMS if all(name_lines(name, width, height, form) for name in names)), None)


def name_room(width: int, height: int, form: NameForm) -> tuple[int, int]:
    """Return the columns and rows of a button that a name may take."""
    left = KEY_CELLS if form.key_beside else MARGIN
    return width - left - MARGIN, height - ABOUT_ROWS - (0 if form.key_beside else KEY_ROWS)


def name_lines(name: str, width: int, height: int, form: NameForm) -> list[str]:
    """Return the lines of a name at a form; empty if it does not fit. Words are not divided."""
    columns, rows = name_room(width, height, form)
    if has_glyphs(name):
        per_line = (columns + GLYPH_GAP * form.size.scale) // ((GLYPH_CELLS + GLYPH_GAP) * form.size.scale)
    else:
        per_line = columns * 2 // form.size.pixels
    longest = max((cell_len(word) for word in name.split()), default=0)
    is_wide = cell_len(name) > len(name)
    if per_line < (2 if is_wide else max(2, longest)):
        return []
    count = ceil(cell_len(name) / per_line)
    balanced = ceil(len(name) / count) * 2 if is_wide else per_line
    lines = wrap(name, min(balanced, per_line))
    needed = len(lines) * line_rows(name, form) + (len(lines) - 1) * gap_rows(name, form)
    return lines if needed <= rows else []


def line_rows(name: str, form: NameForm) -> int:
    """Return the rows of a line of a name."""
    return ceil((GLYPH_ROWS * form.size.scale if has_glyphs(name) else form.size.pixels) / 2)


def gap_rows(name: str, form: NameForm) -> int:
    """Return the empty rows between two lines of a name: own glyphs without a gap would touch each other."""
    return GLYPH_GAP * form.size.scale // 2 if has_glyphs(name) else 0


def has_glyphs(name: str) -> bool:
    """Return whether there are own glyphs for all characters of a name."""
    return glyph_dots(name, len(name) * (GLYPH_CELLS + GLYPH_GAP), GLYPH_ROWS) is not None


def draw_line(line: str, name: str, form: NameForm, drawn: DrawnText, columns: int) -> Dots:
    """Return the dots of a line of `name`; empty until the font has drawn it."""
    if has_glyphs(name):
        return glyph_dots(line, columns, line_rows(name, form)) or ()
    return drawn.find_dots(line, form.size.pixels)
