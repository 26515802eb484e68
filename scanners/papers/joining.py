"""Makes one file of the page pictures of a paper: the JPEG of one page, a PDF of several.

The same pages give the same bytes. The PDF contains the JPEGs unchanged, and no metadata. Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from scanners.papers.pages import MAX_PAGES, MAX_PAPER_BYTES, PaperError, damaged_file, paper_too_large, too_many_pages

_HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3 page pictures 1\n"
"""First lines of a PDF of ours. The bytes above 127 mark the file as binary for programs that transfer it."""

_DOTS_PER_INCH = 200
_START_OF_IMAGE, _START_OF_SCAN = b"\xff\xd8", 0xDA
_FRAME_MARKERS = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive: what readers of PDF accept
_KEPT_MARKERS = (*_FRAME_MARKERS, 0xC4, 0xDB, 0xDD)  # with Huffman tables, quantisation tables, restart interval
_ADOBE_MARKER = 0xEE  # states how the colours are stored
_IMAGE = re.compile(rb"/Subtype /Image /Width \d+ /Height \d+ [^\n]*/Length (\d+) >>\nstream\n")


class JpegShape(NamedTuple):
    """Size of a JPEG in pixels, and its number of colours."""

    width: int
    height: int
    colours: int


def join_pages(pages: Sequence[bytes]) -> bytes:
    """Return the file of a paper with these pages (JPEG). Metadata of the JPEGs is dropped.

    Raises PaperError if there are no pages or too many, if one is not a JPEG, or if the file is too large.
    """
    if not pages:
        raise damaged_file()
    if len(pages) > MAX_PAGES:
        raise too_many_pages(len(pages))
    cleaned = [strip_metadata(jpeg) for jpeg in pages]
    file = cleaned[0][0] if len(pages) == 1 else _make_pdf(cleaned)
    if len(file) > MAX_PAPER_BYTES:
        raise paper_too_large()
    return file


def strip_metadata(jpeg: bytes) -> tuple[bytes, JpegShape]:
    """Return a JPEG without its metadata, and its shape. Raises PaperError if it is not a whole JPEG."""
    if not jpeg.startswith(_START_OF_IMAGE):
        raise damaged_file()
    kept, shape, at = [_START_OF_IMAGE], None, 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        segment = jpeg[at : at + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            break
        if marker in _FRAME_MARKERS and length >= 8:
            shape = JpegShape(int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big"), segment[9])
        if marker == _START_OF_SCAN:
            return _finish_jpeg(kept, shape, jpeg[at:])
        if marker in _KEPT_MARKERS or (marker == _ADOBE_MARKER and segment[4:9] == b"Adobe"):
            kept.append(segment)
        at += 2 + length
    raise damaged_file()


def _finish_jpeg(kept: list[bytes], shape: JpegShape | None, scan: bytes) -> tuple[bytes, JpegShape]:
    end = scan.rfind(b"\xff\xd9")
    if shape is None or not shape.width or not shape.height or shape.colours not in (1, 3) or end < 0:
        raise damaged_file()
    return b"".join([*kept, scan[: end + 2]]), shape


def _make_pdf(pages: list[tuple[bytes, JpegShape]]) -> bytes:
    """Return a PDF with a page of the size of each JPEG at 200 dots per inch."""
    references = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{references}] /Count {len(pages)} >>".encode(),
    ]
    for number, (jpeg, shape) in enumerate(pages):
        page = 3 + 3 * number
        # a little less, since readers of PDF round up: the page is drawn in exactly these pixels again
        width, height = (f"{(pixels - 0.01) * 72 / _DOTS_PER_INCH:.4f}" for pixels in shape[:2])
        drawing = f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode()
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {page + 1} 0 R "
            f"/Resources << /XObject << /P {page + 2} 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing),
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%b /BitsPerComponent 8 "
            b"/Filter /DCTDecode /Length %d >>\nstream\n%b\nendstream"
            % (*shape[:2], b"DeviceGray" if shape.colours == 1 else b"DeviceRGB", len(jpeg), jpeg),
        ]
    return _assemble(objects)


def _assemble(objects: list[bytes]) -> bytes:
    parts, offsets, at = [_HEADER], [], len(_HEADER)
    for number, content in enumerate(objects, start=1):
        offsets.append(at)
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, content))
        at += len(parts[-1])
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, rows))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, at))
    return b"".join(parts)


def split_pages(file: bytes) -> tuple[bytes, ...]:
    """Return the JPEGs in a file that `join_pages` made; empty for any other file."""
    try:
        if file.startswith(_START_OF_IMAGE):
            return (file,) if strip_metadata(file)[0] == file else ()
        return _split_pdf(file) if file.startswith(_HEADER) else ()
    except PaperError:
        return ()


def _split_pdf(file: bytes) -> tuple[bytes, ...]:
    pages: list[tuple[bytes, JpegShape]] = []
    at = 0
    while (image := _IMAGE.search(file, at)) and len(pages) <= MAX_PAGES:
        at = image.end() + int(image[1])
        pages.append(strip_metadata(file[image.end() : at]))
    return tuple(jpeg for jpeg, _ in pages) if len(pages) > 1 and _make_pdf(pages) == file else ()
