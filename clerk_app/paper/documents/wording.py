"""Translation and formats for documents. They are in the language of the citizen, whatever that of the screen."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from clerk_app import locales
from clerk_app.paper.page import TextLine


def get_translator(language: str) -> Callable[[str], str]:
    """Return the function that translates message ids to `language`, a key of `locales.LANGUAGES`.

    Raises ValueError for any other language. Message ids without a translation are returned unchanged, in English.
    """
    if language not in locales.LANGUAGES:
        raise ValueError(language)
    folder = Path(locales.__file__).parent
    return gettext.translation("clerk", folder, [language], fallback=True).gettext


def heading_lines(chinese: str, english: str, language: str) -> tuple[TextLine, TextLine]:
    """Return the title in both languages, that in `language` in large type. The Chinese title is the legal one."""
    first, second = (chinese, english) if language.startswith("zh") else (english, chinese)
    return TextLine(first, bold=True, wide=True, align="center"), TextLine(second, align="center")


def format_day(value: date) -> str:
    """Return a date in ISO 8601, which both languages use."""
    return value.strftime("%Y-%m-%d")


def format_minute(value: datetime) -> str:
    """Return a local time as `YYYY-mm-dd HH:MM`."""
    return value.strftime("%Y-%m-%d %H:%M")
