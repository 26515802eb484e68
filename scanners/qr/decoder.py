"""Decodes the codes in grey pictures: zxing-cpp first, then measurement of unread symbols, then picture variants.

zxing-cpp reads most pictures in a millisecond. It often locates a symbol that it cannot read. Such a symbol is measured
module by module (see `grid`), so that bent, blurred and half-covered symbols are read. Then the picture is transformed
and read again (see `variants`). `python -m benchmarks decode` prints rates and times of this decoder and of zxing-cpp.

OpenCV's QRCodeDetector is not used: it reads a third as many codes and can need more than a minute for a noisy frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import dist
from time import perf_counter
from typing import TYPE_CHECKING, Any

import zxingcpp

from scanners.codes import Code, Corners, ScanPurpose, Symbology
from scanners.errors import ScanError
from scanners.opencv import cv2, np
from scanners.qr.accumulator import ModuleAccumulator
from scanners.qr.content import QrContent, read_content
from scanners.qr.grid import read_symbol
from scanners.qr.sequence import SequenceCollector
from scanners.qr.turned_bars import level_bars
from scanners.qr.variants import FRAME_VARIANTS, STILL_VARIANTS, PictureVariant

if TYPE_CHECKING:
    from types import ModuleType

    from scanners.opencv import Picture

MAX_STILL_MEASUREMENTS, MAX_FRAME_MEASUREMENTS = 6, 1
"""Maximum number of unread symbols that are measured in a still picture, and in a frame of a video."""

_SYMBOLOGIES: dict[ScanPurpose, tuple[Symbology, ...]] = {"licence": ("QRCode",), "receipt": ("QRCode", "Code128")}

# without Micro QR: its smallest versions only detect errors, so that noise is sometimes read as a code
_QR = [zxingcpp.BarcodeFormat.QRCodeModel1, zxingcpp.BarcodeFormat.QRCodeModel2]
_FORMATS: dict[ScanPurpose, zxingcpp.BarcodeFormats] = {
    "licence": zxingcpp.BarcodeFormats(_QR),
    "receipt": zxingcpp.BarcodeFormats([*_QR, zxingcpp.BarcodeFormat.Code128]),
}


@dataclass(frozen=True, slots=True)
class UnreadSymbol:
    """A symbol that was located but not read: its corners in the picture and its version (0 if unknown)."""

    corners: Corners
    version: int

    def is_same_symbol(self, other: UnreadSymbol) -> bool:
        """Whether both are the same symbol in the same orientation, within half a module."""
        slack = 0.5 * _area(self.corners) ** 0.5 / (17 + 4 * self.version)
        pairs = zip(self.corners, other.corners, strict=True)
        return self.version == other.version and all(dist(*pair) <= max(slack, 2.0) for pair in pairs)


@dataclass(frozen=True, slots=True)
class DecodeResult:
    """The `codes` read in one picture. If there are none, `unread` holds the located symbols, the largest first.

    `ms` is the time taken, `tries` the number of decodings and measurements.
    """

    codes: tuple[Code, ...] = ()
    unread: tuple[UnreadSymbol, ...] = ()
    ms: float = 0.0
    tries: int = 0


class Decoder:
    """Decodes pictures. Between frames of a video it keeps the next variant and the sum of measurements."""

    def __init__(self, want: ScanPurpose = "licence") -> None:
        self.want = want
        self._next_variant = 0
        self._accumulator = ModuleAccumulator()
        self._sequences = SequenceCollector()

    def read_frame(self, picture: Picture) -> DecodeResult:
        """Decode a frame of a video (grey, uint8).

        If no code is read, one located symbol is measured. If none was located, the next variant in turn is decoded.
        """
        began = perf_counter()
        reader = _PictureReader(picture, self.want, MAX_FRAME_MEASUREMENTS, self._accumulator)
        codes = reader.read_variant(None)
        if not codes and not reader.measured:
            variants = _usable_variants(FRAME_VARIANTS)
            turn = self._next_variant % (len(variants) + (self.want == "receipt"))
            codes = reader.read_variant(variants[turn]) if turn < len(variants) else reader.read_turned_bars()
            self._next_variant += 1
        return reader.build_result(self._sequences.join(codes), began)

    def reset(self) -> None:
        """Discard the measurements and the parts of codes of earlier frames."""
        self._accumulator = ModuleAccumulator()
        self._sequences = SequenceCollector()

    def describe_parts(self, codes: Sequence[Code]) -> ScanError | None:
        """Return what to do if all codes are parts of a content of which other parts were not seen; None otherwise."""
        return self._sequences.describe(codes)

    def read_still(self, picture: Picture) -> DecodeResult:
        """Decode a still picture (grey, uint8): variants are tried in order until one finds a code."""
        began = perf_counter()
        reader = _PictureReader(picture, self.want, MAX_STILL_MEASUREMENTS)
        codes = reader.read_variant(None)
        if not codes and self.want == "receipt":
            codes = reader.read_turned_bars()
        for variant in _usable_variants(STILL_VARIANTS):
            if codes:
                break
            codes = reader.read_variant(variant)
        return reader.build_result(self._sequences.join(codes), began)


class _PictureReader:
    """Decodes one picture. It keeps the located symbols, the measured symbols and the number of tries."""

    def __init__(
        self, picture: Picture, want: ScanPurpose, max_measurements: int, accumulator: ModuleAccumulator | None = None
    ) -> None:
        self._picture = picture
        self._want = want
        self._max_measurements = max_measurements
        self._accumulator = accumulator
        self._smaller: dict[int, Picture] = {}
        self._unread: list[UnreadSymbol] = []
        self._tries = 0
        self.measured: list[UnreadSymbol] = []

    def build_result(self, codes: tuple[Code, ...], began: float) -> DecodeResult:
        ms = (perf_counter() - began) * 1000
        unread = () if codes else _filter_plausible(self._unread)
        return DecodeResult(tuple(replace(code, ms=ms) for code in codes), unread, ms, self._tries)

    def read_variant(self, variant: PictureVariant | None) -> tuple[Code, ...]:
        """Decode a variant of the picture, or the picture if `variant` is None. Unread symbols are measured."""
        self._tries += 1
        if variant is None:
            codes, seen = _read_by_zxing(self._picture, self._want, zxingcpp.Binarizer.LocalAverage, 1.0)
            self._unread = seen
        else:
            picture, factor = self._scale_down(variant.pixels)
            prepared, scale = variant.prepare(picture), factor * variant.scale
            if prepared is None:
                return ()
            if variant.reader == "zbar":
                return _read_by_zbar(prepared, self._want, scale)
            codes, seen = _read_by_zxing(prepared, self._want, variant.binarizer, scale)
        return codes or self._measure_symbols(seen)

    def read_turned_bars(self) -> tuple[Code, ...]:
        """Decode the barcodes in the picture after turning them level."""
        for turned in level_bars(self._picture):
            self._tries += 1
            codes, _seen = _read_by_zxing(turned.picture, "receipt", zxingcpp.Binarizer.LocalAverage, 1.0)
            if codes:
                return tuple(replace(code, corners=turned.map_back(code.corners)) for code in codes)
        return ()

    def _scale_down(self, pixels: int) -> tuple[Picture, float]:
        factor = min(1.0, (pixels / self._picture.size) ** 0.5)
        if factor == 1.0:
            return self._picture, 1.0
        if pixels not in self._smaller:
            self._smaller[pixels] = cv2.resize(self._picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        return self._smaller[pixels], factor

    def _measure_symbols(self, seen: list[UnreadSymbol]) -> tuple[Code, ...]:
        for symbol in seen:
            if len(self.measured) == self._max_measurements:
                break
            if symbol.version and not any(symbol.is_same_symbol(other) for other in self.measured):
                self.measured.append(symbol)
                self._tries += 1
                read = self._accumulator.read if self._accumulator else read_symbol
                if barcode := read(self._picture, symbol.corners, symbol.version):
                    content = read_content(barcode)
                    data = bytes(barcode.bytes)
                    return (Code(content.text, data, "QRCode", "grid", symbol.corners, 0.0, content.part),)
        return ()


def read_with_variant(picture: Picture, variant: PictureVariant | None) -> tuple[Code, ...]:
    """Return the QR codes that one variant of a grey picture yields (None: the unchanged picture), for benchmarks."""
    return _PictureReader(picture, "licence", MAX_STILL_MEASUREMENTS).read_variant(variant)


def available_decoders() -> tuple[str, ...]:
    """Return the names of the available decoders; zbar is missing where its library is not installed."""
    return ("zxing-cpp", "grid", "zbar") if _load_zbar() else ("zxing-cpp", "grid")


def _read_by_zxing(
    picture: Picture, want: ScanPurpose, binarizer: zxingcpp.Binarizer, scale: float
) -> tuple[tuple[Code, ...], list[UnreadSymbol]]:
    """Return the codes and the unread symbols in a picture scaled by `scale`; corners are in the original picture."""
    # Plain returns the text as encoded; the default mode replaces control characters by words
    barcodes = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture),
        formats=_FORMATS[want],
        binarizer=binarizer,
        text_mode=zxingcpp.TextMode.Plain,
        return_errors=True,
    )
    codes, unread = [], []
    for barcode in barcodes:
        position = barcode.position
        points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
        corners = tuple((point.x / scale, point.y / scale) for point in points)
        if barcode.valid:
            symbology: Symbology = "Code128" if barcode.format == zxingcpp.BarcodeFormat.Code128 else "QRCode"
            content = read_content(barcode) if symbology == "QRCode" else QrContent(barcode.text)
            codes.append(Code(content.text, bytes(barcode.bytes), symbology, "zxing-cpp", corners, 0.0, content.part))
        else:
            extra: Any = barcode.extra or {}
            version = str(extra.get("Version", ""))
            unread.append(UnreadSymbol(corners, int(version) if version.isdigit() else 0))
    return tuple(codes), unread


def _read_by_zbar(picture: Picture, want: ScanPurpose, scale: float) -> tuple[Code, ...]:
    pyzbar = _load_zbar()
    if pyzbar is None:
        return ()
    # explicit symbols prevent warnings on the terminal
    symbols = [pyzbar.ZBarSymbol[symbology.upper()] for symbology in _SYMBOLOGIES[want]]
    codes = []
    for symbol in pyzbar.decode(picture, symbols=symbols):
        # zbar guesses the character set and converts the bytes; only ASCII stays as encoded
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
    except (ImportError, OSError):  # the shared library of pyzbar is not installed
        return None
    return pyzbar  # type: ignore[no-any-return]  # pyzbar has no types


@cache
def _usable_variants(variants: tuple[PictureVariant, ...]) -> tuple[PictureVariant, ...]:
    return tuple(variant for variant in variants if variant.reader == "zxing" or _load_zbar())


def _filter_plausible(seen: list[UnreadSymbol]) -> tuple[UnreadSymbol, ...]:
    """Return the located symbols that are about square and not inside a larger one, the largest first."""
    kept: list[UnreadSymbol] = []
    for symbol in sorted(seen, key=lambda symbol: _area(symbol.corners), reverse=True):
        sides = [dist(symbol.corners[i - 1], symbol.corners[i]) for i in range(4)]
        x, y = (sum(values) / 4 for values in zip(*symbol.corners, strict=True))
        inside = any(_contains(larger.corners, x, y) for larger in kept)
        if max(sides) < 2.5 * min(sides) and not inside:
            kept.append(symbol)
    return tuple(kept)


def _area(corners: Corners) -> float:
    """Return the area of a quadrilateral, computed from its diagonals."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    return abs((cx - ax) * (dy - by) - (cy - ay) * (dx - bx)) / 2


def _contains(corners: Corners, x: float, y: float) -> bool:
    xs, ys = zip(*corners, strict=True)
    return bool(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys))
