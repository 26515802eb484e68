"""Pinyin of Chinese text, without tones, as clerks type it: whole syllables, initials, or a mixture of both.

A character that is read in several ways has all its readings, so that it is found by each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from clerk_app.text.characters import is_alphanumeric, is_ideograph
from clerk_app.text.folding import fold_text

_POLYPHONES_FILE = Path(__file__).parent / "data" / "polyphones.tsv"

Readings = tuple[tuple[str, ...], ...]


def read_pinyin(text: str) -> Readings:
    """Return the readings of each letter, digit and Chinese character of a text; other characters are left out.

    The first reading of a character is the one that it has in this phrase. A letter or digit is its own reading. `v`
    is written for the vowel ü, as input methods expect it.
    """
    readings: list[tuple[str, ...]] = []
    for is_chinese, characters in groupby(fold_text(text), is_ideograph):
        if is_chinese:
            readings.extend(syllables for word in _split_words("".join(characters)) for syllables in _read_word(word))
        else:
            readings.extend((character,) for character in characters if is_alphanumeric(character))
    return tuple(readings)


def _split_words(text: str) -> Iterable[str]:
    from pypinyin.seg.mmseg import seg  # at the first name: its tables take longer to load than the first screen

    words: Iterable[str] = seg.cut(text)
    return words


@lru_cache(maxsize=16384)  # pypinyin takes ten times as long as this cache, and names share their words
def _read_word(word: str) -> Readings:
    from pypinyin import lazy_pinyin

    spoken = lazy_pinyin(word)
    if len(spoken) != len(word):  # it joins characters that it does not have
        spoken = [lazy_pinyin(character)[0] for character in word]
    others = _polyphones()
    return tuple(
        tuple(dict.fromkeys((syllable, *others.get(character, ()))))
        for character, syllable in zip(word, spoken, strict=True)
    )


def pinyin_initials(text: str) -> str:
    """Return the first letters of the first readings."""
    return "".join(syllables[0][:1] for syllables in read_pinyin(text))


def find_pinyin(typed: str, readings: Readings) -> tuple[int, int] | None:
    """Return start and end of the first characters whose pinyin is `typed`; None if there are none.

    Each character is typed as the whole or the beginning of one of its readings: "chusheng", "cs" and "chus" all find
    the two characters of "birth".
    """
    first = typed[:1]
    for start, syllables in enumerate(readings if typed else ()):
        if any(syllable[0] == first for syllable in syllables):  # most characters are passed over here
            end = _read_from(typed, readings, start)
            if end is not None:
                return start, end
    return None


def _read_from(typed: str, readings: Readings, start: int) -> int | None:
    reached = {0}  # how many letters may have been used before the current character
    for place in range(start, len(readings)):
        after: set[int] = set()
        for used in reached:
            for syllable in readings[place]:
                common = _common_start(typed, used, syllable)
                if used + common == len(typed):
                    return place + 1
                after.update(range(used + 1, used + common + 1))
        if not after:
            return None
        reached = after
    return None


def _common_start(typed: str, used: int, syllable: str) -> int:
    length = 0
    while length < len(syllable) and used + length < len(typed) and typed[used + length] == syllable[length]:
        length += 1
    return length


@cache
def _polyphones() -> dict[str, tuple[str, ...]]:
    rows = (line.split("\t") for line in _POLYPHONES_FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {character: tuple(syllables.split()) for character, syllables in rows}
