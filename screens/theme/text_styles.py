"""The styles of painted text, made from the colours of the theme.

They are no CSS component classes: Textual would compute each of them for each widget, a fifth of the first paint.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rich.style import Style
from textual.app import App

from screens.theme.themes import CITIZEN_THEMES, DARK, THEMES

TEXT_STYLES = ("dim", "good", "warn", "bad", "mark", "strong", "title", "lit", "cap")
_COLOURS = {"dim": "dim", "good": "good", "warn": "warn", "bad": "bad", "mark": "mark", "title": "mark", "cap": "mark"}
_BOLD = frozenset({"warn", "bad", "strong", "title", "lit", "cap"})


def text_style(app: App[Any], name: str) -> Style:
    """Return the style `name`, one of TEXT_STYLES, in the present theme of `app`, to be added to a base style."""
    return _make_text_styles(app.theme, app.no_color)[name]


@cache
def _make_text_styles(theme: str, no_color: bool) -> dict[str, Style]:
    """Return all text styles in the theme of this name. Without colours, `lit` is reversed."""
    colours = next((known for known in (*THEMES, *CITIZEN_THEMES) if known.name == theme), DARK).variables
    styles = {
        name: Style(color=colours[_COLOURS[name]] if name in _COLOURS else None, bold=name in _BOLD or None)
        for name in TEXT_STYLES
    }
    styles["lit"] = (
        Style(bold=True, reverse=True)
        if no_color
        else Style(color=colours["on-lit"], bgcolor=colours["lit"], bold=True)
    )
    return styles
