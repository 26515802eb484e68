"""The language of a paper: it is the citizen's, and need not be the one on the screen."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from clerk_app import locales
from clerk_app.paper.page import TextLine


def get_translator(language: str) -> Callable[[str], str]:
    """What turns a message into `language`, a key of `locales.LANGUAGES`; an unknown message stays English."""
    if language not in locales.LANGUAGES:
        raise ValueError(language)
    folder = Path(locales.__file__).parent
    return gettext.translation("clerk", folder, [language], fallback=True).gettext


def heading_lines(chinese: str, english: str, language: str) -> tuple[TextLine, TextLine]:
    """The paper's name in both languages, the reader's own one large. The Chinese name is the one in the law."""
    first, second = (chinese, english) if language.startswith("zh") else (english, chinese)
    return TextLine(first, bold=True, wide=True, align="center"), TextLine(second, align="center")


def format_day(value: date) -> str:
    """A date as ISO 8601, which both languages read."""
    return value.strftime("%Y-%m-%d")


def format_minute(value: datetime) -> str:
    """A time of the hall, as given, to the minute."""
    return value.strftime("%Y-%m-%d %H:%M")
