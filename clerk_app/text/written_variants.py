"""Comparison of texts of which one was read by recognition: variants of characters, punctuation and blanks are equal.

Recognition reads 强 as 強, 〇 as 零 or a full stop as a comma: that is no difference between a paper and the form.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from clerk_app.text.folding import fold_text


def fold_read_text(text: str) -> str:
    """Return a copy for comparison: as `fold_text`, in one form of each character, only letters and digits."""
    folded = fold_text(text).translate(_variants())
    kept = "".join(character for character in folded if unicodedata.category(character)[0] in "LNM")
    return unicodedata.normalize("NFC", kept)  # an accent may now follow a letter


@lru_cache(maxsize=8192)
def fold_read_character(character: str) -> str:
    """Return the characters with which one character is compared; empty for blanks and punctuation."""
    return fold_read_text(character)


def is_same_read_text(left: str, right: str) -> bool:
    """Return whether a text that was read is the same as another text but for its way of writing.

    Texts of which folding leaves nothing are compared as they are.
    """
    folded = fold_read_text(left)
    return left == right or (bool(folded) and folded == fold_read_text(right))


@lru_cache(maxsize=1)
def _variants() -> dict[int, str]:
    text = (Path(__file__).parent / "data/written_variants.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {ord(variant): common for variant, common in rows}
