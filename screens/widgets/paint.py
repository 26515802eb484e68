"""Painting text by lines: segments with a role (dim, good, warn ...), measured in cells, never parsed as markup.

A line is a sequence of `(text, role)`. Roles are component classes, so themes
colour them and no-colour terminals lose nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import cast

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.locales import format_list
from clerk_app.views import Level

Span = tuple[str, str]
Line = Sequence[Span]

TEXT_STYLES = ("dim", "good", "warn", "bad", "mark", "strong", "title", "lit", "cap")
PAINT_CSS = """
    & > .dim { color: $dim; }
    & > .good { color: $good; }
    & > .warn { color: $warn; text-style: bold; }
    & > .bad { color: $bad; text-style: bold; }
    & > .mark { color: $mark; }
    & > .strong { text-style: bold; }
    & > .title { color: $mark; text-style: bold; }
    & > .lit { background: $lit; color: $on-lit; text-style: bold; }
    & > .cap { color: $mark; text-style: bold; }
    &:nocolor > .lit { background: $page; color: $ink; text-style: bold reverse; }
"""
LEVEL_SYMBOLS: dict[Level, str] = {"good": "+", "warn": "!", "bad": "x", "plain": " "}


def level_symbol(level: Level) -> str:
    """The symbol of a level, one cell wide in every terminal."""
    return LEVEL_SYMBOLS[level]


def level_style(level: Level) -> str:
    """The role that colours a level."""
    return "" if level == "plain" else level


def cell_width(spans: Line) -> int:
    """Cells that a line needs."""
    return sum(cell_len(text) for text, _ in spans)


def fit(text: str, cells: int) -> str:
    """`text` cut or padded to exactly `cells`; a cut text ends in `~`."""
    if cells <= 0:
        return ""
    over = cell_len(text) - cells
    if over > 0:
        return set_cell_size(set_cell_size(text, cells - 1).rstrip() + "~", cells)
    return text + " " * -over


def wrap(text: str, cells: int) -> list[str]:
    """`text` broken into lines of at most `cells`: at spaces where there are any, between wide characters otherwise."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, room = "", max(cells, 2)
        for piece in _pieces(paragraph):
            if line and cell_len(line + piece.rstrip()) > room:
                lines.append(line.rstrip())
                line, piece = "", piece.lstrip()
            while cell_len(piece) > room:
                head = set_cell_size(piece, room).rstrip()
                lines.append(head)
                piece = piece[len(head) :]
            line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> Iterable[str]:
    """Words with the space after them; every wide character alone, with the closing mark that follows it."""
    piece = ""
    for character in text:
        wide = get_character_cell_size(character) > 1
        if piece and (piece[-1] == " " or (wide and character not in "，。；：、）」！？")):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def join_phrases(*phrases: str) -> str:
    """What there is of `parts` as one sentence."""
    return format_list((part.rstrip("。.") for part in phrases if part), ";")


def level_lines(level: Level, text: str, cells: int) -> Iterable[Line]:
    """`text` wrapped, with the symbol of its level before the first line."""
    for at, line in enumerate(wrap(text, cells - 3)):
        yield [(f" {level_symbol(level) if at == 0 else ' '} {line}", level_style(level))]


def replace_control_characters(text: str) -> str:
    """`text` with control characters shown as `?`, so that no citizen's text can steer the terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


class PaintCache:
    """Mixed into widgets that stand in numbers on a screen: one that has not changed costs a paint nothing.

    Textual asks every widget of a form for all its lines when one of them changes, and makes each anew from its parts.
    """

    _painted_strips: tuple[object, list[Strip]] | None = None

    def _set_dirty(self, *regions: Region) -> None:
        self._painted_strips = None
        super()._set_dirty(*regions)  # type: ignore[misc]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines that were painted last, as long as neither the widget nor what is seen of it has changed."""
        widget = cast(Widget, self)
        asked = crop, widget.size, widget.get_line_filters()
        if self._painted_strips is None or self._painted_strips[0] != asked:
            self._painted_strips = asked, super().render_lines(crop)  # type: ignore[misc]
        return self._painted_strips[1]


class LinePainter(PaintCache):
    """Mixed into widgets that paint lines of parts."""

    _base_style: Style | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Every line of a paint; the ground is asked at most once, because it walks every ancestor."""
        self._base_style = None
        return super().render_lines(crop)

    @property
    def base_style(self) -> Style:
        """What is painted on."""
        if self._base_style is None:
            self._base_style = cast(Widget, self).rich_style
        return self._base_style

    def paint_line(self, spans: Line, width: int, base: Style | None = None) -> Strip:
        """One line of parts as a strip of exactly `width` cells."""
        ground, used = base or self.base_style, 0
        segments = []
        for role, run in groupby(spans, itemgetter(1)):
            text = replace_control_characters("".join(part[0] for part in run))
            used += cell_len(text)
            segments.append(Segment(text, ground + self._text_style(role) if role else ground))
        if used > width:
            return Strip(segments, used).crop(0, width)
        if used < width:
            segments.append(Segment(" " * (width - used), ground))
        return Strip(segments, width)

    def _text_style(self, role: str) -> Style:
        return cast(Widget, self).get_component_rich_style(role, partial=True)


class TextBlock(LinePainter, Widget):
    """A widget that paints `lines(width)` from the top; it is as high as its lines unless CSS says otherwise.

    `lines` is asked again after every refresh: a change of language or data needs `refresh(layout=True)` alone.
    """

    COMPONENT_CLASSES = set(TEXT_STYLES)
    DEFAULT_CSS = "TextBlock { height: auto; width: 1fr; " + PAINT_CSS + "}"

    def __init__(
        self,
        source: Callable[[int], Iterable[Line]] | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._source = source
        self._cached_lines: list[Line] = []
        self._cached_width = -1

    def lines(self, width: int) -> Iterable[Line]:
        """The lines for a widget that is `width` cells wide."""
        return self._source(width) if self._source else ()

    def refresh(
        self, *_regions: object, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> TextBlock:
        """Paint anew."""
        self._cached_width = -1
        super().refresh(repaint=repaint, layout=layout, recompose=recompose)
        return self

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        return max(1, len(self._lines_for(width)))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lines = self._lines_for(width)
        return self.paint_line(lines[y] if y < len(lines) else (), width)

    def _lines_for(self, width: int) -> list[Line]:
        if self._cached_width != width:
            self._cached_lines, self._cached_width = list(self.lines(width)), width
        return self._cached_lines
