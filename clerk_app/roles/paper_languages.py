"""Names of the languages in which papers are printed."""

from __future__ import annotations

from clerk_app.locales import LANGUAGES, mark, translate

_NAMES: dict[str, str] = {
    "bo": mark("Tibetan"),
    "ii": mark("Yi"),
    "ja": mark("Japanese"),
    "kk": mark("Kazakh"),
    "ko": mark("Korean"),
    "mn": mark("Mongolian"),
    "ru": mark("Russian"),
    "ug": mark("Uyghur"),
    "vi": mark("Vietnamese"),
    "za": mark("Zhuang"),
}


def name_language(code: str) -> str:
    """Return the name of a language: a key of `locales.LANGUAGES` by its own name, another code in the current one.

    A code without a known name is returned unchanged.
    """
    return LANGUAGES.get(code) or translate(_NAMES.get(code, code))
