"""From the text of a code to the bytes that were signed, one step each: prefix, base45, compression.

Every step either holds or ends the whole with its own reason. Nothing is proved here.
"""

from __future__ import annotations

import zlib

import base45

from clerk_app.licences.reasons import Finding, Reason

MAX_CODE_LENGTH = 2048  # characters of any code; version 40 holds more, but nothing that is ours
_MAX_UNPACKED_BYTES = 8192  # bytes unpacked
_ZLIB = 0x78


class CodeRejected(Exception):
    """A step that did not hold."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def rejection(reason: Reason, **facts: object) -> CodeRejected:
    """The refusal for `reason`, to be raised."""
    return CodeRejected(Finding(reason, facts))


def strip_prefix(text: str, prefix: str) -> str:
    """What follows `prefix` in the text of a code; Refusal when it is too long or of another kind."""
    if len(text) > MAX_CODE_LENGTH:
        raise rejection(Reason.TOO_LONG)
    text = text.strip()  # no base45 text ends in a space, and a wedge adds its own ends
    if not text.startswith(prefix):
        raise rejection(Reason.NOT_A_LICENCE)
    return text[len(prefix) :]


def decode_base45(text: str) -> bytes:
    """The bytes of a base45 text (RFC 9285); Refusal when it is none."""
    try:
        return bytes(base45.b45decode(text.encode("ascii")))
    except ValueError:
        raise rejection(Reason.BAD_BASE45) from None


def decompress(packed: bytes, *, required: bool = False) -> bytes:
    """`packed` without its compression, which is optional unless `always`: it pays above some 200 bytes only.

    Refusal for more than any licence holds, a stream that was cut, and bytes that follow it.
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
