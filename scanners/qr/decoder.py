"""Grey pixels to codes: zxing-cpp first; if it reads nothing, what it saw is measured, and the picture looked at again.

zxing-cpp reads most pictures in a millisecond. Of those it cannot read it often still tells where a symbol lies: that
one is measured module by module (see `grid`), which reads bent, blurred and half-covered ones. Only then is the picture
itself changed and read again (see `looks`). `clerk bench decode` prints rates and times beside zxing-cpp alone.

OpenCV's own QRCodeDetector stays out: it reads a third as many, and one noisy frame can cost it more than a minute.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import dist
from time import perf_counter
from typing import TYPE_CHECKING, Any

import zxingcpp

from scanners.codes import Code, Corners, ScanPurpose, Symbology
from scanners.opencv import cv2, np
from scanners.qr.accumulator import ModuleAccumulator
from scanners.qr.grid import read_symbol
from scanners.qr.variants import FRAME_VARIANTS, STILL_VARIANTS, PictureVariant

if TYPE_CHECKING:
    from types import ModuleType

    from scanners.opencv import Picture

MAX_STILL_MEASUREMENTS, MAX_FRAME_MEASUREMENTS = 6, 1
"""So many symbols that were seen and not read are measured, in a picture that stays and in a frame of a video."""

_SYMBOLOGIES: dict[ScanPurpose, tuple[Symbology, ...]] = {"licence": ("QRCode",), "receipt": ("QRCode", "Code128")}

# Micro QR stays out: its smallest kinds only detect errors, and noise makes some that pass
_QR = [zxingcpp.BarcodeFormat.QRCodeModel1, zxingcpp.BarcodeFormat.QRCodeModel2]
_FORMATS: dict[ScanPurpose, zxingcpp.BarcodeFormats] = {
    "licence": zxingcpp.BarcodeFormats(_QR),
    "receipt": zxingcpp.BarcodeFormats([*_QR, zxingcpp.BarcodeFormat.Code128]),
}


@dataclass(frozen=True, slots=True)
class UnreadSymbol:
    """A symbol that was found but not read: its corners in the picture, its version (0 if that is not known)."""

    corners: Corners
    version: int

    def is_same_symbol(self, other: UnreadSymbol) -> bool:
        """Whether both are one symbol, seen the same way up, to within half a module."""
        slack = 0.5 * _area(self.corners) ** 0.5 / (17 + 4 * self.version)
        pairs = zip(self.corners, other.corners, strict=True)
        return self.version == other.version and all(dist(*pair) <= max(slack, 2.0) for pair in pairs)


@dataclass(frozen=True, slots=True)
class DecodeResult:
    """What one frame held: `codes` that were read, and if none was, the `unread` ones, the largest first.

    `tries` counts looks and measurements: what finding it, or finding nothing, has cost.
    """

    codes: tuple[Code, ...] = ()
    unread: tuple[UnreadSymbol, ...] = ()
    ms: float = 0.0
    tries: int = 0


class Decoder:
    """Reads pictures one after another; of a video it remembers which further look is next."""

    def __init__(self, want: ScanPurpose = "licence") -> None:
        self.want = want
        self._next_variant = 0
        self._accumulator = ModuleAccumulator()

    def read_frame(self, picture: Picture) -> DecodeResult:
        """The codes in one frame of a video (grey, uint8). On a miss one more try: what was seen is measured, or the
        frame is looked at once more, in another way each time."""
        began = perf_counter()
        reading = _PictureReader(picture, self.want, MAX_FRAME_MEASUREMENTS, self._accumulator)
        codes = reading.read_variant(None)
        if not codes and not reading.measured:
            looks = _usable_variants(FRAME_VARIANTS)
            codes = reading.read_variant(looks[self._next_variant % len(looks)])
            self._next_variant += 1
        return reading.build_result(codes, began)

    def reset(self) -> None:
        """What was measured in frames before counts no more."""
        self._accumulator = ModuleAccumulator()

    def read_still(self, picture: Picture) -> DecodeResult:
        """The codes in a picture that stays as it is (grey, uint8): every look until one finds something."""
        began = perf_counter()
        reading = _PictureReader(picture, self.want, MAX_STILL_MEASUREMENTS)
        codes = reading.read_variant(None)
        for look in _usable_variants(STILL_VARIANTS):
            if codes:
                break
            codes = reading.read_variant(look)
        return reading.build_result(codes, began)


class _PictureReader:
    """One picture while it is read: what was seen in it, what of that was measured, how often it was tried."""

    def __init__(
        self, picture: Picture, want: ScanPurpose, measures: int, memory: ModuleAccumulator | None = None
    ) -> None:
        self._picture = picture
        self._want = want
        self._max_measurements = measures
        self._accumulator = memory
        self._smaller: dict[int, Picture] = {}
        self._unread: list[UnreadSymbol] = []
        self._tries = 0
        self.measured: list[UnreadSymbol] = []

    def build_result(self, codes: tuple[Code, ...], began: float) -> DecodeResult:
        ms = (perf_counter() - began) * 1000
        unread = () if codes else _filter_plausible(self._unread)
        return DecodeResult(tuple(replace(code, ms=ms) for code in codes), unread, ms, self._tries)

    def read_variant(self, look: PictureVariant | None) -> tuple[Code, ...]:
        """The codes that `look` finds, the plain one if there is none; what it sees and cannot read is measured."""
        self._tries += 1
        if look is None:
            codes, seen = _read_by_zxing(self._picture, self._want, zxingcpp.Binarizer.LocalAverage, 1.0)
            self._unread = seen
        else:
            picture, factor = self._scale_down(look.pixels)
            prepared, scale = look.prepare(picture), factor * look.scale
            if look.reader == "zbar":
                return _read_by_zbar(prepared, self._want, scale)
            codes, seen = _read_by_zxing(prepared, self._want, look.binarizer, scale)
        return codes or self._measure_symbols(seen)

    def _scale_down(self, pixels: int) -> tuple[Picture, float]:
        factor = min(1.0, (pixels / self._picture.size) ** 0.5)
        if factor == 1.0:
            return self._picture, 1.0
        if pixels not in self._smaller:
            self._smaller[pixels] = cv2.resize(self._picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        return self._smaller[pixels], factor

    def _measure_symbols(self, seen: list[UnreadSymbol]) -> tuple[Code, ...]:
        for one in seen:
            if len(self.measured) == self._max_measurements:
                break
            if one.version and not any(one.is_same_symbol(other) for other in self.measured):
                self.measured.append(one)
                self._tries += 1
                read = self._accumulator.read if self._accumulator else read_symbol
                if barcode := read(self._picture, one.corners, one.version):
                    return (Code(barcode.text, bytes(barcode.bytes), "QRCode", "grid", one.corners, 0.0),)
        return ()


def read_with_variant(picture: Picture, look: PictureVariant | None) -> tuple[Code, ...]:
    """The QR codes that one look alone finds in a grey picture (none: the first look), for measuring looks."""
    return _PictureReader(picture, "licence", MAX_STILL_MEASUREMENTS).read_variant(look)


def available_decoders() -> tuple[str, ...]:
    """The names of the decoders that are there; zbar is missing where its library is not installed."""
    return ("zxing-cpp", "grid", "zbar") if _load_zbar() else ("zxing-cpp", "grid")


def _read_by_zxing(
    picture: Picture, want: ScanPurpose, binarizer: zxingcpp.Binarizer, scale: float
) -> tuple[tuple[Code, ...], list[UnreadSymbol]]:
    """The codes of a picture that is `scale` times as large as the one that counts, and what was seen but not read."""
    # Plain: the text as it is encoded; the default would write control characters as words
    barcodes = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture),
        formats=_FORMATS[want],
        binarizer=binarizer,
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,
    )
    codes, seen = [], []
    for barcode in barcodes:
        position = barcode.position
        points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
        corners = tuple((point.x / scale, point.y / scale) for point in points)
        if barcode.valid:
            symbology: Symbology = "Code128" if barcode.format == zxingcpp.BarcodeFormat.Code128 else "QRCode"
            codes.append(Code(barcode.text, bytes(barcode.bytes), symbology, "zxing-cpp", corners, 0.0))
        else:
            extra: Any = barcode.extra or {}
            version = str(extra.get("Version", ""))
            seen.append(UnreadSymbol(corners, int(version) if version.isdigit() else 0))
    return tuple(codes), seen


def _read_by_zbar(picture: Picture, want: ScanPurpose, scale: float) -> tuple[Code, ...]:
    pyzbar = _load_zbar()
    assert pyzbar is not None
    # with named symbols it prints no warnings
    symbols = [pyzbar.ZBarSymbol[symbology.upper()] for symbology in _SYMBOLOGIES[want]]
    codes = []
    for symbol in pyzbar.decode(picture, symbols=symbols):
        # zbar guesses a charset and so changes other bytes: only plain ASCII comes out of it as it was encoded
        if not symbol.data.isascii():
            continue
        x, y, w, h = symbol.rect
        box = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        points = [(point.x, point.y) for point in symbol.polygon] if len(symbol.polygon) == 4 else box
        corners = tuple((float(x) / scale, float(y) / scale) for x, y in points)
        symbology: Symbology = "QRCode" if symbol.type == "QRCODE" else "Code128"
        codes.append(Code(symbol.data.decode("ascii"), symbol.data, symbology, "zbar", corners, 0.0))
    return tuple(codes)


@cache
def _load_zbar() -> ModuleType | None:
    try:
        from pyzbar import pyzbar
    except (ImportError, OSError):  # the library that pyzbar stands on is not installed
        return None
    return pyzbar  # type: ignore[no-any-return]  # pyzbar has no types


@cache
def _usable_variants(looks: tuple[PictureVariant, ...]) -> tuple[PictureVariant, ...]:
    return tuple(look for look in looks if look.reader == "zxing" or _load_zbar())


def _filter_plausible(seen: list[UnreadSymbol]) -> tuple[UnreadSymbol, ...]:
    """Of the places that zxing-cpp tried in vain: about square, and each only once, the largest guess at it."""
    kept: list[UnreadSymbol] = []
    for one in sorted(seen, key=lambda one: _area(one.corners), reverse=True):
        sides = [dist(one.corners[i - 1], one.corners[i]) for i in range(4)]
        x, y = (sum(values) / 4 for values in zip(*one.corners, strict=True))
        inside = any(_contains(larger.corners, x, y) for larger in kept)
        if max(sides) < 2.5 * min(sides) and not inside:
            kept.append(one)
    return tuple(kept)


def _area(corners: Corners) -> float:
    """The area of a quadrilateral, by its diagonals."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    return abs((cx - ax) * (dy - by) - (cy - ay) * (dx - bx)) / 2


def _contains(corners: Corners, x: float, y: float) -> bool:
    xs, ys = zip(*corners, strict=True)
    return bool(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys))
