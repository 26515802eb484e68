"""A text of one or more pages, with large buttons that turn them if it is longer than its room.

The layout decides whether the buttons are needed, from the lines and the room alone, so that the same size always has
the same result. The page is applied when it is painted: a key pressed before the first layout is not lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from clerk_app.locales import _
from screens.kiosk.buttons import BigButton, centred
from screens.kiosk.sizes import TARGET_GAP, is_portrait, target_rows
from screens.widgets.containers import Container
from screens.widgets.paint import Line, TextBlock, cell_width, wrap

TURNER_WIDTH = 16  # cells of the column with the buttons
TURNER_HEIGHT = 5  # cells of a button, less in a low terminal
TURNER_GAP = 2  # cells between text and buttons
KEPT_LINES = 3  # lines that go to the next page with the lines that belong to them


class TextPages(Container):
    """Shows `source(width)`, one page at a time. Page keys, arrows, wheel and buttons turn the pages."""

    DEFAULT_CSS = "TextPages { height: 1fr; }"

    def __init__(self, source: Callable[[int], Iterable[Line]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source = source
        self._page = 0
        self._arrangement = _PagesLayout()

    def compose(self) -> ComposeResult:
        yield TextBlock(self._page_lines, id="page-text")
        yield BigButton("", lambda: _("Up"), id="up")
        yield TextBlock(lambda width: [centred(self._position(), "strong", width)], id="position")
        yield BigButton("", lambda: _("Down"), id="down")

    @property
    def layout(self) -> Layout:
        """The layout, which places the buttons only if the text has several pages."""
        return self._arrangement

    def lines_for(self, width: int) -> list[Line]:
        """Return all lines of the text for a width in cells."""
        return list(self._source(width))

    def turn(self, pages: int) -> bool:
        """Go forward, or back if negative; return whether there is a page in that direction."""
        before, self._page = self._page, max(0, self._page + pages)
        if self._text.size.height:
            self._page = min(self._page, len(self._pages()) - 1)
        self._repaint()
        return self._page != before

    def reload(self) -> None:
        """Call the source again."""
        self._repaint()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        self._repaint()

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        message.stop()
        self.turn(-1 if message.button.id == "up" else 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.turn(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.turn(-1)

    @property
    def _text(self) -> TextBlock:
        return self.query_one("#page-text", TextBlock)

    def _pages(self) -> list[list[Line]]:
        width, height = self._text.size
        return split_pages(self.lines_for(width), height)

    def _page_lines(self, width: int) -> Iterable[Line]:  # noqa: ARG002
        pages = self._pages()
        return pages[min(self._page, len(pages) - 1)]

    def _position(self) -> str:
        count = len(self._pages())
        return _("Page {number} of {count}").format(number=min(self._page, count - 1) + 1, count=count)

    def _repaint(self) -> None:
        for part in self.query(TextBlock):
            part.refresh()


def split_pages(lines: Sequence[Line], height: int) -> list[list[Line]]:
    """Split `lines` into pages of at most `height` lines, at least one page.

    A page begins with a line that is not indented, if there is one among the last KEPT_LINES of the page before.
    """
    pages: list[list[Line]] = []
    rest = list(lines)
    while len(rest) > height > 0:
        candidates = range(height, max(0, height - KEPT_LINES - 1), -1)
        end = next((index for index in candidates if not _is_indented(rest[index])), height)
        pages.append(rest[:end])
        rest = rest[end:]
        while rest and not rest[0]:
            del rest[0]  # no page begins with an empty line
    return [*pages, rest] if rest or not pages else pages


def _is_indented(line: Line) -> bool:
    return bool(line) and line[0][0].startswith("  ")


class _PagesLayout(Layout):
    """Gives the text all the room if it fits; else a column at the right, or the lowest rows, have the two buttons."""

    name = "text-pages"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        assert isinstance(parent, TextPages)
        width, height = size
        if len(parent.lines_for(width)) <= height:
            regions = [Region(0, 0, width, height)]
        elif is_portrait(*parent.app.size):
            button, aside = target_rows(parent.app.size.height), (width - TARGET_GAP[0]) // 2
            text = max(1, height - button - 1 - TARGET_GAP[1])
            regions = [
                Region(0, 0, width, text),
                Region(0, height - button, aside, button),
                Region(0, text + 1, width, 1),
                Region(width - aside, height - button, aside, button),
            ]
        else:
            left, button = width - TURNER_WIDTH, max(1, min(TURNER_HEIGHT, (height - 3) // 2))
            regions = [
                Region(0, 0, left - TURNER_GAP, height),
                Region(left, 0, TURNER_WIDTH, button),
                Region(left, button + 1, TURNER_WIDTH, 1),
                Region(left, button + 3, TURNER_WIDTH, button),
            ]
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child)
            for region, child in zip(regions, children, strict=False)
        ]


def hang_lines(mark: str, mark_style: str, text: str, style: str, width: int) -> Iterable[Line]:
    """Yield `text` wrapped after `mark`, with later lines below its first character."""
    indent = cell_width([(mark, "")])
    for index, line in enumerate(wrap(text, width - indent)):
        yield [(mark if not index else " " * indent, mark_style if not index else ""), (line, style)]
