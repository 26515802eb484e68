"""What the program's reading is compared with: zxing-cpp alone, and the best cascade of ready-made decoders we know.

The cascade: zxing-cpp; with more contrast; at twice the size (up to a megapixel); zbar on half the picture. On frames
of a video it takes one of the three further tries a frame, in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import zxingcpp

from scanners import decoders
from scanners.opencv import Picture, cv2

Reader = Callable[[Picture], list[str]]

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def alone(picture: Picture) -> list[str]:
    """zxing-cpp as it comes."""
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=_QR, text_mode=zxingcpp.TextMode.Plain)]


def cascade(picture: Picture) -> list[str]:
    """The cascade on a picture that stays."""
    return next((texts for one in (alone, *_further()) if (texts := one(picture))), [])


def framewise() -> Reader:
    """The cascade on the frames of one video."""
    turns = cycle(_further())
    return lambda frame: alone(frame) or next(turns)(frame)


def _further() -> tuple[Reader, ...]:
    return (_contrast, _twice, _half_zbar) if "zbar" in decoders() else (_contrast, _twice)


def _contrast(picture: Picture) -> list[str]:
    return alone(cv2.createCLAHE(2.0, (8, 8)).apply(picture))


def _twice(picture: Picture) -> list[str]:
    if picture.size > 1_000_000:
        return []
    return alone(cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))


def _half_zbar(picture: Picture) -> list[str]:
    from pyzbar import pyzbar

    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return [found.data.decode("utf-8", "replace") for found in pyzbar.decode(half, symbols=[pyzbar.ZBarSymbol.QRCODE])]
