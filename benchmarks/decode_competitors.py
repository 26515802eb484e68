"""What the program's reading is compared with: zxing-cpp alone, and the best cascade of ready-made decoders we know.

The cascade: zxing-cpp; with more contrast; at twice the size (up to a megapixel); zbar on half the picture. On frames
of a video it takes one of the three further tries a frame, in turn.
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
    """zxing-cpp as it comes."""
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=_QR, text_mode=zxingcpp.TextMode.Plain)]


def read_with_cascade(picture: Picture) -> list[str]:
    """The cascade on a picture that stays."""
    return next((texts for one in (read_with_zxing, *_further_readers()) if (texts := one(picture))), [])


def make_cascade_reader() -> CodeReader:
    """The cascade on the frames of one video."""
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
