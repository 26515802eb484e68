"""Text that is safe to draw in a terminal or to print, whatever it contains."""

from __future__ import annotations

from clerk_app.text.characters import IGNORABLE
from clerk_app.text.cleaning import REPLACEMENT, replace_characters

UNKNOWN = "?"
_MARK_BLOCKS = ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
_MAX_MARKS = 2  # accents on one letter: Vietnamese needs two


def display_text(text: str) -> str:
    """Return `text` with `?` for each character that cannot be drawn, so that it cannot control a terminal or printer.

    Every kind of space is U+0020; invisible characters that the script does not need go.
    """
    if text.isprintable() and IGNORABLE.isdisjoint(text):
        return text
    return replace_characters(text, _replace_undrawable)


def limit_marks(text: str) -> str:
    """Replace the third and later accents of a letter by `?`: stacked accents cover the lines above."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if _is_accent(character) else 0
        kept.append(UNKNOWN if marks > _MAX_MARKS else character)
    return "".join(kept)


def _is_accent(character: str) -> bool:
    point = ord(character)
    return point >= _MARK_BLOCKS[0][0] and any(first <= point <= last for first, last in _MARK_BLOCKS)


def _replace_undrawable(character: str) -> str:
    return character if character == REPLACEMENT else UNKNOWN
