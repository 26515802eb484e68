"""Languages of the user interface: English in the source, Chinese from a gettext catalogue.

`_("...")` translates into the current language. The language can change while the program runs, so translated text must
not be stored.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

LANGUAGES = {"zh_CN": "中文", "en": "English"}
PLAIN_SENTENCES = Path(__file__).parent / "data" / "plain.json"
"""Short sentences for the plain-words mode of the kiosk: {"format": 1, "sentences": [{"message", "en", "zh"}, ...]}."""
_language = "zh_CN"
_is_plain = False
_BILINGUAL = r"([^/]*[\u3400-\u9fff][^/]*)/([A-Za-z][A-Za-z0-9 .,'&()-]*)"
_NUMBERED_WINDOW = r"([0-9]+)\s?号窗口"
_SEPARATORS = {"zh_CN": {",": "、", ";": "；", ":": "："}, "en": {",": ", ", ";": "; ", ":": ": "}}


def set_language(language: str) -> None:
    """Set the language of the whole program, a key of LANGUAGES. Raises ValueError for another one."""
    global _language
    if language not in LANGUAGES:
        raise ValueError(language)
    _language = language


def set_plain(plain: bool) -> None:
    """Use plain words where a sentence has them, in both languages; otherwise the usual sentence."""
    global _is_plain
    _is_plain = plain


def is_plain() -> bool:
    """Return whether plain words are used."""
    return _is_plain


def current_language() -> str:
    """Return the current language, a key of LANGUAGES."""
    return _language


def translate(message: str) -> str:
    """Translate `message` into the current language; a message without translation stays English."""
    if _is_plain and (plain := _load_plain().get(message)):
        return plain["en" if _language == "en" else "zh"]
    return _load_translations(_language).gettext(message) if message else message


_ = translate


def translate_to(language: str, message: str) -> str:
    """Translate `message` into a language, a key of LANGUAGES, for a text that is shown in both."""
    return _load_translations(language).gettext(message) if message else message


def mark(message: str) -> str:
    """Return `message` unchanged. Marks for extraction a message that is translated later, when it is shown."""
    return message


def plural_form(count: int, one: str, several: str) -> str:
    """Return the translated sentence for `count` things: `one` for 1, otherwise `several`; both are templates."""
    return one if count == 1 else several


def format_list(parts: Iterable[str], separator: Literal[",", ";", ":"] = ",") -> str:
    """Join names (`,`), phrases (`;`), or a name and its description (`:`) with the separator of the language."""
    return _SEPARATORS[_language][separator].join(parts)


def localize_name(name: str, language: str = "") -> str:
    """Return a configured name in `language`; in the current one if that is empty.

    A name may be given in Chinese and English as `1号窗口/Window 1`. A numbered window always has an English name.
    """
    language = language or _language
    if both := re.fullmatch(_BILINGUAL, name):
        return both[2] if language == "en" else both[1]
    number = re.fullmatch(_NUMBERED_WINDOW, name)
    return translate_to(language, mark("Window {number}")).format(number=number[1]) if number else name


@cache
def _load_plain() -> dict[str, dict[str, str]]:
    import json  # the counter has no plain words

    sentences = json.loads(PLAIN_SENTENCES.read_text("utf-8"))["sentences"]
    return {sentence["message"]: sentence for sentence in sentences}


@cache
def _load_translations(language: str) -> gettext.NullTranslations:
    return gettext.translation("clerk", Path(__file__).parent, [language], fallback=True)
