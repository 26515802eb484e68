"""Containers that keep their painted lines until they change.

With a key, Textual renders every container around the painted widget again; with frames there are about nine.
"""

from __future__ import annotations

from textual import containers

from screens.widgets.paint_cache import PaintCache


class Container(PaintCache, containers.Container):
    """A plain container."""


class Horizontal(PaintCache, containers.Horizontal):
    """A row of widgets."""


class Vertical(PaintCache, containers.Vertical):
    """A column of widgets."""


class VerticalScroll(PaintCache, containers.VerticalScroll):
    """A column of widgets that scrolls."""
