"""Types of the files of scans, recognised by their bytes: what a portal declares is compared with it.

A file of two formats at once (a picture that is also a PDF or a ZIP archive) is of no type: a viewer and a check would
see different content. Phones write further data after the end of a JPEG (a video, a second picture): it is kept, since
the file is addressed by the digest that the portal has signed, unless a program might open it as a document.
"""

from __future__ import annotations

import re
from typing import BinaryIO

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MEDIA_TYPES = (JPEG, PNG, PDF)
_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND"
_JPEG_START, _JPEG_END, _START_OF_SCAN = b"\xff\xd8\xff", 0xD9, 0xDA
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in image data; it has 0xFF with 0x00 and restart markers too
_DOCUMENT_SIGNS = (b"%pdf-", b"pk\x05\x06\x00\x00\x00\x00", b"<html", b"<script", b"<!doctype", b"<svg ", b"<svg>")
"""Signs of a document in the data after a JPEG, in lower case: PDF, end of a ZIP archive, HTML, SVG."""
_BLOCK_BYTES, _OVERLAP = 1 << 20, 16  # the overlap is longer than each sign of a document
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"
_PDF_SEARCH_BYTES = 1024  # in which readers of PDF look for the start of a file, and for its end
_ZIP_END, _ZIP_END_BYTES = b"PK\x05\x06", 22  # of the end record without its comment
_TAIL_BYTES = 65_535 + _ZIP_END_BYTES  # the end record of a ZIP archive is among them
_PADDING = b"\x00\r\n\t "
_MOST_PARTS = 100_000  # chunks of a PNG or segments of a JPEG


def find_media_type(file: BinaryIO) -> str:
    """Return which of MEDIA_TYPES a file is; empty for another one, a cut one, or one of two formats."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(_PDF_SEARCH_BYTES)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    if _is_archive(tail):
        return ""
    if head.startswith(_PDF_START):
        return PDF if tail[-_PDF_SEARCH_BYTES:].rstrip(_PADDING).endswith(_PDF_END) else ""
    if _PDF_START in head:
        return ""
    if head.startswith(_PNG_START):
        return PNG if _is_whole_png(file, size) else ""
    if head.startswith(_JPEG_START):
        end = _find_jpeg_end(file)
        return JPEG if end and not _has_document(file, end) else ""
    return ""


def _is_archive(tail: bytes) -> bool:
    """Return whether the end of a file is the end record of a ZIP archive, whose comment ends with the file."""
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        comment = int.from_bytes(tail[at + 20 : at + _ZIP_END_BYTES], "little")
        if at + _ZIP_END_BYTES + comment == len(tail):
            return True
        at = tail.rfind(_ZIP_END, 0, at)
    return False


def _is_whole_png(file: BinaryIO, size: int) -> bool:
    """Return whether the chunks of a PNG follow each other up to its end chunk, which ends the file."""
    at = len(_PNG_START)
    for _part in range(_MOST_PARTS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:
            return False
        at += 12 + int.from_bytes(header[:4], "big")
        if header[4:] == _PNG_END:
            return at == size
    return False


def _find_jpeg_end(file: BinaryIO) -> int:
    """Return the position behind the end marker of a JPEG; 0 if its parts do not follow each other up to there."""
    at, has_scan = 2, False
    for _part in range(_MOST_PARTS):
        file.seek(at)
        header = file.read(4)
        if len(header) < 2 or header[0] != 0xFF:
            return 0
        if header[1] == 0xFF:  # fill byte
            at += 1
            continue
        if header[1] == _JPEG_END:
            return at + 2 if has_scan else 0
        if len(header) < 4:
            return 0
        at += 2 + int.from_bytes(header[2:], "big")
        if header[1] == _START_OF_SCAN:
            at, has_scan = _find_marker(file, at), True
    return 0


def _find_marker(file: BinaryIO, at: int) -> int:
    """Return where image data ends that begins at a position: its next marker, or the end of the file."""
    while True:
        file.seek(at)
        block = file.read(_BLOCK_BYTES)
        found = _MARKER.search(block)
        if found is not None:
            return at + found.start()
        if len(block) < _BLOCK_BYTES:
            return at + len(block)
        at += len(block) - 1


def _has_document(file: BinaryIO, at: int) -> bool:
    """Return whether the data from a position on has a sign of a document."""
    while True:
        file.seek(at)
        block = file.read(_BLOCK_BYTES)
        lowered = block.lower()
        if any(sign in lowered for sign in _DOCUMENT_SIGNS):
            return True
        if len(block) < _BLOCK_BYTES:
            return False
        at += len(block) - _OVERLAP
