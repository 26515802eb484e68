"""The smallest Textual app that answers a key: the measure of everything that `clerk bench feel` prints."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

MARKER = "READY-MARK"


class MinimalApp(App[None]):
    """One line that counts keys."""

    count = 0

    def compose(self) -> ComposeResult:
        yield Static(MARKER)

    def on_key(self) -> None:
        self.count += 1
        self.query_one(Static).update(f"{MARKER} {self.count}")


if __name__ == "__main__":
    MinimalApp().run()
