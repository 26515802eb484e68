"""The steps from the text of a code to its signed bytes: strip the prefix, decode base45, decompress.

Each step raises CodeRejected with its own reason if it fails.
"""

from __future__ import annotations

import zlib

import base45

from clerk_app.licences.reasons import Finding, Reason

MAX_CODE_LENGTH = 2048  # characters of any code; a QR code of version 40 holds more, but no supported format needs it
_MAX_UNPACKED_BYTES = 8192
_ZLIB = 0x78  # first byte of a zlib stream


class CodeRejected(Exception):
    """A code must not be used; `finding` holds the reason."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def rejection(reason: Reason, **facts: object) -> CodeRejected:
    """Return the exception for `reason` and its facts; the caller raises it."""
    return CodeRejected(Finding(reason, facts))


def strip_prefix(text: str, prefix: str) -> str:
    """Return the text after `prefix`. Raises CodeRejected if the text is too long or has another prefix."""
    if len(text) > MAX_CODE_LENGTH:
        raise rejection(Reason.TOO_LONG)
    text = text.strip()  # keyboard-wedge scanners add line ends; a base45 text never ends in a space
    if not text.startswith(prefix):
        raise rejection(Reason.NOT_A_LICENCE)
    return text[len(prefix) :]


def decode_base45(text: str) -> bytes:
    """Decode a base45 text (RFC 9285). Raises CodeRejected if it is invalid."""
    try:
        return bytes(base45.b45decode(text.encode("ascii")))
    except ValueError:
        raise rejection(Reason.BAD_BASE45) from None


def decompress(packed: bytes, *, required: bool = False) -> bytes:
    """Decompress a zlib stream; return other bytes unchanged, unless compression is `required`.

    Raises CodeRejected for a result of more than 8192 bytes, a truncated stream and trailing bytes. Compression is
    optional because it saves space only above about 200 bytes.
    """
    if packed[:1] != bytes([_ZLIB]) and not required:
        return packed
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed, _MAX_UNPACKED_BYTES + 1)
    except zlib.error:
        raise rejection(Reason.BAD_COMPRESSION) from None
    if len(data) > _MAX_UNPACKED_BYTES:
        raise rejection(Reason.TOO_BIG)
    if not stream.eof or stream.unused_data:
        raise rejection(Reason.BAD_COMPRESSION)
    return data
