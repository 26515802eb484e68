"""Texts of the board, which are shown in both languages at once."""

from __future__ import annotations

from clerk_app.locales import LANGUAGES, current_language, mark, translate_to
from clerk_app.views.board import BothLanguages

GETTING_READY = mark("This machine is getting ready.")
CLOSED = mark("The hall is closed")
NO_CALLS = mark("Nobody has been called yet")
NOW_CALLED = mark("Now called")
NEW_CALL = mark("New call")
CALLED_AGAIN = mark("Called again")
GO_TO = mark("Ticket {number}, please go to {window}")
LAST_CALLED = mark("Last called")
WAITING = mark("Waiting")
PEOPLE = mark("{count} waiting")
MINUTES = mark("{low}-{high} min")
OPEN_WINDOWS = mark("Open windows")
NO_WINDOWS = mark("none")
DATA_OF = mark("As of {time}: no connection to the center")
NO_DATA = mark("No connection to the center")
UNKNOWN_ZONE = mark("No window of the hall is in zone {zone}")
ZONE = mark("Zone {zone}")
WAIT_LEVELS = {"good": mark("short wait"), "warn": mark("medium wait"), "bad": mark("long wait")}


def both(message: str, **facts: object) -> tuple[str, str]:
    """Return a message in the language of the screen, and in the other one. A fact may have both languages."""
    texts = []
    for language in _languages():
        values = {
            name: value.in_order(language)[0] if isinstance(value, BothLanguages) else value
            for name, value in facts.items()
        }
        texts.append(translate_to(language, message).format(**values))
    return texts[0], texts[1]


def in_order(text: BothLanguages) -> tuple[str, str]:
    """Return a text in the language of the screen, and in the other one."""
    return text.in_order(current_language())


def joined(message: str, **facts: object) -> str:
    """Return a message in both languages as one text."""
    return "  ".join(dict.fromkeys(both(message, **facts)))


def _languages() -> list[str]:
    first = current_language()
    return [first, *(language for language in LANGUAGES if language != first)]
