"""Lays out text in rows of fixed-width cells.

A receipt printer in Chinese mode has two character widths: an ASCII character takes one cell of 12 dots, any other
character two. This module uses these widths, which can differ from the widths in a terminal.
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
    SignatureField,
    TextLine,
    TwoColumnLine,
    Watermark,
)
from clerk_app.text.characters import is_ignorable
from clerk_app.text.display import display_text

_OPENING_MARKS = "（《「『【〔〈([{"
_CLOSING_MARKS = "，。、；：！？）》」』】〕〉,.;:!?)]}%"
_IDEOGRAPHIC_SPACE = "\u3000"
_SEAL_ROWS = 3  # room for a seal on a roll


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of printed text that fits the paper."""

    text: str
    bold: bool = False
    wide: bool = False
    align: Align = "left"

    def pad_to(self, columns: int) -> str:
        """Return the text with leading spaces that align it in `columns` cells; there are no trailing spaces."""
        space = max(0, columns - count_cells(self.text))
        return " " * {"left": 0, "center": space // 2, "right": space}[self.align] + self.text


def count_cells(text: str) -> int:
    """Return the number of cells that `text` takes on paper."""
    return sum(1 if char.isascii() else 2 for char in text)


def printable_text(text: str) -> str:
    """Return text that cannot control a printer: `display_text`, but without selectors and joiners, and U+3000 kept.

    No receipt printer has the glyphs that these select, and U+3000 aligns Chinese text.
    """
    parts = (display_text(part) for part in text.split(_IDEOGRAPHIC_SPACE))
    return "".join(char for char in _IDEOGRAPHIC_SPACE.join(parts) if not is_ignorable(char))


def wrap_text(text: str, columns: int) -> list[str]:
    """Return `text` in one or more rows of at most `columns` cells; `columns` is at least 2.

    Rows break at spaces, which are removed at the break, and between Chinese characters. A number that fits into a row
    is never broken. There is no break before a closing mark or after an opening mark, unless a piece is longer than a
    row.
    """
    rows: list[str] = []
    row, room = "", columns
    for piece in _split_to_fit(printable_text(text), columns):
        if count_cells(piece) > room:
            rows.append(row.rstrip(" "))
            row, room = "", columns
            piece = piece.lstrip(" ")
        row += piece
        room -= count_cells(piece)
    rows.append(row.rstrip(" "))
    return [row for row in rows if row] or [""]


def _split_to_fit(text: str, columns: int) -> Iterator[str]:
    """Yield the unbreakable pieces in order; pieces longer than a row are split."""
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
    """Return the rows of text of a block on paper with `columns` cells; an empty list for a picture or a code."""
    match block:
        case TextLine():
            return _line_rows(block, columns)
        case TwoColumnLine():
            return _pair_rows(block, columns)
        case FillInLine():
            return _fill_in_rows(block, columns)
        case HorizontalRule():
            return [PrintedRow("-" * columns)]
        case Watermark(text):
            return [PrintedRow(row, bold=True, align="center") for row in wrap_text(text, columns)]
        case SignatureField():
            return _signature_rows(block, columns)
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
    label, value = indent + printable_text(pair.label), printable_text(pair.value)
    space = columns - count_cells(label) - count_cells(value)
    if space >= 1:
        return [PrintedRow(label + " " * space + value, pair.bold)]
    room = columns - pair.indent
    left = [PrintedRow(indent + text, pair.bold) for text in wrap_text(pair.label, room)]
    return left + [PrintedRow(text, pair.bold, align="right") for text in wrap_text(pair.value, room)]


def _fill_in_rows(blank: FillInLine, columns: int) -> list[PrintedRow]:
    *rows, last = wrap_text(blank.label, columns)
    underline = columns - count_cells(last) - 1
    if underline >= columns // 3:
        return [*map(PrintedRow, rows), PrintedRow(f"{last} {'_' * underline}")]
    return [*map(PrintedRow, rows), PrintedRow(last), PrintedRow("_" * columns)]


def _signature_rows(field: SignatureField, columns: int) -> list[PrintedRow]:
    words = (field.organ, *field.lines, *((field.seal,) if field.seal else ()))
    rows = [PrintedRow(row, align="right") for text in words for row in wrap_text(text, columns)]
    return [PrintedRow(""), *rows, *[PrintedRow("")] * (_SEAL_ROWS if field.seal else 0)]
