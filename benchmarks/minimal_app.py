"""The smallest Textual app that reacts to a key; `feel` compares the program with it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

MARKER = "READY-MARK"


class MinimalApp(App[None]):
    """Shows one line that counts keys."""

    count = 0

    def compose(self) -> ComposeResult:
        yield Static(MARKER)

    def on_key(self) -> None:
        self.count += 1
        self.query_one(Static).update(f"{MARKER} {self.count}")


if __name__ == "__main__":
    MinimalApp().run()
