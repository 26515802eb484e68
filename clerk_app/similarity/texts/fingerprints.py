"""Fingerprints of a text: a selection of its 6-grams, by which texts with a common passage are found.

Of each WINDOW consecutive 6-grams the one with the least hash is kept (winnowing, Schleimer et al., SIGMOD 2003): every
common passage of GRAM + WINDOW - 1 characters has a common fingerprint.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple
from zlib import crc32

from clerk_app.text.written_variants import fold_read_character

GRAM = 6  # characters
WINDOW = 20  # 6-grams
LONGEST_TEXT = 50_000  # characters that are compared
_MIX = 0x9E3779B97F4A7C15
_MASK = (1 << 63) - 1


class FoldedText(NamedTuple):
    """A text without blanks and punctuation, in simplified characters; `places` are the indexes in the given text."""

    text: str
    places: tuple[int, ...]


def fold_passages(text: str) -> FoldedText:
    """Return the folded copy of the first LONGEST_TEXT characters of a text."""
    characters: list[str] = []
    places: list[int] = []
    for index, given in enumerate(text[:LONGEST_TEXT]):
        for character in fold_read_character(given):
            characters.append(character)
            places.append(index)
    return FoldedText("".join(characters), tuple(places))


def list_fingerprints(text: str) -> frozenset[int]:
    """Return the fingerprints of a folded text: numbers of 63 bits, the same on each machine."""
    hashes = [_hash(text[index : index + GRAM]) for index in range(len(text) - GRAM + 1)]
    if len(hashes) <= WINDOW:
        return frozenset((min(hashes),)) if hashes else frozenset()
    least: deque[int] = deque()  # indexes of rising hashes
    kept: set[int] = set()
    for index, value in enumerate(hashes):
        while least and hashes[least[-1]] >= value:
            least.pop()
        least.append(index)
        if least[0] <= index - WINDOW:
            least.popleft()
        if index >= WINDOW - 1:
            kept.add(hashes[least[0]])
    return frozenset(kept)


def _hash(gram: str) -> int:
    data = gram.encode()
    return (crc32(data) * _MIX ^ crc32(data[::-1])) & _MASK
