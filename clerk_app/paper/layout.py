"""How text falls into the columns of a roll.

A receipt printer in Chinese mode knows two widths: ASCII takes one cell of 12 dots, everything else two.
So a character's width here is the printer's, not the terminal's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from clerk_app.paper.page import Align, Blank, Block, Cut, Feed, Line, Pair, Rule

_OPENING = "（《「『【〔〈([{"
_CLOSING = "，。、；：！？）》」』】〕〉,.;:!?)]}%"
_INERT = "?"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of text as it stands on paper, already short enough."""

    text: str
    bold: bool = False
    wide: bool = False
    align: Align = "left"

    def padded(self, columns: int) -> str:
        """The row moved to its place among `columns` ordinary cells."""
        space = max(0, columns - cells(self.text))
        return " " * {"left": 0, "center": space // 2, "right": space}[self.align] + self.text


def cells(text: str) -> int:
    """The cells that `text` takes on paper."""
    return sum(1 if char.isascii() else 2 for char in text)


def inert(text: str) -> str:
    """`text` with nothing in it that a printer, a terminal or a reader's eye would obey instead of print.

    Spaces and line ends of every kind become a space; control characters (ESC begins a printer command), characters
    that turn the writing direction or print nothing, and lone surrogates become `?`.
    """
    return "".join(_inert(char) for char in text)


def _inert(char: str) -> str:
    if char in "\r\n\t" or (unicodedata.category(char) in {"Zs", "Zl", "Zp"} and char != "\u3000"):
        return " "
    return _INERT if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char


def wrap(text: str, columns: int) -> list[str]:
    """`text` in rows of at most `columns` cells (at least 2), at least one row.

    Breaks lie at spaces (which vanish there) and between Chinese characters, never inside a number that fits into
    a row, and not before a closing or after an opening mark if it can be helped.
    """
    rows: list[str] = []
    row, room = "", columns
    for piece in _pieces(inert(text), columns):
        if cells(piece) > room:
            rows.append(row.rstrip(" "))
            row, room = "", columns
            piece = piece.lstrip(" ")
        row += piece
        room -= cells(piece)
    rows.append(row.rstrip(" "))
    return [row for row in rows if row] or [""]


def _pieces(text: str, columns: int) -> Iterator[str]:
    """What must stay together, in order; a piece longer than a row comes in parts that are not."""
    for piece in _joined(text):
        if cells(piece) <= columns:
            yield piece
            continue
        for part in re.findall(r"\d+|\D", piece):
            yield from [part] if cells(part) <= columns else part


def _joined(text: str) -> Iterator[str]:
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
    if after in _CLOSING or before in _OPENING:
        return False
    return _stands_alone(before) or _stands_alone(after)


def _stands_alone(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" and not char.isdecimal()


def text_rows(block: Block, columns: int) -> list[Row]:
    """A block's rows of text on paper of `columns` cells; a code has none."""
    match block:
        case Line():
            return _line(block, columns)
        case Pair():
            return _pair(block, columns)
        case Blank():
            return _blank(block, columns)
        case Rule():
            return [Row("-" * columns)]
        case Cut():
            return [Row("- " * (columns // 2))]
        case Feed():
            return [Row("")] * block.rows
        case _:
            return []


def _line(line: Line, columns: int) -> list[Row]:
    room = (columns // 2 if line.wide else columns) - line.indent
    return [Row(" " * line.indent + text, line.bold, line.wide, line.align) for text in wrap(line.text, max(2, room))]


def _pair(pair: Pair, columns: int) -> list[Row]:
    indent = " " * pair.indent
    label, value = indent + inert(pair.label), inert(pair.value)
    space = columns - cells(label) - cells(value)
    if space >= 1:
        return [Row(label + " " * space + value, pair.bold)]
    room = columns - pair.indent
    left = [Row(indent + text, pair.bold) for text in wrap(pair.label, room)]
    return left + [Row(text, pair.bold, align="right") for text in wrap(pair.value, room)]


def _blank(blank: Blank, columns: int) -> list[Row]:
    *whole, last = wrap(blank.label, columns)
    line = columns - cells(last) - 1
    if line >= columns // 3:
        return [*map(Row, whole), Row(f"{last} {'_' * line}")]
    return [*map(Row, whole), Row(last), Row("_" * columns)]
