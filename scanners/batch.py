"""Scans pictures, files and cameras without a screen: for the command line, and for reading printed receipts.

This module runs OpenCV in the calling process. Do not import it in the process that runs the screens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from scanners.camera.frames import FrameSource
from scanners.camera.picture_files import load_frames
from scanners.camera.sources import list_scannable_files, open_source
from scanners.codes import Code, ScanPurpose
from scanners.devices import SERIAL_SCHEME
from scanners.errors import ScanError, TornFrame
from scanners.opencv import fit_into, np, to_grey_versions
from scanners.qr.decoder import Decoder, DecodeResult
from scanners.serial_scanner import SerialScanner

if TYPE_CHECKING:
    from scanners.opencv import Picture

Rotation = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The result of scanning one source, which ends with the first frame that contains a code.

    `frame` is the number of the last frame, counted from 1; it is 0 if the source delivered no frame. `codes` are the
    codes in that frame. `ms` is the total time of decoding. `error` is the problem that ended or prevented the scan.
    """

    source: str
    frame: int
    codes: tuple[Code, ...]
    ms: float
    error: ScanError | None = None

    @property
    def opened(self) -> bool:
        """Whether the source delivered at least one frame."""
        return self.frame > 0

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON values: source, frame, codes, ms, error (an English sentence, or null)."""
        return {
            "source": self.source,
            "frame": self.frame,
            "codes": [code.as_json() for code in self.codes],
            "ms": round(self.ms, 2),
            "error": str(self.error) if self.error else None,
        }


def read_picture(picture: Path | str | bytes, want: ScanPurpose = "licence") -> tuple[Code, ...]:
    """Return the codes in a picture, given as a path or as bytes; of an animation, those in the first frame with codes.

    Raises ScanError if it is not a picture, or contains only a part of a code.
    """
    if isinstance(picture, bytes):
        name, data = "", picture
    else:
        name = str(picture)
        try:
            data = Path(picture).read_bytes()
        except OSError as error:
            raise ScanError("{source} cannot be read: {why}.", source=name, why=error.strerror or "") from error
    decoder = Decoder(want)
    codes: tuple[Code, ...] = ()
    for frame in load_frames(data, name):
        for grey in to_grey_versions(frame):
            codes = decoder.read_still(grey).codes or codes
            if any(code.part is None for code in codes):
                return codes
    if incomplete := decoder.describe_parts(codes):
        raise incomplete
    return codes


def scan_sources(
    sources: Iterable[str],
    want: ScanPurpose = "licence",
    rotate: Rotation = 0,
    size: tuple[int, int] | None = None,
    seconds: float = 10.0,
) -> Iterator[ScanResult]:
    """Yield one result for each source, in order; a folder yields one for each picture and video in it.

    Each frame is turned clockwise by `rotate` degrees, then reduced to fit into `size` (width and height, swapped if
    the frame is in the other orientation). Corners are pixels of the resulting frame. A scan ends at the first frame
    with a code, and for a camera or stream after `seconds`; a video is read at full speed. ScanError is returned in the
    result, not raised.
    """
    for source in sources:
        for name in _expand_source(source):
            yield _scan_source(name, want, rotate, size, seconds)


def _expand_source(source: str) -> list[str]:
    folder = Path(source)
    if "://" not in source and folder.is_dir():
        return [str(path) for path in list_scannable_files(folder)] or [source]
    return [source]


def _scan_source(
    name: str, want: ScanPurpose, rotate: Rotation, size: tuple[int, int] | None, seconds: float
) -> ScanResult:
    if name.startswith(SERIAL_SCHEME):
        return _scan_serial(name, seconds)
    try:
        source = open_source(name)
    except ScanError as error:
        return ScanResult(name, 0, (), 0.0, error)
    try:
        return _scan_frames(source, name, Decoder(want), rotate, size, seconds)
    finally:
        source.close()


def _scan_serial(name: str, seconds: float) -> ScanResult:
    """Read the first line of a serial scanner. `frame` is 1 if the port was opened, although there is no picture."""
    began = monotonic()
    try:
        scanner = SerialScanner(name)
    except ScanError as error:
        return ScanResult(name, 0, (), 0.0, error)
    try:
        code = scanner.read(seconds)
    except ScanError as error:
        return ScanResult(name, 1, (), 0.0, error)
    finally:
        scanner.close()
    return ScanResult(name, 1, (code,) if code else (), (monotonic() - began) * 1000)


def _scan_frames(
    source: FrameSource, name: str, decoder: Decoder, rotate: Rotation, size: tuple[int, int] | None, seconds: float
) -> ScanResult:
    until = monotonic() + seconds
    number, spent, torn = 0, 0.0, None
    parts: tuple[Code, ...] = ()
    while source.kind != "live" or monotonic() < until:
        try:
            frame = source.read()
        except TornFrame as error:
            torn = error
            continue
        except ScanError as error:
            return ScanResult(name, number, parts, spent, error)
        if frame is None:
            break
        number += 1
        for grey in to_grey_versions(frame.picture):
            picture = _rotate_and_fit(grey, rotate, size)
            found: DecodeResult = decoder.read_still(picture) if source.kind == "still" else decoder.read_frame(picture)
            spent += found.ms
            if any(code.part is None for code in found.codes):
                return ScanResult(name, number, found.codes, spent)
            parts = found.codes or parts
    return ScanResult(name, number, parts, spent, decoder.describe_parts(parts) if number else torn)


def _rotate_and_fit(picture: Picture, rotate: Rotation, size: tuple[int, int] | None) -> Picture:
    if rotate:
        picture = np.ascontiguousarray(np.rot90(picture, -rotate // 90))
    if size is None:
        return picture
    height, width = picture.shape[:2]
    long, short = max(size), min(size)
    return fit_into(picture, *((long, short) if width >= height else (short, long)))
