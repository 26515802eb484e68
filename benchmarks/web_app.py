"""The smallest app with a button as a screen process of `KioskServer`: the reference of the benchmark `web`."""

from __future__ import annotations

import json
import os

from textual.app import App, ComposeResult
from textual.widgets import Button


class ButtonApp(App[None]):
    """Shows one button, whose number changes when it is pressed."""

    CSS = "Button { width: 100%; height: 100%; }"
    number = 0

    def compose(self) -> ComposeResult:
        yield Button("press 0")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.number = 1 - self.number
        event.button.label = f"press {self.number}"


def read_line() -> bytes:
    """Read one line of the input byte by byte, because the driver reads what follows."""
    line = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line


if __name__ == "__main__":
    read_line()
    turn = read_line()
    if turn:
        size = json.loads(turn)
        os.environ["COLUMNS"], os.environ["ROWS"] = str(size["columns"]), str(size["rows"])
        ButtonApp().run()
