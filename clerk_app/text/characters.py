"""Classes of characters that the rules of `clerk_app.text` distinguish.

Python's Unicode table may be older than a name: Python 3.11 has that of Unicode 14, without CJK extensions H, I and J.
Unassigned code points of planes 0 to 3 therefore count as characters; those of planes 2 and 3 are ideographs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LINE_BREAKS = "\t\n\v\f\r\x85\u2028\u2029"
"""Line breaks and tabs; inside a line each run of them is one space."""

_BRAILLE_BLANK = "\u2800"  # drawn as a space, so that a name of it would be invisible
_LAST_PLANE_OF_LETTERS = 3


def _expand(*ranges: int | tuple[int, int]) -> frozenset[str]:
    spans = ((item, item) if isinstance(item, int) else item for item in ranges)
    return frozenset(chr(point) for first, last in spans for point in range(first, last + 1))


JOINERS = _expand((0x200C, 0x200D))
MONGOLIAN_SELECTORS = _expand((0x180B, 0x180D), 0x180F)
MONGOLIAN_VOWEL_SEPARATOR = "\u180e"
VARIATION_SELECTORS = _expand((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
CONTEXTUAL = JOINERS | MONGOLIAN_SELECTORS | VARIATION_SELECTORS | {MONGOLIAN_VOWEL_SEPARATOR}
"""Invisible characters that belong to a name in some positions."""

# Default_Ignorable_Code_Point of Unicode 16, without the bidirectional controls and the rest of _IGNORABLE_BLOCK
IGNORABLE = CONTEXTUAL | _expand(
    0xAD, 0x34F, (0x115F, 0x1160), (0x17B4, 0x17B5), 0x200B, (0x2060, 0x2065), (0x206A, 0x206F), 0x3164, 0xFEFF, 0xFFA0,
    (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
)  # fmt: skip
"""Invisible characters. Those of U+E0000 to U+E0FFF that are no variation selectors are missing; none is printable."""

_IGNORABLE_BLOCK = ("\U000e0000", "\U000e0fff")  # as a set, its characters would take half a megabyte
_VISIBLE_FORMAT = _expand((0x600, 0x605), 0x6DD, 0x70F, (0x890, 0x891), 0x8E2, 0x110BD, 0x110CD)  # Arabic number signs
_NOT_TEXT = _expand((0xFFF9, 0xFFFC))  # annotation marks, and the place of an object in a document
MIDDLE_DOTS = _expand(
    0xB7, 0x2D9, 0x387, 0x119E, 0x1427, 0x16EB, 0x2022, 0x2027, 0x2219, 0x22C5, 0x25CF, 0x25E6, 0x26AB, 0x2981, 0x2B24,
    (0x2E30, 0x2E31), 0x2E33, 0x30FB, 0x318D, 0xA78F, 0xFF65, 0x10101, 0x1F784,
)  # fmt: skip
"""Characters that people use for the dot between the parts of a name (间隔号, U+00B7), all that input methods offer.

The white circle U+25CB is not one of them: it is written for U+3007, which is a character of names.
"""

_JOINING_BLOCKS = (
    (0x600, 0x109F),  # Arabic, Syriac, Thaana, N'Ko, Mandaic, the scripts of India, Thai, Lao, Tibetan, Myanmar
    (0x1780, 0x18AF),  # Khmer, Mongolian
    (0x1B00, 0x1BFF),  # Balinese, Sundanese, Batak
    (0xA800, 0xA8FF),  # Syloti Nagri, Phags-pa, Saurashtra
    (0xA980, 0xA9FF),  # Javanese, Myanmar
    (0xAA60, 0xAAFF),  # Myanmar, Tai Viet, Meetei Mayek
    (0xABC0, 0xABFF),  # Meetei Mayek
    (0xFB50, 0xFDFF),  # Arabic
    (0xFE70, 0xFEFE),  # Arabic
    (0x10A00, 0x10AFF),  # Kharoshthi, Manichaean
    (0x10D00, 0x10EFF),  # Hanifi Rohingya, Arabic
    (0x11000, 0x11FFF),  # scripts of India, Mongolian
    (0x1E900, 0x1E95F),  # Adlam
)
_IDEOGRAPH_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD))
_MONGOLIAN_BLOCKS = ((0x1820, 0x18AF), (0x11660, 0x1167F))


def _is_in(character: str, blocks: Iterable[tuple[int, int]]) -> bool:
    point = ord(character)
    return any(first <= point <= last for first, last in blocks)


def is_space(character: str) -> bool:
    """Return whether a character is a space, a tab or a line break."""
    return (
        character in LINE_BREAKS
        or character == _BRAILLE_BLANK
        or (unicodedata.category(character) == "Zs")  # Zl and Zp are line breaks
    )


def is_ignorable(character: str) -> bool:
    """Return whether a character is invisible and not a bidirectional control, such as U+200B, U+3164 or U+FE0D."""
    first, last = _IGNORABLE_BLOCK
    return character in IGNORABLE or first <= character <= last


def is_refused(character: str) -> bool:
    """Return whether a character is a control, a bidirectional control, a surrogate, or no character at all."""
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return character not in LINE_BREAKS
    if category == "Cf":
        return not (is_ignorable(character) or character in _VISIBLE_FORMAT)
    if category == "Cn":
        return not (is_ignorable(character) or is_newer_letter(character))
    return character in _NOT_TEXT


def is_newer_letter(character: str) -> bool:
    """Return whether an unassigned code point may be a letter of a newer Unicode version."""
    point = ord(character)
    is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return unicodedata.category(character) == "Cn" and point >> 16 <= _LAST_PLANE_OF_LETTERS and not is_noncharacter


def is_private_use(character: str) -> bool:
    """Return whether the meaning of a character depends on the font."""
    return unicodedata.category(character) == "Co"


def is_ideograph(character: str) -> bool:
    """Return whether a character is a Chinese character, of any extension."""
    return _is_in(character, _IDEOGRAPH_BLOCKS)


def is_alphanumeric(character: str) -> bool:
    """Return whether a character is a letter or a digit, also if it is newer than Python's table."""
    return character.isalnum() or is_newer_letter(character)


def is_needed(character: str, before: str, after: str) -> bool:
    """Return whether an ignorable character belongs to the text between its neighbours; `""` is the end of the text.

    Joiners belong between letters of scripts that join or stack letters, Mongolian selectors after a Mongolian letter,
    variation selectors after an ideograph.
    """
    if not before:
        return False
    if character in VARIATION_SELECTORS:
        return is_ideograph(before)
    if character in MONGOLIAN_SELECTORS:
        return _is_in(before, _MONGOLIAN_BLOCKS)
    if not after:
        return False
    if character == MONGOLIAN_VOWEL_SEPARATOR:
        return _is_in(before, _MONGOLIAN_BLOCKS) and _is_in(after, _MONGOLIAN_BLOCKS)
    return character in JOINERS and all(map(_is_joining_letter, (before, after)))


def _is_joining_letter(character: str) -> bool:
    is_letter_or_mark = unicodedata.category(character)[0] in "LMC"
    return is_letter_or_mark and _is_in(character, _JOINING_BLOCKS) and not is_ignorable(character)
