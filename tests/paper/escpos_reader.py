"""Strict parser of receipt printer bytes: bytes that are no text, raster or known command are an error."""

from __future__ import annotations

from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

_PARAMETERS = {  # command -> bytes that follow it
    b"\x1b@": 0,  # initialise
    b"\x1ba": 1,  # alignment
    b"\x1bE": 1,  # bold
    b"\x1bd": 1,  # feed rows
    b"\x1d!": 1,  # size
    b"\x1dV": 1,  # cut
    b"\x1c&": 0,  # Chinese on
    b"\x1cW": 1,  # Chinese size
}


@dataclass
class PrintedPaper:
    """The printed result."""

    rows: list[str] = field(default_factory=list)
    wide_rows: list[str] = field(default_factory=list)
    rasters: list[Image.Image] = field(default_factory=list)
    cuts: int = 0

    def codes(self) -> set[tuple[str, str]]:
        """Return (symbology, text) of the codes in the rasters."""
        return {code for raster in self.rasters for code in codes_in(raster)}


def codes_in(picture: Image.Image) -> set[tuple[str, str]]:
    """Return (symbology, text) of the codes in a picture."""
    return {(code.format.name, code.text) for code in zxingcpp.read_barcodes(picture.convert("L"))}


def read_escpos(data: bytes) -> PrintedPaper:
    """Parse `data` as a printer does. Raises ValueError for an unknown byte."""
    printed, at, size, chinese, row = PrintedPaper(), 0, b"\0", False, b""
    while at < len(data):
        command = data[at : at + 2]
        if data[at : at + 3] == b"\x1dv0":
            raster, at = _raster(data, at)
            printed.rasters.append(raster)
        elif command in _PARAMETERS:
            end = at + 2 + _PARAMETERS[command]
            parameter, at = data[at + 2 : end], end
            chinese = chinese or command == b"\x1c&"
            size = parameter if command == b"\x1d!" else size
            printed.cuts += command == b"\x1dV"
        elif data[at] == 0x0A:
            text = row.decode("gb18030" if chinese else "ascii")
            (printed.rows if size == b"\0" else printed.wide_rows).append(text)
            row, at = b"", at + 1
        else:
            length = _character_length(data, at)
            row, at = row + data[at : at + length], at + length
    if row:
        raise ValueError(f"text without an end: {row!r}")
    return printed


def _character_length(data: bytes, at: int) -> int:
    first = data[at]
    if 0x20 <= first < 0x7F:
        return 1
    if first < 0x81:
        raise ValueError(f"byte {first:#04x} at {at}")
    return 4 if 0x30 <= data[at + 1] <= 0x39 else 2


def _raster(data: bytes, at: int) -> tuple[Image.Image, int]:
    width_bytes, height = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (4, 6))
    end = at + 8 + width_bytes * height
    inverted = bytes(byte ^ 0xFF for byte in data[at + 8 : end])  # a set bit is black on paper
    return Image.frombytes("1", (width_bytes * 8, height), inverted), end
