"""Readings of a core without tones. A character with several readings has all of them."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

from clerk_app.similarity.names.words import load_words

_MOST_READINGS = 8


@lru_cache(maxsize=65536)
def list_readings(core: str) -> tuple[str, ...]:
    """Return the readings of a core, syllables joined by blanks, the usual one first; at most 8."""
    from pypinyin import lazy_pinyin  # 60 ms; a window needs it for no key

    if not core:
        return ()
    other = load_words().readings
    usual = lazy_pinyin(core)
    if len(usual) != len(core):  # characters without a reading are returned together
        usual = [lazy_pinyin(character)[0] for character in core]
    choices = [
        dict.fromkeys((syllable, *other.get(character, ()))) for character, syllable in zip(core, usual, strict=True)
    ]
    return tuple(" ".join(syllables) for syllables in islice(product(*choices), _MOST_READINGS))
