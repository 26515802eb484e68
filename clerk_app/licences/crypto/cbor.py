"""Strict CBOR decoder and encoder (RFC 8949) for signed codes and lists.

General libraries accept duplicate keys (the last wins) and trailing bytes, build cyclic values and compile regular
expressions, so two programs could read different values from the same signed bytes. This decoder raises CborError for
every such input. The time and memory that it needs are bounded by the size of the input, not by lengths declared in it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping

import msgspec

_FALSE, _TRUE, _NULL = 20, 21, 22
_FLOATS = {25: (2, ">e"), 26: (4, ">f"), 27: (8, ">d")}
_BREAK = 0xFF
_INDEFINITE = 31


class CborError(ValueError):
    """The bytes are not CBOR, or the decoding rules do not allow them. The message is for engineers."""


class Tag(msgspec.Struct, frozen=True):
    """A tagged value (major type 6)."""

    number: int
    value: Value


Value = int | float | bytes | str | bool | None | list["Value"] | dict[int | str, "Value"] | Tag


class DecodingRules(msgspec.Struct, frozen=True):
    """The forms of CBOR that are accepted. By default: no tags, definite length, shortest form, no floats."""

    tags: frozenset[int] = frozenset()
    max_depth: int = 16
    require_shortest: bool = True  # lengths and integers in their shortest form only (RFC 8949 4.2.1)
    allow_indefinite: bool = False
    allow_floats: bool = False  # finite numbers only


STRICT_RULES = DecodingRules()
ENVELOPE_RULES = DecodingRules(tags=frozenset({18, 61}))  # COSE_Sign1 (RFC 9052), CWT (RFC 8392)
FOREIGN_RULES = DecodingRules(
    tags=frozenset({0, 1, 100, 1004}), require_shortest=False, allow_indefinite=True, allow_floats=True
)  # for other issuers; the tags are dates (RFC 8949, RFC 8943)


def decode(data: bytes, rules: DecodingRules = STRICT_RULES) -> Value:
    """Decode the one value in `data`. Raises CborError unless it is exactly one well-formed, allowed value."""
    reader = _Reader(data, rules)
    value = reader.read_item(rules.max_depth)
    if reader.offset != len(data):
        raise CborError("bytes after the value")
    return value


class _Reader:
    """Reads the bytes once, from left to right."""

    def __init__(self, data: bytes, rules: DecodingRules) -> None:
        self.data = data
        self.rules = rules
        self.offset = 0

    def read_item(self, depth: int) -> Value:
        if depth < 0:
            raise CborError("nested too deeply")
        major, info = divmod(self._read_bytes(1)[0], 32)
        if major == 7:
            return self._read_simple(info)
        if info == _INDEFINITE:
            return self._read_indefinite(major, depth)
        count = self._read_argument(info)
        match major:
            case 0:
                return count
            case 1:
                return -1 - count
            case 2:
                return self._read_bytes(count)
            case 3:
                return self._read_text(count)
            case 4:
                return [self.read_item(depth - 1) for _ in range(self._check_count(count))]
            case 5:
                return self._read_map(self._check_count(count), depth)
            case _:
                return self._read_tag(count, depth)

    def _read_bytes(self, count: int) -> bytes:
        if count > len(self.data) - self.offset:
            raise CborError("cut short")
        taken = self.data[self.offset : self.offset + count]
        self.offset += count
        return taken

    def _read_argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise CborError("reserved length")
        width = 1 << (info - 24)
        value = int.from_bytes(self._read_bytes(width), "big")
        if self.rules.require_shortest and value < (24 if width == 1 else 1 << (4 * width)):
            raise CborError("not the shortest form")
        return value

    def _check_count(self, count: int) -> int:
        """Return `count` if at least as many bytes are left, since each element takes at least one byte."""
        if count > len(self.data) - self.offset:
            raise CborError("more elements than bytes")
        return count

    def _read_text(self, count: int) -> str:
        try:
            return self._read_bytes(count).decode("utf-8")
        except UnicodeDecodeError:
            raise CborError("text is not UTF-8") from None

    def _read_map(self, count: int, depth: int) -> dict[int | str, Value]:
        entries: dict[int | str, Value] = {}
        for _ in range(count):
            self._read_entry(entries, depth)
        return entries

    def _read_entry(self, entries: dict[int | str, Value], depth: int) -> None:
        key = self.read_item(depth - 1)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise CborError("a key is neither integer nor text")
        if key in entries:
            raise CborError("a duplicate key")
        entries[key] = self.read_item(depth - 1)

    def _read_tag(self, number: int, depth: int) -> Tag:
        if number not in self.rules.tags:
            raise CborError("a tag that is not allowed")
        return Tag(number, self.read_item(depth - 1))

    def _read_simple(self, info: int) -> Value:
        if info in (_FALSE, _TRUE):
            return info == _TRUE
        if info == _NULL:
            return None
        if info not in _FLOATS or not self.rules.allow_floats:
            raise CborError("a simple value or float that is not allowed")
        width, form = _FLOATS[info]
        number: float = struct.unpack(form, self._read_bytes(width))[0]
        if not math.isfinite(number):
            raise CborError("a float that is not finite")
        return number

    def _read_indefinite(self, major: int, depth: int) -> Value:
        if not self.rules.allow_indefinite or major not in (2, 3, 4, 5):
            raise CborError("indefinite length")
        if major == 4:
            values: list[Value] = []
            while not self._skip_break():
                values.append(self.read_item(depth - 1))
            return values
        if major == 5:
            entries: dict[int | str, Value] = {}
            while not self._skip_break():
                self._read_entry(entries, depth)
            return entries
        return self._read_chunks(major)

    def _read_chunks(self, major: int) -> bytes | str:
        chunks: list[bytes] = []
        while not self._skip_break():
            chunk_major, info = divmod(self._read_bytes(1)[0], 32)
            if chunk_major != major or info == _INDEFINITE:
                raise CborError("a chunk of another type")
            chunk = self._read_bytes(self._read_argument(info))
            if major == 3:
                _check_utf8(chunk)  # RFC 8949 3.2.3: no character is split between chunks
            chunks.append(chunk)
        joined = b"".join(chunks)
        return joined if major == 2 else joined.decode("utf-8")

    def _skip_break(self) -> bool:
        if self.data[self.offset : self.offset + 1] != bytes([_BREAK]):
            return False
        self.offset += 1
        return True


def _check_utf8(chunk: bytes) -> None:
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError:
        raise CborError("text is not UTF-8") from None


def encode(value: object) -> bytes:
    """Encode `value` in the deterministic form of RFC 8949 4.2.1: shortest, definite, keys sorted by their bytes.

    Accepts int (64 bit), bytes, str, bool, None, list, tuple, Mapping with int or str keys, and Tag. Raises TypeError
    for other types and OverflowError for larger integers.
    """
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _encode_head(0, value) if value >= 0 else _encode_head(1, -1 - value)
        case bytes():
            return _encode_head(2, len(value)) + value
        case str():
            text = value.encode("utf-8")
            return _encode_head(3, len(text)) + text
        case Tag():
            return _encode_head(6, value.number) + encode(value.value)
        case list() | tuple():
            return _encode_head(4, len(value)) + b"".join(encode(element) for element in value)
        case Mapping():
            return _encode_map(value)
    raise TypeError(f"no CBOR for {type(value).__name__}")


def _encode_map(value: Mapping[object, object]) -> bytes:
    if not all(isinstance(key, int | str) and not isinstance(key, bool) for key in value):
        raise TypeError("keys are integers or text")
    entries = sorted((encode(key), encode(element)) for key, element in value.items())
    return _encode_head(5, len(entries)) + b"".join(key + element for key, element in entries)


def _encode_head(major: int, count: int) -> bytes:
    if count < 24:
        return bytes([major << 5 | count])
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if count < 1 << (8 * width):
            return bytes([major << 5 | info]) + count.to_bytes(width, "big")
    raise OverflowError("an integer of more than 64 bits")
