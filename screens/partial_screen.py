"""`PartialScreen`, the base of all screens: paints only the widgets that can be seen in the changed regions.

Textual renders each widget whose container overlaps the rectangle around all changes: with one character in a form, all
of its fields and scroll bars and every container around them. Below a dialog it renders the whole screen again.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip


class PartialCompositor(Compositor):
    """A compositor that renders no widget outside the changed regions, and none that others cover there."""

    _update_regions: tuple[Region, ...] = ()  # being painted; empty while all lines are

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return the update of the changed regions, None if there are none."""
        self._update_regions = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._update_regions = ()

    def render_rows(self, rows: Iterable[int]) -> dict[int, Strip]:
        """Return the lines of the screen at these rows."""
        width, wanted = self.size.width, set(rows)
        self._update_regions = tuple(Region(0, y, width, 1) for y in wanted)
        try:
            chops = self._render_chops(self.size.region, wanted.__contains__)
        finally:
            self._update_regions = ()
        return {y: Strip.join(chops[y].values()) for y in wanted}

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield the lines of the widgets in the changed regions from front to back, until those are full."""
        pending = list(self._update_regions or (crop or self.size.region,))
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if shown and any(shown.overlaps(part) for part in pending):
                yield region, clip, widget.render_lines(shown.translate((-region.x, -region.y)))
                pending = [part for part in pending if not shown.contains_region(part)]
                if not pending:
                    return


class PartialScreen(Screen[None]):
    """A screen with a `PartialCompositor`. Below a dialog, the dialog paints what changes on it, and only that."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._compositor: PartialCompositor = PartialCompositor()

    def _compositor_refresh(self) -> None:
        """Paint all that is marked for it. A layout marks widgets that it resizes; Textual paints those twice.

        In a batch nothing is painted, because Textual would discard it; the marks stay until the batch ends.
        """
        if self.app._batch_count:
            return
        compositor, top = self._compositor, self.app.screen
        compositor.update_widgets({widget for widget in compositor.visible_widgets if widget._repaint_regions})
        if self is top or self not in self.app._background_screens:
            super()._compositor_refresh()
        elif compositor._dirty_regions:  # Textual would also mark this screen, and paint it once more
            # whole rows: the edge of a region may lie within a wide character of the dialog
            rows = [Region(0, region.y, self.size.width, region.height) for region in compositor._dirty_regions]
            top.refresh(*rows)
            compositor._dirty_regions.clear()
            self._dirty_widgets.clear()

    def _render_content(self) -> None:
        """Render the ground of the screen; of the screen below, only the lines that have changed."""
        rows = {y for region in self._dirty_regions for y in region.line_range}
        below = self._screen_below()
        if below is None or self._render_cache.size != self.size or len(rows) >= self.size.height:
            super()._render_content()
            return
        ground, style = self.styles.background, self.visual_style.rich_style
        for y, strip in below._compositor.render_rows(rows).items():
            tinted = BackgroundScreen.process_segments(strip, ground)
            self._render_cache.lines[y] = Strip(Segment.apply_style(tinted, style), strip.cell_length)
        self._dirty_regions.clear()

    def _screen_below(self) -> PartialScreen | None:
        """Return the screen that is visible through this one, None if there is none of the same size."""
        stack = [*self.app._background_screens, self.app.screen]
        index = stack.index(self) if self in stack else 0
        below = stack[index - 1] if index > 0 and self.styles.background.a < 1 else None
        return below if isinstance(below, PartialScreen) and below._compositor.size == self.size else None
