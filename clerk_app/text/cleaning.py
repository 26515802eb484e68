"""Text as it is stored: spaces are spaces, invisible characters go, characters that cannot be stored are refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from clerk_app.errors import BadData
from clerk_app.text.characters import (
    CONTEXTUAL,
    LINE_BREAKS,
    MIDDLE_DOTS,
    is_ignorable,
    is_needed,
    is_private_use,
    is_refused,
    is_space,
)
from clerk_app.text.private_use import standard_characters

REPLACEMENT = "\ufffd"  # takes the place of bytes that are no UTF-8
_BREAKS = re.compile(f"[{LINE_BREAKS}]+")
JOINER = "\x1f"
"""Separates the texts that `are_clean` checks."""
_UNCOMMON = re.compile(f"[^ -~\u4e00-\u9fff（）{JOINER}]")  # most names and addresses have none of these characters
_MOVABLE_SPACES = ("  ", f" {JOINER}", f"{JOINER} ")
_MAX_NUMBER_LENGTH = 18  # an identity number or a credit code
_CODE_SEPARATORS = frozenset(" -_./") | {"\u02d7", "\u2212", "\u2500", "\u30fc", "\u3002"} | MIDDLE_DOTS


def clean_text(text: str) -> str:
    """Return a name or another line of text as it is stored; raise BadData for a character that cannot be stored.

    Spaces, tabs and line breaks become single spaces, those at both ends go, and so do invisible characters that the
    script does not need. No normalisation form is applied.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if JOINER not in text and are_clean(text):
        return text
    return collapse_spaces(replace_characters(text, refuse_character))


def are_clean(joined: str) -> bool:
    """Return whether several texts, joined by JOINER, are common text that `clean_text` returns unchanged."""
    if _UNCOMMON.search(joined) is not None:
        return False
    if " " not in joined:  # as in most
        return True
    return joined == joined.strip(" ") and not any(spaces in joined for spaces in _MOVABLE_SPACES)


def clean_input(text: str) -> str:
    """Return a typed or pasted part of a line, before its neighbours are known; raise BadData like `clean_text`.

    Spaces are kept where they are. Joiners, selectors and U+FFFD are kept for `clean_text`, which sees the whole line:
    a scanned code with a lost character must not become a shorter one.
    """
    if text.isascii() and text.isprintable():
        return text
    parts = []
    for character in _BREAKS.sub(" ", text.strip(LINE_BREAKS)):
        replaced = character if character == REPLACEMENT else _replace_character(character, refuse_character)
        if replaced in CONTEXTUAL or not is_ignorable(replaced):
            parts.append(replaced)
    return "".join(parts)


def clean_code(text: str) -> str:
    """Return a number or code in capital letters: NFKC, without spaces, hyphens, dots and slashes.

    Raises BadData like `clean_text`.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    return remove_separators(fold_width(text).upper())


def clean_scan(text: str) -> str:
    """Return a code that was scanned, pasted or typed: in ASCII, and a number of at most 18 characters ungrouped.

    Longer ASCII text is only stripped, because it may be signed. An address that is not ASCII is not changed, as it may
    imitate another one. Raises BadData like `clean_text`.
    """
    stripped = text.strip()
    plain = stripped if stripped.isascii() else fold_width(stripped)
    if "://" in plain:
        return stripped
    number = remove_separators(plain)
    return number if len(number) <= _MAX_NUMBER_LENGTH and number.isalnum() else plain


def clean_character(character: str) -> str:
    """Return a typed character of a code in NFKC; empty for a space and for a character that is refused."""
    try:
        return fold_width(character)
    except BadData:
        return ""


def remove_separators(code: str) -> str:
    """Return a code without the spaces, hyphens, dots and slashes by which people group its characters."""
    if code.isascii() and code.isalnum():  # as most numbers are
        return code
    plain = "".join(character for character in code if not _is_code_separator(character))
    return unicodedata.normalize("NFKC", plain)  # an accent may have come to its letter


def fold_width(text: str) -> str:
    """Return a code in NFKC, so that full-width letters and digits are ASCII; separators are kept."""
    return collapse_spaces(unicodedata.normalize("NFKC", clean_text(text)))


def replace_characters(text: str, replace_refused: Callable[[str], str]) -> str:
    """Return text whose spaces are U+0020, without invisible characters that the script does not need.

    `replace_refused` returns the replacement of a character that cannot be stored, or raises.
    """
    kept: list[str] = []
    replaced = [
        _replace_character(character, replace_refused)
        for character in text
        if character in CONTEXTUAL or not is_ignorable(character)
    ]
    for index, character in enumerate(replaced):
        after = replaced[index + 1] if index + 1 < len(replaced) else ""
        if len(character) != 1 or not is_ignorable(character) or is_needed(character, kept[-1] if kept else "", after):
            kept.append(character)
    return "".join(kept)


def collapse_spaces(text: str) -> str:
    """Return text without leading, trailing and repeated spaces."""
    return " ".join(part for part in text.split(" ") if part)


def refuse_character(character: str) -> str:
    """Raise BadData with the reason why a character cannot be stored."""
    code = f"U+{ord(character):04X}"
    if character == REPLACEMENT:
        raise BadData("A character was lost on its way here. Please type it again.")
    if is_private_use(character):
        raise BadData("{code} is a character of a private font. Please type the character itself.", code=code)
    raise BadData("There is a hidden control character ({code}) in this text. Please type it again.", code=code)


def _replace_character(character: str, replace_refused: Callable[[str], str]) -> str:
    if character.isascii() and character.isprintable():
        return character
    if is_space(character):
        return " "
    if is_private_use(character):
        return standard_characters().get(character) or replace_refused(character)
    if character == REPLACEMENT or is_refused(character):
        return replace_refused(character)
    return character


def _is_code_separator(character: str) -> bool:
    return character in _CODE_SEPARATORS or unicodedata.category(character) == "Pd"
