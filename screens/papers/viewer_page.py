"""The widget with the visible part of a page: quadrant cells or pixels, and the watermark across them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.views.page_view import PaperPages
from clerk_app.views.shared import Picture
from screens.host import host_of
from screens.papers.viewer_place import PagePlace, VisiblePart
from screens.theme.glyphs import terminal_text
from screens.theme.text_styles import text_style
from screens.widgets.kitty_graphics import MARKS, deletion, next_picture_number, placeholders, transmission
from screens.widgets.paint import Line, LinePainter, fit
from screens.widgets.picture_cells import cell_characters, half_blocks, quadrants, scaled

if TYPE_CHECKING:
    from rich.style import Style

    from clerk_app.views.drawing import DrawingService

QUADRANT_PIXELS = (2, 2)  # in the width and height of a cell
SENT_PIXELS = (8, 16)  # the same where pixels are sent
WATERMARK_ROWS = 10  # rows from one line of the watermark to the next
WATERMARK_SHIFT = 17  # columns by which each line begins further to the right
LARGEST_SENT_PART = len(MARKS)  # columns or rows of a picture in pixels


class DrawnPart(NamedTuple):
    """A part of a page as lines of the terminal, and the message to be sent before, if it is shown in pixels."""

    columns: int
    lines: list[list[Segment]]
    message: str = ""


class PartPainter(NamedTuple):
    """Draws parts of pages for one widget. `number` is that of its picture in the memory of the terminal, 0 without."""

    pages: PaperPages
    drawing: DrawingService | None
    base_style: Style
    number: int
    is_shaded: bool

    def draw(self, place: PagePlace, visible: VisiblePart) -> DrawnPart:
        """Return the drawn part. It is slow: call it in a thread. Raises ClerkError if the page cannot be shown."""
        part, columns, rows = visible
        across, down = SENT_PIXELS if self.number else QUADRANT_PIXELS
        picture = self.pages.draw_part(place.page, place.quarters, part, columns * across, rows * down)
        if self.number:
            lines = [placeholders(self.number, columns, row, self.base_style) for row in range(rows)]
            return DrawnPart(columns, lines, transmission(picture, self.number, columns, rows))
        if self.drawing is not None and not self.is_shaded:
            try:
                cells = self.drawing.draw_cells(picture, columns, rows)
            except ClerkError:
                pass  # half blocks show the page without the child process
            else:
                return DrawnPart(columns, [quadrants(cells, columns, row) for row in range(rows)])
        return DrawnPart(columns, self._draw_half_blocks(picture, columns, rows))

    def _draw_half_blocks(self, picture: Picture, columns: int, rows: int) -> list[list[Segment]]:
        pixels = scaled(picture, columns, rows * 2)
        pairs = list(zip(pixels[::2], pixels[1::2], strict=True))
        if self.is_shaded:
            return [[Segment(cell_characters(upper, lower), self.base_style)] for upper, lower in pairs]
        return [half_blocks(upper, lower, self.base_style) for upper, lower in pairs]


class PageWidget(LinePainter, Widget):
    """Shows a drawn part in the middle of its room, and the watermark over it, so that a photograph shows both.

    Without a drawn part it shows the lines of `message`.
    """

    DEFAULT_CSS = "PageWidget { width: 1fr; height: 1fr; background: $page; }"

    def __init__(self, watermark: str, message: Callable[[int], Iterable[Line]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._message = message
        self._watermark = terminal_text(watermark)
        self._drawn: DrawnPart | None = None
        self._number = 0

    def make_painter(self, pages: PaperPages) -> PartPainter:
        """Return what draws parts for this widget, in the colours and in the way of its terminal."""
        host, drawing = host_of(self), host_of(self).drawing
        sends_pixels = drawing is not None and drawing.sends_pixels and host.has_all_colours
        if sends_pixels and not self.app.no_color and max(self.size) <= LARGEST_SENT_PART:
            self._number = self._number or next_picture_number()
        else:
            self._forget_picture()
        return PartPainter(pages, drawing, self.rich_style, self._number, self.app.no_color)

    @property
    def is_drawn(self) -> bool:
        """Whether a part of a page is on the screen."""
        return self._drawn is not None

    def show_part(self, drawn: DrawnPart | None) -> None:
        """Show a drawn part instead of the one before; None for nothing."""
        self._drawn = drawn
        if drawn is not None and drawn.message:
            host_of(self).write_graphics(drawn.message)
        self.refresh()

    def on_unmount(self) -> None:
        self._forget_picture()

    def _forget_picture(self) -> None:
        if self._number:
            host_of(self).write_graphics(deletion(self._number))
            self._number = 0

    def render_line(self, y: int) -> Strip:
        width, base, drawn = self.size.width, self.base_style, self._drawn
        if drawn is None:
            lines = list(self._message(width))
            return self.paint_line(lines[y] if y < len(lines) else (), width)
        index = y - (self.size.height - len(drawn.lines)) // 2
        if not 0 <= index < len(drawn.lines):
            return self._with_watermark(Strip.blank(width, base), y)
        left = Segment(" " * ((width - drawn.columns) // 2), base)
        return self._with_watermark(Strip([left, *drawn.lines[index]]).adjust_cell_length(width, base), y)

    def _with_watermark(self, strip: Strip, y: int) -> Strip:
        """Return a line with the watermark over it, if it is one of those that have it."""
        number, row = divmod(y, WATERMARK_ROWS)
        width = self.size.width
        if row != WATERMARK_ROWS // 2 - 1 or not self._watermark or width < 4:
            return strip
        text = f" {fit(self._watermark, min(width - 2, cell_len(self._watermark)))} "
        cells = cell_len(text)
        start = number * WATERMARK_SHIFT % (width - cells + 1)
        mark = Segment(text, self.base_style + text_style(self.app, "warn"))
        return Strip.join([strip.crop(0, start), Strip([mark], cells), strip.crop(start + cells, width)])
