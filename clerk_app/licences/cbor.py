"""A small strict reader and writer of CBOR (RFC 8949) for signed codes and lists.

It exists because a signature proves nothing when two programs read different things out of the same bytes:
general libraries let the last of two equal keys win, ignore bytes that follow, build cyclic values or compile
patterns. Here every byte has one meaning or the whole is refused with CborError. Time and memory grow with the
input, never with a length that the input merely claims.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_FALSE, _TRUE, _NULL = 20, 21, 22
_FLOATS = {25: (2, ">e"), 26: (4, ">f"), 27: (8, ">d")}
_BREAK = 0xFF
_INDEFINITE = 31


class CborError(ValueError):
    """These bytes are not CBOR, or not the CBOR that the rules in force allow. The text is for engineers."""


@dataclass(frozen=True)
class Tag:
    """A tagged value (major type 6)."""

    number: int
    value: Value


Value = int | float | bytes | str | bool | None | list["Value"] | dict[int | str, "Value"] | Tag


@dataclass(frozen=True)
class Rules:
    """What beyond plain, definite, shortest CBOR is let in, and how deep values may nest."""

    tags: frozenset[int] = frozenset()
    depth: int = 16
    shortest: bool = True  # lengths and integers in their shortest form only (RFC 8949 4.2.1)
    indefinite: bool = False
    floats: bool = False  # finite ones; infinity and not-a-number never


STRICT = Rules()
ENVELOPE = Rules(tags=frozenset({18, 61}))  # COSE_Sign1 (RFC 9052), CWT (RFC 8392)
FOREIGN = Rules(
    tags=frozenset({0, 1, 100, 1004}), shortest=False, indefinite=True, floats=True
)  # other issuers: dates of RFC 8949, 8943


def decode(data: bytes, rules: Rules = STRICT) -> Value:
    """The one value that `data` holds; CborError unless it is exactly one well-formed, allowed value."""
    reader = _Reader(data, rules)
    value = reader.item(rules.depth)
    if reader.at != len(data):
        raise CborError("bytes after the value")
    return value


class _Reader:
    """Walks over the bytes once, from left to right."""

    def __init__(self, data: bytes, rules: Rules) -> None:
        self.data = data
        self.rules = rules
        self.at = 0

    def item(self, depth: int) -> Value:
        if depth < 0:
            raise CborError("nested too deeply")
        major, info = divmod(self._take(1)[0], 32)
        if major == 7:
            return self._simple(info)
        if info == _INDEFINITE:
            return self._indefinite(major, depth)
        count = self._argument(info)
        match major:
            case 0:
                return count
            case 1:
                return -1 - count
            case 2:
                return self._take(count)
            case 3:
                return self._text(count)
            case 4:
                return [self.item(depth - 1) for _ in range(self._plausible(count))]
            case 5:
                return self._map(self._plausible(count), depth)
            case _:
                return self._tag(count, depth)

    def _take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise CborError("cut short")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def _argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise CborError("reserved length")
        width = 1 << (info - 24)
        value = int.from_bytes(self._take(width), "big")
        if self.rules.shortest and value < (24 if width == 1 else 1 << (4 * width)):
            raise CborError("not the shortest form")
        return value

    def _plausible(self, count: int) -> int:
        """Every element takes a byte at least: a count beyond what is left is refused before anything is built."""
        if count > len(self.data) - self.at:
            raise CborError("more elements than bytes")
        return count

    def _text(self, count: int) -> str:
        try:
            return self._take(count).decode("utf-8")
        except UnicodeDecodeError:
            raise CborError("text is not UTF-8") from None

    def _map(self, count: int, depth: int) -> dict[int | str, Value]:
        made: dict[int | str, Value] = {}
        for _ in range(count):
            self._entry(made, depth)
        return made

    def _entry(self, made: dict[int | str, Value], depth: int) -> None:
        key = self.item(depth - 1)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise CborError("a key is neither integer nor text")
        if key in made:
            raise CborError("a key stands twice")
        made[key] = self.item(depth - 1)

    def _tag(self, number: int, depth: int) -> Tag:
        if number not in self.rules.tags:
            raise CborError("a tag that is not allowed here")
        return Tag(number, self.item(depth - 1))

    def _simple(self, info: int) -> Value:
        if info in (_FALSE, _TRUE):
            return info == _TRUE
        if info == _NULL:
            return None
        if info not in _FLOATS or not self.rules.floats:
            raise CborError("a simple value or float that is not allowed")
        width, form = _FLOATS[info]
        number: float = struct.unpack(form, self._take(width))[0]
        if not math.isfinite(number):
            raise CborError("a float that is no number")
        return number

    def _indefinite(self, major: int, depth: int) -> Value:
        if not self.rules.indefinite or major not in (2, 3, 4, 5):
            raise CborError("indefinite length")
        if major == 4:
            values: list[Value] = []
            while not self._break():
                values.append(self.item(depth - 1))
            return values
        if major == 5:
            made: dict[int | str, Value] = {}
            while not self._break():
                self._entry(made, depth)
            return made
        return self._chunks(major)

    def _chunks(self, major: int) -> bytes | str:
        chunks: list[bytes] = []
        while not self._break():
            chunk_major, info = divmod(self._take(1)[0], 32)
            if chunk_major != major or info == _INDEFINITE:
                raise CborError("a chunk of another kind")
            chunk = self._take(self._argument(info))
            if major == 3:
                _checked(chunk)  # RFC 8949 3.2.3: no character is split between chunks
            chunks.append(chunk)
        whole = b"".join(chunks)
        return whole if major == 2 else whole.decode("utf-8")

    def _break(self) -> bool:
        if self.data[self.at : self.at + 1] != bytes([_BREAK]):
            return False
        self.at += 1
        return True


def _checked(chunk: bytes) -> None:
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError:
        raise CborError("text is not UTF-8") from None


def encode(value: object) -> bytes:
    """`value` in the deterministic form of RFC 8949 4.2.1: shortest, definite, keys sorted by their bytes.

    Takes int (64 bit), bytes, str, bool, None, list, tuple, Mapping with int or str keys, and Tag; TypeError for
    others, OverflowError for larger integers.
    """
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            text = value.encode("utf-8")
            return _head(3, len(text)) + text
        case Tag():
            return _head(6, value.number) + encode(value.value)
        case list() | tuple():
            return _head(4, len(value)) + b"".join(encode(one) for one in value)
        case Mapping():
            return _encode_map(value)
    raise TypeError(f"no CBOR for {type(value).__name__}")


def _encode_map(value: Mapping[object, object]) -> bytes:
    if not all(isinstance(key, int | str) and not isinstance(key, bool) for key in value):
        raise TypeError("keys are integers or text")
    entries = sorted((encode(key), encode(one)) for key, one in value.items())
    return _head(5, len(entries)) + b"".join(key + one for key, one in entries)


def _head(major: int, count: int) -> bytes:
    if count < 24:
        return bytes([major << 5 | count])
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if count < 1 << (8 * width):
            return bytes([major << 5 | info]) + count.to_bytes(width, "big")
    raise OverflowError("an integer of more than 64 bits")
