"""Personal data of several persons in one entry: each part is sealed with a salt of its own and can be erased alone.

The personal bytes of such an entry are a JSON array with a pair for each part: salt (base64) and data, or, after the
erasure of the part, its digest (base64) and null. The digest of a part is SHA-256(salt + data); the personal digest of
the entry is the SHA-256 of the digests of all parts together, so it stays the same when a part is erased.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from hashlib import sha256

import msgspec

PARTED_COMMANDS = frozenset({"ImportRegistryRows"})
"""Stored names of the commands whose personal data consists of parts. Their entries have an empty salt."""

_SALT_BYTES = 16
_NULL = b"null"

_Pair = tuple[bytes, msgspec.Raw]
_DECODER = msgspec.json.Decoder(list[_Pair])


def seal_parts(parts: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the personal bytes of an entry with these parts, each in JSON, and their digest."""
    salts = secrets.token_bytes(_SALT_BYTES * len(parts))
    pairs = [(salts[at * _SALT_BYTES : (at + 1) * _SALT_BYTES], msgspec.Raw(part)) for at, part in enumerate(parts)]
    return msgspec.json.encode(pairs), _digest_pairs(pairs)


def digest_personal(kind: str, salt: bytes | None, personal: bytes) -> bytes:
    """Return the digest of the personal bytes of an entry of this kind; b"" if they are not its encoding."""
    if kind not in PARTED_COMMANDS:
        return sha256((salt or b"") + personal).digest()
    try:
        return _digest_pairs(_DECODER.decode(personal))
    except (ValueError, RecursionError):
        return b""


def list_erased_parts(personal: bytes) -> set[int]:
    """Return the indexes of the parts that were erased. Raises msgspec.DecodeError."""
    return {index for index, (_salt, part) in enumerate(_DECODER.decode(personal)) if bytes(part) == _NULL}


def join_parts(personal: bytes) -> bytes:
    """Return all parts as one JSON array, with null for each erased one. Raises msgspec.DecodeError."""
    return b"[" + b",".join(bytes(part) for _salt, part in _DECODER.decode(personal)) + b"]"


def erase_parts(personal: bytes, indexes: Collection[int]) -> bytes:
    """Return the personal bytes of an entry without the parts at these indexes. Raises msgspec.DecodeError."""
    pairs = _DECODER.decode(personal)
    return msgspec.json.encode(
        [(_digest_pair(pair), msgspec.Raw(_NULL)) if index in indexes else pair for index, pair in enumerate(pairs)]
    )


def _digest_pair(pair: _Pair) -> bytes:
    first, part = pair
    data = bytes(part)
    return first if data == _NULL else sha256(first + data).digest()


def _digest_pairs(pairs: Sequence[_Pair]) -> bytes:
    return sha256(b"".join(map(_digest_pair, pairs))).digest()
