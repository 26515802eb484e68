"""Scrolling text: Page Up, Page Down, Up and Down scroll; only visible lines are painted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip

from screens.widgets.paint import Line, LinePainter


class WholeCellScrollBar(ScrollBarRender):
    """A scroll bar drawn in whole cells; Textual draws eighths of a cell, which some terminals make two cells wide."""

    VERTICAL_BARS = [" "]
    HORIZONTAL_BARS = [" "]


class ScrollingText(LinePainter, ScrollView, can_focus=True):
    """Paints the lines of `source(width)`; `reload` calls `source` again."""

    DEFAULT_CSS = (
        "ScrollingText { height: auto; max-height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }"
    )

    def __init__(
        self, source: Callable[[int], Iterable[Line]], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._source = source
        self._lines: list[Line] = []
        self._filled_width = -1

    def reload(self) -> None:
        """Call the source again and repaint."""
        self._filled_width = -1
        self.refresh(layout=self.styles.is_auto_height)
        if self.size.width:
            self._lines_for(self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the number of lines; they are not kept, because a scroll bar leaves another width for painting."""
        return max(1, len(self._lines if self._filled_width == width else list(self._source(width))))

    def on_resize(self) -> None:
        """Wrap the text to the new width, so that its length is right for scrolling before it is painted."""
        self._lines_for(self.scrollable_content_region.width)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        lines = self._lines_for(width)
        index = y + self.scroll_offset.y
        return self.paint_line(lines[index] if index < len(lines) else (), width)

    def _lines_for(self, width: int) -> list[Line]:
        if self._filled_width != width:
            self._lines, self._filled_width = list(self._source(width)), width
            self.virtual_size = Size(width, len(self._lines))
        return self._lines
