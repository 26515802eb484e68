"""The keys on the screen with which a citizen types digits."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from screens.kiosk.buttons import BigButton
from screens.kiosk.pages import constant_text
from screens.kiosk.sizes import TARGET_GAP, is_portrait, target_rows
from screens.widgets.containers import Container

KEYS, KEYS_BELOW = "123456789X0<", "123<4560789X"  # in rows of three keys, and of four below a text
_KEY_IDS = {"<": "backspace"}


class KeyPad(Container):
    """Twelve keys: at the right of the text in four rows, below the text of an upright screen in three."""

    DEFAULT_CSS = "KeyPad { layout: grid; grid-size: 3; grid-gutter: 2 3; grid-rows: 1fr; }"

    def compose(self) -> ComposeResult:
        for key in KEYS:
            yield BigButton("", constant_text(key), id=f"pad-{_KEY_IDS.get(key, key)}", classes="pad")

    def arrange_keys(self) -> None:
        """Arrange the keys for the size of the terminal."""
        is_below, rows = is_portrait(*self.app.size), target_rows(self.app.size.height)
        order = KEYS_BELOW if is_below else KEYS
        self.styles.height = 3 * rows + 2 * TARGET_GAP[1] if is_below else "100%"
        self.styles.grid_size_columns = 4 if is_below else 3
        self.sort_children(key=lambda button: order.index(key_of(button)))


def key_of(button: Widget) -> str:
    """Return the character of a key."""
    name = (button.id or "").removeprefix("pad-")
    return "<" if name == "backspace" else name
