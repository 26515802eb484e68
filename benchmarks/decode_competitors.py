"""Readers that our decoder is compared with: zxing-cpp alone, and a cascade of ready-made decoders.

The cascade tries zxing-cpp, then zxing-cpp with more contrast, then zxing-cpp at twice the size (up to a megapixel),
then zbar at half size. For each frame of a video it makes the first attempt and one of the other three, in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import zxingcpp

from scanners import available_decoders
from scanners.opencv import Picture, cv2

CodeReader = Callable[[Picture], list[str]]

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def read_with_zxing(picture: Picture) -> list[str]:
    """Read a picture with zxing-cpp and its default settings."""
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=_QR, text_mode=zxingcpp.TextMode.Plain)]


def read_with_cascade(picture: Picture) -> list[str]:
    """Read a still picture with the cascade."""
    return next((texts for reader in (read_with_zxing, *_further_readers()) if (texts := reader(picture))), [])


def make_cascade_reader() -> CodeReader:
    """Return a reader that applies the cascade to the frames of one video."""
    turns = cycle(_further_readers())
    return lambda frame: read_with_zxing(frame) or next(turns)(frame)


def _further_readers() -> tuple[CodeReader, ...]:
    return (
        (_read_with_contrast, _read_enlarged, _read_half_size_with_zbar)
        if "zbar" in available_decoders()
        else (_read_with_contrast, _read_enlarged)
    )


def _read_with_contrast(picture: Picture) -> list[str]:
    return read_with_zxing(cv2.createCLAHE(2.0, (8, 8)).apply(picture))


def _read_enlarged(picture: Picture) -> list[str]:
    if picture.size > 1_000_000:
        return []
    return read_with_zxing(cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))


def _read_half_size_with_zbar(picture: Picture) -> list[str]:
    from pyzbar import pyzbar

    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return [found.data.decode("utf-8", "replace") for found in pyzbar.decode(half, symbols=[pyzbar.ZBarSymbol.QRCODE])]
