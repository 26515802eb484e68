"""How text falls into the columns of a roll.

A receipt printer in Chinese mode knows two widths: ASCII takes one cell of 12 dots, everything else two.
So a character's width here is the printer's, not the terminal's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from clerk_app.paper.page import (
    Align,
    FillInLine,
    HorizontalRule,
    PageBlock,
    PaperCut,
    PaperFeed,
    TextLine,
    TwoColumnLine,
)

_OPENING_MARKS = "（《「『【〔〈([{"
_CLOSING_MARKS = "，。、；：！？）》」』】〕〉,.;:!?)]}%"
_REPLACEMENT = "?"


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of text as it stands on paper, already short enough."""

    text: str
    bold: bool = False
    wide: bool = False
    align: Align = "left"

    def pad_to(self, columns: int) -> str:
        """The row moved to its place among `columns` ordinary cells."""
        space = max(0, columns - count_cells(self.text))
        return " " * {"left": 0, "center": space // 2, "right": space}[self.align] + self.text


def count_cells(text: str) -> int:
    """The cells that `text` takes on paper."""
    return sum(1 if char.isascii() else 2 for char in text)


def sanitize_text(text: str) -> str:
    """`text` with nothing in it that a printer, a terminal or a reader's eye would obey instead of print.

    Spaces and line ends of every kind become a space; control characters (ESC begins a printer command), characters
    that turn the writing direction or print nothing, and lone surrogates become `?`.
    """
    return "".join(_sanitize_character(char) for char in text)


def _sanitize_character(char: str) -> str:
    if char in "\r\n\t" or (unicodedata.category(char) in {"Zs", "Zl", "Zp"} and char != "\u3000"):
        return " "
    return _REPLACEMENT if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char


def wrap_text(text: str, columns: int) -> list[str]:
    """`text` in rows of at most `columns` cells (at least 2), at least one row.

    Breaks lie at spaces (which vanish there) and between Chinese characters, never inside a number that fits into
    a row, and not before a closing or after an opening mark if it can be helped.
    """
    rows: list[str] = []
    row, room = "", columns
    for piece in _split_to_fit(sanitize_text(text), columns):
        if count_cells(piece) > room:
            rows.append(row.rstrip(" "))
            row, room = "", columns
            piece = piece.lstrip(" ")
        row += piece
        room -= count_cells(piece)
    rows.append(row.rstrip(" "))
    return [row for row in rows if row] or [""]


def _split_to_fit(text: str, columns: int) -> Iterator[str]:
    """What must stay together, in order; a piece longer than a row comes in parts that are not."""
    for piece in _split_unbreakable(text):
        if count_cells(piece) <= columns:
            yield piece
            continue
        for part in re.findall(r"\d+|\D", piece):
            yield from [part] if count_cells(part) <= columns else part


def _split_unbreakable(text: str) -> Iterator[str]:
    piece = ""
    for char in text:
        if piece and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if " " in (before, after):
        return before != after
    if after in _CLOSING_MARKS or before in _OPENING_MARKS:
        return False
    return _is_breakable(before) or _is_breakable(after)


def _is_breakable(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" and not char.isdecimal()


def lay_out_rows(block: PageBlock, columns: int) -> list[PrintedRow]:
    """A block's rows of text on paper of `columns` cells; a code has none."""
    match block:
        case TextLine():
            return _line_rows(block, columns)
        case TwoColumnLine():
            return _pair_rows(block, columns)
        case FillInLine():
            return _fill_in_rows(block, columns)
        case HorizontalRule():
            return [PrintedRow("-" * columns)]
        case PaperCut():
            return [PrintedRow("- " * (columns // 2))]
        case PaperFeed():
            return [PrintedRow("")] * block.rows
        case _:
            return []


def _line_rows(line: TextLine, columns: int) -> list[PrintedRow]:
    room = (columns // 2 if line.wide else columns) - line.indent
    return [
        PrintedRow(" " * line.indent + text, line.bold, line.wide, line.align)
        for text in wrap_text(line.text, max(2, room))
    ]


def _pair_rows(pair: TwoColumnLine, columns: int) -> list[PrintedRow]:
    indent = " " * pair.indent
    label, value = indent + sanitize_text(pair.label), sanitize_text(pair.value)
    space = columns - count_cells(label) - count_cells(value)
    if space >= 1:
        return [PrintedRow(label + " " * space + value, pair.bold)]
    room = columns - pair.indent
    left = [PrintedRow(indent + text, pair.bold) for text in wrap_text(pair.label, room)]
    return left + [PrintedRow(text, pair.bold, align="right") for text in wrap_text(pair.value, room)]


def _fill_in_rows(blank: FillInLine, columns: int) -> list[PrintedRow]:
    *whole, last = wrap_text(blank.label, columns)
    line = columns - count_cells(last) - 1
    if line >= columns // 3:
        return [*map(PrintedRow, whole), PrintedRow(f"{last} {'_' * line}")]
    return [*map(PrintedRow, whole), PrintedRow(last), PrintedRow("_" * columns)]
