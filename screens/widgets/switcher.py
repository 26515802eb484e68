"""A switcher that keeps its painted lines until they change."""

from __future__ import annotations

from textual import widgets

from screens.widgets.paint_cache import PaintCache


class ContentSwitcher(PaintCache, widgets.ContentSwitcher):
    """Shows one of its widgets."""
