"""The frame of a dialog: title in the upper edge, keys in the lower one, as wide as its content needs."""

from __future__ import annotations

from textual.content import Content

from screens.theme.glyphs import terminal_text
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, cell_width

EDGE_CELLS = 4  # frame and padding at both sides
_TITLE_CELLS = 8  # corners and spaces around a text in an edge
_STYLES = {"cap": "bold $mark", "dim": "$dim", "strong": "bold", "bad": "bold $bad", "warn": "bold $warn"}


class DialogFrame(Vertical):
    """The visible part of a dialog. It is heavy like that of the panel with the focus, also without colours."""

    DEFAULT_CSS = """
    DialogFrame {
        width: 64; max-width: 100%; height: auto; max-height: 100%;
        background: $sheet; color: $ink; padding: 0 1; border: heavy $mark;
        border-title-color: $mark; border-title-style: bold; border-title-align: left; border-subtitle-align: left;
    }
    """

    def show_edges(self, title: Line, keys: Line, *, cells: int, least: int) -> None:
        """Write title and keys into the edges; be wide enough for them and for `cells` cells, and at least `least`.

        If `cells` is 0, the style sheet sets the width.
        """
        for edge, spans in (("border_title", title), ("border_subtitle", keys)):
            content = Content.assemble(*((terminal_text(text), _STYLES.get(style, "")) for text, style in spans))
            if getattr(self, edge) != content.markup:
                setattr(self, edge, content)
        wanted = max(least, cells + EDGE_CELLS, cell_width(title) + _TITLE_CELLS, cell_width(keys) + _TITLE_CELLS)
        if cells and (self.styles.width is None or self.styles.width.value != wanted):
            self.styles.width = wanted
