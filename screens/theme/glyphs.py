"""Characters that a terminal drops: tmux and GNU screen draw nothing for a character unknown to the C library.

The missing character would also shift the rest of its line. Other terminals draw every character, or a box.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache

from rich.cells import get_character_cell_size

from clerk_app.text.display import UNKNOWN, display_text

MISSING_CHARACTER = "\u3013"  # the geta mark, which printers set for a character that the font lacks
_MULTIPLEXERS = ("tmux", "screen")
_FIRST_RECENT_IDEOGRAPH = "\U0002ebf0"  # CJK extension I; extensions H and J follow it


def terminal_text(text: str) -> str:
    """Return `display_text`, with a mark of the same width for each character that the terminal would drop."""
    shown = display_text(text)
    if not _drops_characters() or (shown.isprintable() and max(shown, default="") < _FIRST_RECENT_IDEOGRAPH):
        return shown
    return "".join(map(terminal_character, shown))


def terminal_character(character: str) -> str:
    """Return the character, or a mark of the same width if the terminal would drop it."""
    if not _drops_characters() or _is_known(character):
        return character
    return MISSING_CHARACTER if get_character_cell_size(character) == 2 else UNKNOWN


@cache
def _drops_characters() -> bool:
    """Return whether the terminal is a multiplexer, and the C library can be asked for the width of a character."""
    return os.environ.get("TERM", "").startswith(_MULTIPLEXERS) and ask_width("\u4e00") == 2


@lru_cache(maxsize=1024)
def _is_known(character: str) -> bool:
    return ask_width(character) >= 0


def ask_width(character: str) -> int:
    """Return the width of a character by wcwidth(3); -1 for an unknown one, and if the library has no such function."""
    import ctypes  # only a terminal multiplexer needs it

    try:
        return int(ctypes.CDLL(None).wcwidth(ord(character)))
    except (OSError, TypeError, AttributeError):
        return -1
