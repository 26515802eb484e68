"""Files of scans for tests: small, whole, and of the type that their name states."""

from __future__ import annotations

import struct
import zlib

_JPEG = (
    "ffd8ffe000104a46494600010100000100010000ffdb004300"
    + "08" * 64
    + "ffc0000b080001000101011100ffc4001400010000000000000000000000000000"
    + "0009ffc40014100100000000000000000000000000000000ffda0008010100003f0054ffd9"
)


def build_png(note: bytes = b"a scan", padding: int = 0) -> bytes:
    """Return a PNG of one grey pixel whose text chunk has a note and that many more bytes."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + _chunk(b"tEXt", b"Comment\0" + note + b"." * padding)
        + _chunk(b"IDAT", zlib.compress(b"\0\x80"))
        + _chunk(b"IEND", b"")
    )


def build_jpeg() -> bytes:
    """Return a JPEG of one pixel."""
    return bytes.fromhex(_JPEG)


def build_pdf(note: bytes = b"") -> bytes:
    """Return a PDF with an empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n%" + note + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def build_archive(before: bytes = b"", comment: bytes = b"") -> bytes:
    """Return an empty ZIP archive that begins with other bytes and ends with a comment."""
    return before + b"PK\x05\x06" + bytes(16) + struct.pack("<H", len(comment)) + comment


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
