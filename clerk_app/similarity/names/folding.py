"""The folded copy of an enterprise name, with the place of each of its characters in the name as it was given."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from clerk_app.similarity.names.words import load_words
from clerk_app.text.written_variants import fold_read_character

MAX_LENGTH = 100  # characters of a name; the longest registered ones have about 60
_OPEN, _CLOSE = frozenset("(（[【〔〈<"), frozenset(")）]】〕〉>")


class FoldedName(NamedTuple):
    """A name in simplified characters, half width, without blanks and punctuation; numbers in one form.

    `places` are the indexes of its characters in the given name, `bracketed` its spans (from, to) in brackets.
    """

    text: str
    places: tuple[int, ...]
    bracketed: tuple[tuple[int, int], ...]


@lru_cache(maxsize=1024)
def fold_name(name: str) -> FoldedName:
    """Return the folded copy of the first MAX_LENGTH characters of a name. Never raises."""
    numerals = load_words().numerals
    characters: list[str] = []
    places: list[int] = []
    bracketed: list[tuple[int, int]] = []
    opened: int | None = None
    for index, given in enumerate(name[:MAX_LENGTH]):
        if given in _OPEN:
            opened = len(characters)
        elif given in _CLOSE and opened is not None:
            bracketed.append((opened, len(characters)))
            opened = None
        for character in fold_character(given, numerals):
            characters.append(character)
            places.append(index)
    return FoldedName("".join(characters), tuple(places), tuple(bracketed))


def fold_character(given: str, numerals: dict[str, str]) -> str:
    """Return the characters with which one character is compared; empty for blanks and punctuation."""
    return "".join(numerals.get(character, character) for character in fold_read_character(given))
