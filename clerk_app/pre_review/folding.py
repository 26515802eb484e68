"""Characters as they are compared: full and half width, variants of one character and blanks make no difference."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

_VARIANTS = Path(__file__).parent / "data" / "variants.txt"


@cache
def _variants() -> dict[int, str]:
    """Return the usual simplified form by traditional or variant form."""
    pairs = " ".join(line.partition("#")[0] for line in _VARIANTS.read_text("utf-8").splitlines()).split()
    return {ord(variant): pair[0] for pair in pairs for variant in pair[1:]}


@cache
def fold_character(character: str) -> str:
    """Return the characters with which `character` is compared; empty for blanks and punctuation."""
    folded = unicodedata.normalize("NFKC", character).translate(_variants()).casefold()
    return "".join(part for part in folded if part.isalnum() or part == "〇")


def fold_for_comparison(text: str) -> str:
    """Return a copy of a label or value for comparison: NFKC, variants unified, without blanks and punctuation."""
    return "".join(map(fold_character, text))
