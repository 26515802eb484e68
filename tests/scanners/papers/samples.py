"""Pages, and files of them, drawn for the tests."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
from cv2.typing import MatLike as Picture
from PIL import Image

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif"}


def draw_page(number: int = 1, width: int = 1654, height: int = 2339) -> Picture:
    """Draw a page of text (BGR): A4 at 200 dots per inch, with `number` dark squares at the top left."""
    page = np.full((height, width, 3), 250, np.uint8)
    unit = width // 60
    for square in range(number):
        cv2.rectangle(page, (4 * unit + 3 * unit * square, 4 * unit), (6 * unit + 3 * unit * square, 6 * unit), 0, -1)
    dice = np.random.default_rng(number)
    for line in range(9 * unit, height - 8 * unit, 2 * unit):
        for at in range(5 * unit, width - 8 * unit, unit):
            if dice.random() < 0.85:
                _draw_sign(page, at, line, unit, dice)
    cv2.circle(page, (width - 14 * unit, height - 14 * unit), 7 * unit, (40, 40, 220), unit // 2)
    return page


def _draw_sign(page: Picture, left: int, top: int, unit: int, dice: np.random.Generator) -> None:
    """Draw four strokes of a character."""
    for start_x, start_y, end_x, end_y in dice.uniform(0, unit * 0.85, (4, 4)).astype(int).tolist():
        cv2.line(page, (left + start_x, top + start_y), (left + end_x, top + end_y), (30, 30, 30), max(1, unit // 9))


def encode(picture: Picture, kind: str = "JPEG", **options: object) -> bytes:
    """Return a picture (BGR) as a file."""
    return encode_all([picture], kind, **options)


def encode_all(pictures: list[Picture], kind: str = "TIFF", **options: object) -> bytes:
    """Return a file with several pictures."""
    first, *others = (Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)) for picture in pictures)
    data = io.BytesIO()
    more = {"save_all": True, "append_images": others} if others else {}
    first.save(data, kind, **more, **options)
    return data.getvalue()


def decode(jpeg: bytes) -> Picture:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def count_squares(picture: Picture) -> int:
    """Return the number of dark squares at the top left of a drawn page."""
    unit = picture.shape[1] / 60
    places = [(int(5 * unit), int((5 + 3 * square) * unit)) for square in range(8)]
    return sum(int(picture[row, column].max()) < 100 for row, column in places)


def pdf(drawing: bytes = b"", *, pages: int = 1, box: str = "0 0 595 842", trailer: bytes = b"") -> bytes:
    """Return a PDF whose pages all have this drawing (operators of a content stream, compressed)."""
    stream = zlib.compress(drawing, 9)
    kids = " ".join("3 0 R" for _ in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R >>".encode(),
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
    ]
    file, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, rows)
    tail = b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n"
    return file + head + tail % (len(objects) + 1, trailer, len(file))


def pdf_with_password() -> bytes:
    """Return a PDF that is opened with a password only (standard handler, revision 2; the password is lost)."""
    digest = b"<" + b"5a" * 32 + b">"
    access = b"/Filter /Standard /V 1 /R 2 /P -4 /O %b /U %b" % (digest, digest)
    return pdf(trailer=b"/Encrypt << %b >> /ID [<01> <01>]" % access)


def slow_pdf() -> bytes:
    """Return a small PDF with one path of 800,000 segments, which pdfium draws for longer than a page may take."""
    dice = np.random.default_rng(1)
    points = dice.integers(0, 800, (2000, 2)).tolist()
    segments = b"".join(b"%d %d l\n" % (x, y) for x, y in points) * 400
    return pdf(b"0 0 m\n" + segments + b"b*\n")


def png_of_size(width: int, height: int) -> bytes:
    """Return a PNG that states this size and has almost no data."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
