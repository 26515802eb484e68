"""Keeps the painted lines of widgets, and finds widgets that need no line renderer of Textual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class PaintCache:
    """Mixin that caches the painted lines of a widget until the widget or its visible region changes.

    Without the cache, Textual renders all widgets of a form again when one of them changes.
    """

    _painted_strips: tuple[object, list[Strip]] | None = None
    _is_wholly_dirty = True

    def _set_dirty(self, *regions: Region) -> None:
        self._painted_strips = None
        height = cast(Widget, self).size.height  # a list that scrolls refreshes a region with all of its lines
        if not regions or any(region.height >= height for region in regions):
            self._is_wholly_dirty = True
        super()._set_dirty(*regions)  # type: ignore[misc]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the cached lines if region, size, filters and theme are unchanged, else render them."""
        widget = cast(Widget, self)
        key = crop, widget.size, widget.get_line_filters(), widget.app.theme
        if self._painted_strips is None or self._painted_strips[0] != key:
            self._painted_strips = key, self._render_lines(crop)
        return self._painted_strips[1]

    def _render_lines(self, crop: Region) -> list[Strip]:
        self._is_wholly_dirty = False
        strips: list[Strip] = super().render_lines(crop)  # type: ignore[misc]
        return strips


def is_bare(widget: Widget) -> bool:
    """Return whether nothing is drawn around or over the lines of `widget`."""
    styles = widget.styles
    return not any(styles.gutter) and not any(styles.has_rule(name) for name in ("outline_top", "hatch", "tint"))


def keep_lines(widget: Widget, lines: Sequence[Strip]) -> None:
    """Give all lines of `widget` to Textual's cache, so that it paints only those which change afterwards."""
    cache = widget._styles_cache
    cache._width = widget.region.width
    cache._cache = dict(enumerate(lines))
    cache._dirty_lines.clear()
