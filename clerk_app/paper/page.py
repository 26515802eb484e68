"""Blocks of a page, independent of printer and paper: the form between a document and its bytes for a roll or for A4.

A page is stored with each print (`encode_page`), so that a reprint is the same paper. The tags and field names of the
blocks are stored: they stay as they are, and a new field has a default.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from clerk_app.errors import BadData

Align = Literal["left", "center", "right"]
PaperWidth = Literal[58, 80]
"""Width of the roll in millimetres."""

DOTS: dict[PaperWidth, int] = {58: 384, 80: 576}
"""Printable dots at 8 dots/mm: 48 mm of a 58 mm roll, 72 mm of an 80 mm roll."""

COLUMNS: dict[PaperWidth, int] = {58: 32, 80: 48}
"""Cells in a row, each 12 dots wide; a Chinese character takes two cells."""

LOGO_BYTES = 32 * 1024
"""Largest PNG of a logo. It is part of every stored page."""

LOGO_PIXELS = 2000
"""Largest width and height of a logo in pixels."""


class TextLine(Struct, frozen=True, tag_field="block", tag="text", omit_defaults=True):
    """Text, wrapped at the width of the paper. `wide` doubles width and height; `indent` cells precede every row."""

    text: str
    bold: bool = False
    wide: bool = False
    align: Align = "left"
    indent: int = 0


class TwoColumnLine(Struct, frozen=True, tag_field="block", tag="row", omit_defaults=True):
    """A label at the left edge and its value at the right edge; in separate rows if both do not fit into one."""

    label: str
    value: str
    bold: bool = False
    indent: int = 0


class FillInLine(Struct, frozen=True, tag_field="block", tag="fill_in"):
    """A row to fill in by hand: the label, then an underline to the right edge."""

    label: str


class HorizontalRule(Struct, frozen=True, tag_field="block", tag="rule"):
    """A line across the paper."""


class Barcode128(Struct, frozen=True, tag_field="block", tag="barcode"):
    """A Code 128 of `text`. Raises BadData unless `text` is printable ASCII and not empty."""

    text: str

    def __post_init__(self) -> None:
        if not (self.text.isascii() and self.text.isprintable() and self.text):
            raise BadData("This number cannot be printed as a barcode: {text}", text=repr(self.text))


class QrCode(Struct, frozen=True, tag_field="block", tag="qr"):
    """A QR code of `text`, with error correction level M."""

    text: str


class Logo(Struct, frozen=True, tag_field="block", tag="logo"):
    """The emblem or name of the city, centred: a PNG.

    Raises BadData for any other data, more than LOGO_BYTES, or more than LOGO_PIXELS in a direction.
    """

    png: bytes

    def __post_init__(self) -> None:
        header, width, height = self.png[:16], self.png[16:20], self.png[20:24]
        if header[:8] != b"\x89PNG\r\n\x1a\n" or header[12:] != b"IHDR" or len(height) < 4:
            raise BadData("The logo is not a PNG picture.")
        pixels = max(int.from_bytes(width, "big"), int.from_bytes(height, "big"))
        if len(self.png) > LOGO_BYTES or pixels > LOGO_PIXELS:
            raise BadData(
                "The logo is too large: at most {bytes} bytes and {pixels} pixels in each direction.",
                bytes=LOGO_BYTES,
                pixels=LOGO_PIXELS,
            )


class Watermark(Struct, frozen=True, tag_field="block", tag="watermark"):
    """Purpose and expiry of a copy. On A4 it is behind the text of every page; on a roll it is a line of text."""

    text: str


class SignatureField(Struct, frozen=True, tag_field="block", tag="signature", omit_defaults=True):
    """The end of a letter, at the right: the organ, lines such as signer and date, and room for the seal.

    `seal` is the word in the room for the seal, such as （盖章）; without it there is no such room.
    """

    organ: str
    lines: tuple[str, ...] = ()
    seal: str = ""


class PaperCut(Struct, frozen=True, tag_field="block", tag="cut"):
    """The end of a document: the paper is cut."""


class PaperFeed(Struct, frozen=True, tag_field="block", tag="feed", omit_defaults=True):
    """Empty rows."""

    rows: int = 1


PageBlock = (
    TextLine
    | TwoColumnLine
    | FillInLine
    | HorizontalRule
    | Barcode128
    | QrCode
    | Logo
    | Watermark
    | SignatureField
    | PaperCut
    | PaperFeed
)
PaperPage = tuple[PageBlock, ...]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[PageBlock, ...])


def encode_page(page: PaperPage) -> bytes:
    """Return the page as JSON, as it is stored with a print. Raises UnicodeEncodeError for a lone surrogate."""
    return _encoder.encode(page)


def decode_page(data: bytes | str) -> PaperPage:
    """Return the page of `encode_page`. Raises BadData if it is none."""
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise BadData("This is no stored paper: {why}", why=str(error)) from error


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
