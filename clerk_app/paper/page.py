"""A page: the few blocks that a strip of receipt paper is made of, without a width and without a printer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from clerk_app.errors import BadData

Align = Literal["left", "center", "right"]
PaperWidth = Literal[58, 80]
"""Millimetres of the roll."""

DOTS: dict[PaperWidth, int] = {58: 384, 80: 576}
"""Printable dots at 8 dots/mm: 48 mm of a 58 mm roll, 72 mm of an 80 mm roll."""

COLUMNS: dict[PaperWidth, int] = {58: 32, 80: 48}
"""Cells of 12 dots in a row; a Chinese character takes two."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """Text, wrapped where the paper ends. `wide` doubles width and height; `indent` is in cells, for every row."""

    text: str
    bold: bool = False
    wide: bool = False
    align: Align = "left"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class TwoColumnLine:
    """A label at the left edge and its value at the right one; on two rows where one is too short."""

    label: str
    value: str
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class FillInLine:
    """A row to write on by hand: the label, then an underline to the right edge."""

    label: str


@dataclass(frozen=True, slots=True)
class HorizontalRule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Barcode128:
    """A Code 128 of `text`: printable ASCII. Raises BadData for anything else, which no scanner could give back."""

    text: str

    def __post_init__(self) -> None:
        if not (self.text.isascii() and self.text.isprintable() and self.text):
            raise BadData("This number cannot be printed as a barcode: {text}", text=repr(self.text))


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code of `text`, level M."""

    text: str


@dataclass(frozen=True, slots=True)
class PaperCut:
    """The end of one paper."""


@dataclass(frozen=True, slots=True)
class PaperFeed:
    """Empty rows."""

    rows: int = 1


PageBlock = TextLine | TwoColumnLine | FillInLine | HorizontalRule | Barcode128 | QrCode | PaperCut | PaperFeed
PaperPage = tuple[PageBlock, ...]


class PaperDocument(Protocol):
    """What can stand on paper: every class of `documents` and `notices` with a `page`."""

    def to_page(self, language: str) -> PaperPage:
        """The paper in `language`, a key of `locales.LANGUAGES`; ValueError for another."""
        ...


def mark_reprint(page: PaperPage, count: int) -> PaperPage:
    """`page` marked as its `count`th reprint (1 is the first), so that a copy never passes for the original."""
    if count < 1:
        raise ValueError(count)
    return (TextLine(f"重印 REPRINT {count}", bold=True, wide=True, align="center"), *page)
