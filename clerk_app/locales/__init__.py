"""The languages the program speaks: English in the source, Chinese complete beside it.

`_("...")` translates now; the language can change while the program runs, so nothing translated is kept.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

LANGUAGES = {"zh_CN": "中文", "en": "English"}
_language = "zh_CN"
_SEPARATORS = {"zh_CN": {",": "、", ";": "；", ":": "："}, "en": {",": ", ", ";": "; ", ":": ": "}}


def set_language(language: str) -> None:
    """Switch the whole program to `language`, a key of LANGUAGES."""
    global _language
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language


def current_language() -> str:
    """The language spoken now."""
    return _language


def translate(message: str) -> str:
    """`message` in the language spoken now; an unknown one stays English."""
    return _load_translations(_language).gettext(message) if message else message


_ = translate


def mark(message: str) -> str:
    """Marks a message for extraction where it is written long before it is shown."""
    return message


def format_list(parts: Iterable[str], separator: Literal[",", ";", ":"] = ",") -> str:
    """Names, with `;` phrases, with `:` a name and what is said of it: joined as the language spoken now does it."""
    return _SEPARATORS[_language][separator].join(parts)


@cache
def _load_translations(language: str) -> gettext.NullTranslations:
    return gettext.translation("clerk", Path(__file__).parent, [language], fallback=True)
