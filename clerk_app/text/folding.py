"""The folded copy of a text, which is compared and searched instead of the text itself."""

from __future__ import annotations

import re
import unicodedata

from clerk_app.text.characters import MIDDLE_DOTS, is_ideograph, is_ignorable, is_refused
from clerk_app.text.cleaning import collapse_spaces, remove_separators, replace_characters

_MIDDLE_DOT = "\u00b7"
_DOTS_AND_SPACES = re.compile(f" *{_MIDDLE_DOT}[ {_MIDDLE_DOT}]*")
_ANY_SEPARATOR = re.compile("[ .\u3002]")  # an input method types U+3002 for the full stop


def fold_text(text: str) -> str:
    """Return a copy for comparison and search: NFKC, case folded, invisible characters dropped.

    Middle dots of every kind are one U+00B7 without spaces around it, also a full stop between two Chinese characters.
    Spaces between Chinese characters go, because cards print a name of two characters with one. Never raises.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()).casefold()
    clean = _unify_dots(replace_characters(text, lambda character: character))  # NFKC splits U+02D9
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKC", clean)
        if not (is_ignorable(character) or is_refused(character))
    )
    spaced = collapse_spaces(_unify_dots(plain.casefold()))
    joined = _DOTS_AND_SPACES.sub(_MIDDLE_DOT, _join_ideographs(spaced))
    return unicodedata.normalize("NFKC", joined)  # again: case folding and joining may bring an accent to its letter


def is_same_text(left: str, right: str) -> bool:
    """Return whether two texts, such as a name on two licences, are the same but for their way of writing."""
    return left == right or fold_text(left) == fold_text(right)


def fold_code(code: str) -> str:
    """Return a copy of a number or code for comparison: as `clean_code` returns it, but never raises."""
    return remove_separators(fold_text(code).upper())


def _unify_dots(text: str) -> str:
    return "".join(_MIDDLE_DOT if character in MIDDLE_DOTS else character for character in text)


def _join_ideographs(text: str) -> str:
    """Remove each space, and replace each full stop, between two Chinese characters."""

    def replace(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if not (before and after and is_ideograph(before) and is_ideograph(after)):
            return match.group()
        return "" if match.group() == " " else _MIDDLE_DOT

    return _ANY_SEPARATOR.sub(replace, text)
