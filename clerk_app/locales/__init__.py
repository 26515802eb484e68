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
_spoken = "zh_CN"
_BETWEEN = {"zh_CN": {",": "、", ";": "；", ":": "："}, "en": {",": ", ", ";": "; ", ":": ": "}}


def speak(language: str) -> None:
    """Switch the whole program to `language`, a key of LANGUAGES."""
    global _spoken
    if language not in LANGUAGES:
        raise ValueError(language)
    _spoken = language


def spoken() -> str:
    """The language spoken now."""
    return _spoken


def translate(message: str) -> str:
    """`message` in the language spoken now; an unknown one stays English."""
    return _catalogue(_spoken).gettext(message) if message else message


_ = translate


def mark(message: str) -> str:
    """Marks a message for extraction where it is written long before it is shown."""
    return message


def listed(parts: Iterable[str], between: Literal[",", ";", ":"] = ",") -> str:
    """Names, with `;` phrases, with `:` a name and what is said of it: joined as the language spoken now does it."""
    return _BETWEEN[_spoken][between].join(parts)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("clerk", Path(__file__).parent, [language], fallback=True)
