"""Blocks of a page of receipt paper, independent of paper width and printer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clerk_app.errors import BadData

Align = Literal["left", "center", "right"]
PaperWidth = Literal[58, 80]
"""Width of the roll in millimetres."""

DOTS: dict[PaperWidth, int] = {58: 384, 80: 576}
"""Printable dots at 8 dots/mm: 48 mm of a 58 mm roll, 72 mm of an 80 mm roll."""

COLUMNS: dict[PaperWidth, int] = {58: 32, 80: 48}
"""Cells in a row, each 12 dots wide; a Chinese character takes two cells."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """Text, wrapped at the width of the paper. `wide` doubles width and height; `indent` cells precede every row."""

    text: str
    bold: bool = False
    wide: bool = False
    align: Align = "left"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class TwoColumnLine:
    """A label at the left edge and its value at the right edge; in separate rows if both do not fit into one."""

    label: str
    value: str
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class FillInLine:
    """A row to fill in by hand: the label, then an underline to the right edge."""

    label: str


@dataclass(frozen=True, slots=True)
class HorizontalRule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Barcode128:
    """A Code 128 of `text`. Raises BadData unless `text` is printable ASCII and not empty."""

    text: str

    def __post_init__(self) -> None:
        if not (self.text.isascii() and self.text.isprintable() and self.text):
            raise BadData("This number cannot be printed as a barcode: {text}", text=repr(self.text))


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code of `text`, with error correction level M."""

    text: str


@dataclass(frozen=True, slots=True)
class PaperCut:
    """The end of a document: the paper is cut."""


@dataclass(frozen=True, slots=True)
class PaperFeed:
    """Empty rows."""

    rows: int = 1


PageBlock = TextLine | TwoColumnLine | FillInLine | HorizontalRule | Barcode128 | QrCode | PaperCut | PaperFeed
PaperPage = tuple[PageBlock, ...]


def mark_reprint(page: PaperPage, count: int, printed_at: datetime, *, word: str = "重印") -> PaperPage:
    """Return `page` with a mark that it is reprint number `count`, with what is known at the local time `printed_at`.

    `word` is the Chinese word of the mark.

    Raises ValueError if `count` is below 1.
    """
    if count < 1:
        raise ValueError(count)
    return (
        TextLine(f"{word} REPRINT {count}", bold=True, wide=True, align="center"),
        TextLine(f"{printed_at:%Y-%m-%d %H:%M}", align="center"),
        *page,
    )
