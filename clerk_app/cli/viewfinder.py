"""What a camera sees, drawn on the terminal of a command: half blocks, or shades where there are no colours."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clerk_app.app import terminal_lacks_colour

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from scanners import View

PREVIEW_SIZE = (64, 40)
"""The largest picture in pixels: columns, and twice the rows."""


@contextmanager
def open_viewfinder() -> Iterator[Callable[[View], None]]:
    """Gives a function that shows a view in the place of the one before; it does nothing where there is no terminal.

    The last picture stays when the block ends. The function may be called on any thread.
    """
    if not sys.stdout.isatty():
        yield lambda _view: None
        return
    from rich.console import Console
    from rich.live import Live

    console = Console()
    with Live(console=console, auto_refresh=False) as live:

        def show(view: View) -> None:
            if view.width:
                live.update(draw_view(view, console), refresh=True)

        yield show


def draw_view(view: View, console: Console) -> Text:
    """The preview of `view` with its outlines, as lines of text in the colours that `console` has."""
    from rich.style import Style
    from rich.text import Text

    from clerk_app.views import Picture
    from screens.widgets.picture import cell_characters, half_blocks, outline, scaled

    rows = scaled(Picture(view.width, view.height, view.rgb), view.width, view.height)
    for corners in view.outlines:
        outline(rows, corners)
    coloured = console.color_system is not None and not console.no_color and not terminal_lacks_colour()
    text = Text(no_wrap=True)
    for at in range(0, len(rows), 2):
        under = rows[at + 1] if at + 1 < len(rows) else [None] * view.width
        if coloured:
            for segment in half_blocks(rows[at], under, Style()):
                text.append(segment.text, segment.style)
        else:
            text.append(cell_characters(rows[at], under))
        text.append("\n")
    return text
