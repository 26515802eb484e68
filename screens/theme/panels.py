"""The frames of panels: title, count and state in the upper edge, keys in the lower one.

A panel is any widget with the class `panel`. The panel with the focus has a heavy frame, which is visible without
colours. On a narrow screen a panel has an upper edge only, so that it costs one row; a panel whose title is on a line
of tabs (the class `-tabbed`) has none there, unless the edge shows a state or that a list hides rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from textual.content import Content
from textual.widget import Widget

from screens.theme.glyphs import terminal_text
from screens.theme.levels import LEVEL_SYMBOLS

if TYPE_CHECKING:
    from clerk_app.views.shared import Level

PANEL_CSS = """
    & .panel { border: round $frame; border-title-color: $ink; border-title-style: bold; border-subtitle-color: $dim; }
    & .panel:focus, & .panel:focus-within { border: heavy $mark; border-title-color: $mark; }
    &.-narrow .panel { border: none; border-top: solid $frame; }
    &.-narrow .panel:focus, &.-narrow .panel:focus-within { border: none; border-top: heavy $mark; }
    &.-narrow .panel.-tabbed.-bare, &.-narrow .panel.-tabbed.-bare:focus, &.-narrow .panel.-tabbed.-bare:focus-within {
        border: none;
    }
"""
LEVEL_STYLES: dict[Level, str] = {"plain": "not bold $dim", "good": "$good", "warn": "bold $warn", "bad": "bold $bad"}


def title_panel(
    panel: Widget, title: str, *, key: str = "", count: int | str = "", state: str = "", level: Level = "plain"
) -> None:
    """Write into the upper edge of `panel`: the key that selects it, title, count, and state with its level's symbol.

    Nothing is repainted if the text is the same. Texts are not parsed as markup.
    """
    _edges.setdefault(panel, _UpperEdge()).title = (title, key, count, state, level)
    _paint_upper_edge(panel)


def show_panel_filter(panel: Widget | None, text: str) -> None:
    """Write into the upper edge of `panel` that its list hides rows, between count and state; `text` may be empty."""
    if panel is None or (panel not in _edges and not text):
        return
    edge = _edges.setdefault(panel, _UpperEdge())
    if edge.filter_text != text:
        edge.filter_text = text
        _paint_upper_edge(panel)


class _UpperEdge:
    """What the upper edge of a panel shows: title, key, count, state with its level; and the filter of its list."""

    def __init__(self) -> None:
        self.title: tuple[str, str, int | str, str, Level] = ("", "", "", "", "plain")
        self.filter_text = ""


_edges: WeakKeyDictionary[Widget, _UpperEdge] = WeakKeyDictionary()


def _paint_upper_edge(panel: Widget) -> None:
    edge = _edges[panel]
    title, key, count, state, level = edge.title
    parts: list[tuple[str, str] | str] = []
    if key:
        parts.append((f"{key} ", "$mark"))
    parts.append(terminal_text(title))
    if count != "":
        parts.append((f" {count}", "bold"))
    if edge.filter_text:
        parts.append((terminal_text(f"  {edge.filter_text}"), "bold $warn"))
    if state:
        symbol = LEVEL_SYMBOLS[level].strip()
        parts.append((terminal_text(f"  {symbol} {state}" if symbol else f"  {state}"), LEVEL_STYLES[level]))
    panel.set_class(not (state or edge.filter_text), "-bare", update=panel.is_attached)
    content = Content.assemble(*parts)
    if panel.border_title != content.markup:
        panel.border_title = content


def show_panel_keys(panel: Widget, keys: str) -> None:
    """Write the keys of `panel` into its lower edge; a narrow screen has no lower edge."""
    content = Content(terminal_text(keys))
    if panel.border_subtitle != content.markup:
        panel.border_subtitle = content if keys else None
