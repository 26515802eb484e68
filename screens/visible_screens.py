"""Paints only screens that can be seen.

Textual counts the screen below an opaque one as visible. If the terminal is resized while a dialog is open, that screen
keeps its size; its area was then painted again and again, and Chinese characters across its edge were lost.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen


class VisibleScreens(App[None]):
    """An app in which no screen is painted below an opaque one."""

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        return [] if self.screen.styles.background.a == 1 else super()._background_screens
