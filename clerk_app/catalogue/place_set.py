"""Sets of places of names, stored as bytes: a bitmap where there are many places, else ascending 4-byte numbers.

Bitmaps are integers in memory, whose intersections and counts cost microseconds.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

_BITMAP, _NUMBERS = b"b", b"n"
_BITS_OF_NUMBER = 32
_ONE = ord("1")


def pack_places(places: Sequence[int], total: int) -> bytes:
    """Return ascending places, of `total` names, as bytes: the shorter form."""
    if len(places) * _BITS_OF_NUMBER < total:
        numbers = array("I", places)
        if sys.byteorder == "big":
            numbers.byteswap()
        return _NUMBERS + numbers.tobytes()
    digits = bytearray(b"0") * (total + 1)
    for place in places:
        digits[total - place] = _ONE
    return _BITMAP + int(digits, 2).to_bytes(total // 8 + 1, "little")


def unpack_places(data: bytes) -> int:
    """Return the places as the bits of an integer."""
    if data[:1] == _BITMAP:
        return int.from_bytes(data[1:], "little")
    numbers = array("I")
    numbers.frombytes(data[1:])
    if sys.byteorder == "big":
        numbers.byteswap()
    if not numbers:
        return 0
    bits = bytearray(numbers[-1] // 8 + 1)
    for place in numbers:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def list_places(bits: int, many: int | None = None) -> list[int]:
    """Return the first `many` places, or all, in ascending order."""
    found: list[int] = []
    for place in _each_place(bits):
        found.append(place)
        if len(found) == many:
            break
    return found


def most_frequent(sets: Iterable[int], many: int) -> list[int]:
    """Return the `many` places that are in most of the sets, the most frequent first, then in ascending order.

    The counts are kept bit by bit, each bit of all places in one integer, so that no place is looked at alone.
    """
    planes: list[int] = []
    for carry in sets:
        for index, plane in enumerate(planes):
            planes[index], carry = plane ^ carry, plane & carry
            if not carry:
                break
        if carry:
            planes.append(carry)
    found: list[int] = []
    everything = reduce(or_, planes, 0)
    for count in range(2 ** len(planes) - 1, 0, -1):
        equal = everything
        for index, plane in enumerate(planes):
            equal &= plane if count >> index & 1 else ~plane
            if not equal:
                break
        found += list_places(equal, many - len(found)) if equal else ()
        if len(found) == many:
            break
    return found


def _each_place(bits: int) -> Iterator[int]:
    for index, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            for bit in range(8):
                if byte >> bit & 1:
                    yield index * 8 + bit
