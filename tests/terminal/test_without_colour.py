"""A terminal without colours gets none."""

from __future__ import annotations

import sys

from tests.terminal.pty_terminal import Terminal


def test_without_colour_no_colour_is_sent() -> None:
    command = [sys.executable, "-m", "tests.terminal.sample_app"]
    with Terminal(command, NO_COLOR="1") as terminal:

        def is_styled(text: str) -> bool:
            cells = [cell for line in terminal.emulator.buffer.values() for cell in line.values()]
            return "first=" in text and any(cell.reverse or cell.underscore or cell.bold for cell in cells)

        terminal.wait_for(is_styled)
        cells = [cell for line in terminal.emulator.buffer.values() for cell in line.values()]
    assert {(cell.fg, cell.bg) for cell in cells} == {("default", "default")}
