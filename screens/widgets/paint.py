"""Painting of text as lines of spans, measured in cells and never parsed as markup.

A line is a sequence of spans `(text, style)`. A style is one of TEXT_STYLES (dim, good, warn ...), whose colour the
theme sets, or a component class of the widget. Without colours, symbol and words still show the level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len, get_character_cell_size, set_cell_size, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.locales import format_list
from screens.theme.glyphs import terminal_text
from screens.theme.levels import LEVEL_SYMBOLS
from screens.theme.text_styles import TEXT_STYLES, text_style
from screens.widgets.paint_cache import PaintCache, is_bare, keep_lines

if TYPE_CHECKING:
    from clerk_app.views.shared import Level

Span = tuple[str, str]
SENTENCE_CELLS = 100
Line = Sequence[Span]


def level_symbol(level: Level) -> str:
    """Return the symbol of a level, one cell wide in every terminal."""
    return LEVEL_SYMBOLS[level]


def level_style(level: Level) -> str:
    """Return the text style of a level."""
    return "" if level == "plain" else level


def cell_width(spans: Line) -> int:
    """Return the width of a line in cells."""
    return sum(cell_len(terminal_text(text)) for text, _style in spans)


def longest_line(lines: Iterable[Line], sentences: Iterable[str] = ()) -> int:
    """Return the cells of the longest line; sentences are wrapped to at most SENTENCE_CELLS."""
    sentence_cells = (min(SENTENCE_CELLS, cell_len(sentence)) for sentence in sentences)
    return max((*map(cell_width, lines), *sentence_cells), default=0)


def fit(text: str, cells: int) -> str:
    """Return `text` cut or padded to exactly `cells` cells; a cut text ends in `~`."""
    if cells <= 0:
        return ""
    text = terminal_text(text)
    over = cell_len(text) - cells
    if over > 0:
        return set_cell_size(set_cell_size(text, cells - 1).rstrip() + "~", cells)
    return text + " " * -over


def flow(spans: Iterable[Span], cells: int, gap: str = "   ") -> list[Line]:
    """Return spans as lines of at most `cells` cells: a span that does not fit starts a new line, and is wrapped."""
    lines: list[Line] = []
    room = 0
    for text, style in spans:
        if not text:
            continue
        needed = cell_len(gap) + cell_len(terminal_text(text))
        if lines and needed <= room:
            lines[-1] = [*lines[-1], (gap + text, style)]
            room -= needed
        else:
            lines += [[(line, style)] for line in wrap(text, cells)]
            room = cells - sum(cell_len(part) for part, _style in lines[-1])
    return lines


def wrap(text: str, cells: int) -> list[str]:
    """Break `text` into lines of at most `cells` cells (at least 2), at spaces and between wide characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, room = "", max(cells, 2)
        for piece in _pieces(terminal_text(paragraph)):
            if line and cell_len(line + piece.rstrip()) > room:
                lines.append(line.rstrip())
                line, piece = "", piece.lstrip()
            if cell_len(piece) > room:
                *heads, piece = _split_wide_piece(piece, room)
                lines += [head for head in heads if head]
            line += piece
        lines.append(line.rstrip())
    return lines


def _split_wide_piece(piece: str, room: int) -> list[str]:
    """Split `piece` between graphemes into parts of at most `room` cells, without the spaces at each split."""
    spans, _width = split_graphemes(piece)
    parts: list[str] = []
    begin = used = 0
    for start, _stop, width in spans:
        if used + width > room and start > begin:
            parts.append(piece[begin:start].rstrip())
            begin, used = start, 0
        if used == 0 and piece[start] == " " and parts:
            begin = start + 1
        else:
            used += width
    return [*parts, piece[begin:]]


def _pieces(text: str) -> Iterable[str]:
    """Split `text` where a line may break: after the space that follows a word, and after each wide character.

    Punctuation that follows a wide character stays with it.
    """
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
    """Join the phrases that are not empty into one sentence."""
    return format_list((part.rstrip("。.") for part in phrases if part), ";")


def level_lines(level: Level, text: str, cells: int) -> Iterable[Line]:
    """Return `text` wrapped, with the symbol of its level before the first line."""
    for index, line in enumerate(wrap(text, cells - 3)):
        yield [(f" {level_symbol(level) if index == 0 else ' '} {line}", level_style(level))]


class LinePainter(PaintCache):
    """Mixin for widgets that paint lines of spans."""

    uncoloured_in_focus: ClassVar[tuple[str, ...]] = ()  # styles that have the colour of the base while focused
    _base_style: Style | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render lines; compute the base style at most once for all of them, because this visits every ancestor."""
        self._base_style = None
        return super().render_lines(crop)

    def _render_lines(self, crop: Region) -> list[Strip]:
        """Render lines. All lines of a widget without frame and padding are painted without Textual's line renderer.

        It would look for borders, hatches and tints in each line, which takes longer than to paint the line.
        """
        widget = cast(Widget, self)
        if not (self._is_wholly_dirty and crop == widget.region.size.region and is_bare(widget)):
            return super()._render_lines(crop)
        self._is_wholly_dirty = False
        base = self.base_style
        strips = [widget.render_line(y).adjust_cell_length(crop.width, base) for y in range(crop.height)]
        keep_lines(widget, strips)
        for line_filter in widget.get_line_filters():
            strips = [strip.apply_filter(line_filter, widget.background_colors[1]) for strip in strips]
        return strips

    @property
    def base_style(self) -> Style:
        """The style of spans whose style is empty."""
        if self._base_style is None:
            self._base_style = cast(Widget, self).rich_style
        return self._base_style

    def paint_line(self, spans: Line, width: int, base: Style | None = None) -> Strip:
        """Return a line as a strip of exactly `width` cells."""
        default, used = base or self.base_style, 0
        segments = []
        for style, run in groupby(spans, itemgetter(1)):
            text = terminal_text("".join(span[0] for span in run))
            used += cell_len(text)
            segments.append(Segment(text, default + self._text_style(style) if style else default))
        if used > width:
            return Strip(segments, used).crop(0, width)
        if used < width:
            segments.append(Segment(" " * (width - used), default))
        return Strip(segments, width)

    def _text_style(self, name: str) -> Style:
        widget = cast(Widget, self)
        if name not in TEXT_STYLES:
            return widget.get_component_rich_style(name, partial=True)
        style = text_style(widget.app, name)
        return Style(bold=style.bold) if name in self.uncoloured_in_focus and widget.has_focus else style


class TextBlock(LinePainter, Widget):
    """A widget that paints `lines(width)` from the top. If CSS sets no height, it is as high as its lines.

    `lines` is called again after each refresh: call `refresh(layout=True)` after a change of language or data.
    """

    DEFAULT_CSS = "TextBlock { height: auto; width: 1fr; }"

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
        """Return the lines for a width in cells."""
        return self._source(width) if self._source else ()

    def refresh(
        self, *_regions: object, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> TextBlock:
        """Repaint, and call `lines` again."""
        self._cached_width = -1
        super().refresh(repaint=repaint, layout=layout, recompose=recompose)
        return self

    def reload(self) -> None:
        """Call `lines` again and repaint; the screen is laid out again only if there are more or fewer lines."""
        width, before = self.size.width, len(self._cached_lines)
        is_known, self._cached_width = self._cached_width == width, -1
        self.refresh(layout=not is_known or len(self._lines_for(width)) != before)

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
