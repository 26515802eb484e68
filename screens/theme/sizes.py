"""Sizes of the terminal, and the CSS classes that a screen has at each of them."""

from __future__ import annotations

from textual.dom import DOMNode
from textual.geometry import Size

MIN_SIZE = (80, 23)  # a terminal of 80 x 24 in tmux, which takes a line for its status
WIDE_COLUMNS = 110  # panels side by side
HUGE_COLUMNS = 180  # a third column
TALL_ROWS = 32  # room for frames at all sides, previews and plots


def set_size_classes(screen: DOMNode, size: Size, *, update: bool = True) -> None:
    """Set `-narrow`, `-wide`, `-huge` and `-tall` of a screen from the size of the terminal in cells.

    With `update=False` the styles are not computed again, because the screen has no parts yet.
    """
    screen.update_classes(size_classes(size), update=update)


def size_classes(size: Size) -> dict[str, bool]:
    """Return the classes that depend on the size, and whether each applies."""
    return {
        "-narrow": size.width < WIDE_COLUMNS,
        "-wide": size.width >= WIDE_COLUMNS,
        "-huge": size.width >= HUGE_COLUMNS,
        "-tall": size.height >= TALL_ROWS,
    }
