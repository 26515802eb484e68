"""NO_COLOR (no-color.org): the program sends no colour; bold, underline and reverse stay."""

from __future__ import annotations

import sys

from pyte.screens import Char

from tests.terminal.pty_terminal import Terminal


def cells_of(terminal: Terminal) -> list[Char]:
    """Return the cells that the program has written."""
    return [cell for line in terminal.emulator.buffer.values() for cell in line.values()]


def is_marked(cell: Char) -> bool:
    """Return whether a cell differs from plain text without a colour."""
    return bool(cell.reverse or cell.underscore or cell.bold)


def test_without_colour_no_colour_is_sent() -> None:
    command = [sys.executable, "-m", "tests.terminal.sample_app"]
    with Terminal(command, NO_COLOR="1") as terminal:
        terminal.wait_for(lambda text: "F6" in text and any(is_marked(cell) for cell in cells_of(terminal)))
        cells = cells_of(terminal)
    assert {(cell.fg, cell.bg) for cell in cells} == {("default", "default")}
