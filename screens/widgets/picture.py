"""The widget for pictures: quadrants in two colours, drawn by a child process, or pixels; half blocks without them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.shared import Picture
from screens.host import host_of
from screens.widgets.kitty_graphics import MARKS, deletion, next_picture_number, placeholders, transmission
from screens.widgets.picture_cells import Corners, cell_characters, fitted, half_blocks, outline, quadrants, scaled

if TYPE_CHECKING:
    from clerk_app.views.drawing import DrawingService

PORTRAIT_ROWS = 25  # rows of cells below which a portrait shows too little of a face


class PictureWidget(Widget):
    """Shows a picture as large as possible; centred, or at the top with the class `top`.

    A still picture (`show_picture`) is drawn in quadrants as soon as they are computed, or in pixels where the setting
    `pictures` names a protocol; a picture of the camera (`show_frame`) in half blocks, with outlines.
    A new still picture stays empty until then, because half blocks would delay the paint of the facts.
    """

    DEFAULT_CSS = "PictureWidget { height: 1fr; width: 1fr; background: $sheet; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._picture: Picture | None = None
        self._outlines: Sequence[Corners] = ()
        self._strips: list[Strip] = []
        self._drawn: tuple[int, int, bool] | None = None  # size and colours of the strips
        self._is_still = True
        self._cells = b""
        self._cells_size = (0, 0)  # columns and rows of the cells, or of the pixels in the terminal
        self._requested_size = (0, 0)  # of the cells that were asked for last: until they come, older ones are held
        self._cells_failed = False
        self._number = 0  # of the picture in the memory of the terminal; 0 if it is not there

    def show_picture(self, picture: Picture | None) -> None:
        """Show a still picture, or nothing."""
        if self._is_still and picture == self._picture:
            return
        self._picture, self._outlines, self._is_still = picture, (), True
        self._forget_cells()
        self._request_cells()

    def show_frame(self, picture: Picture | None, outlines: Sequence[Corners] = ()) -> None:
        """Show a picture of the camera; `outlines` are corners as fractions of the width and height of the picture."""
        self._picture, self._outlines, self._is_still = picture, outlines, False
        self._forget_cells()

    def fitted_cells(self, picture: Picture) -> tuple[int, int]:
        """Return columns and rows of a picture in this widget."""
        return _fitted_cells(picture, *self.size)

    def show_cells(self, picture: Picture, cells: bytes, size: tuple[int, int]) -> None:
        """Show a picture with its quadrants, which were computed for `size` (columns and rows) cells."""
        self._picture, self._outlines, self._is_still = picture, (), True
        self._cells, self._cells_size, self._drawn, self._cells_failed = cells, size, None, False
        self._requested_size = size
        self.refresh()

    @property
    def is_coarse(self) -> bool:
        """Whether the widget is too small for a portrait to show a face well."""
        return self.rows < PORTRAIT_ROWS

    @property
    def rows(self) -> int:
        """Rows for the picture."""
        return self.size.height

    def _forget_cells(self) -> None:
        """Drop what was drawn of an earlier picture, also from the memory of the terminal."""
        self._cells, self._cells_size, self._drawn, self._cells_failed = b"", (0, 0), None, False
        self._requested_size = (0, 0)
        if self._number:
            host_of(self).write_graphics(deletion(self._number))
            self._number = 0
        self.refresh()

    def on_unmount(self) -> None:
        self._forget_cells()

    def on_mount(self) -> None:
        self._request_cells()

    def on_resize(self) -> None:
        self._request_cells()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        shaded = self.app.no_color
        if self._drawn != (width, height, shaded):
            self._strips, self._drawn = self._draw(width, height, shaded=shaded), (width, height, shaded)
        return self._strips[y] if y < len(self._strips) else Strip.blank(width, self.rich_style)

    def _request_cells(self) -> None:
        """Have a still picture drawn in quadrants, or sent in pixels, unless that is done or going on for this size."""
        picture = self._picture
        if picture is None or not self._is_still or not self.size or not self.is_attached or not picture.width:
            return
        host, size = host_of(self), _fitted_cells(picture, *self.size)
        drawing = host.drawing
        if drawing is None or size == self._requested_size:
            return
        self._requested_size = size
        if drawing.sends_pixels and max(size) <= len(MARKS) and not self.app.no_color and host.has_all_colours:
            self._number, self._cells_size = self._number or next_picture_number(), size
            host.write_graphics(transmission(picture, self._number, *size))
            self._drawn = None
            self.refresh()
        else:
            host.run_in_background(self._compute_cells(drawing, picture, size))

    async def _compute_cells(self, drawing: DrawingService, picture: Picture, size: tuple[int, int]) -> None:
        try:
            cells = await asyncio.to_thread(drawing.draw_cells, picture, *size)
        except ClerkError:
            self._cells_failed = True
            cells = b""
        if picture is self._picture and size == self._requested_size:
            if cells:
                self._cells, self._cells_size = cells, size
            self._drawn = None
            self.refresh()

    def _draw(self, width: int, height: int, *, shaded: bool) -> list[Strip]:
        picture = self._picture
        if picture is None or not picture.width or not picture.height:
            return []
        if self._awaits_cells and not shaded:
            return []
        columns, rows = _fitted_cells(picture, width, height)
        base_style = self.rich_style
        is_current = not shaded and (columns, rows) == self._cells_size
        if self._number and is_current:
            lines = [placeholders(self._number, columns, row, base_style) for row in range(rows)]
        elif self._cells and is_current:
            lines = [quadrants(self._cells, columns, row) for row in range(rows)]
        else:
            lines = self._draw_half_blocks(picture, width, height, shaded=shaded)
            columns = sum(segment.cell_length for segment in lines[0])
        above = 0 if self.has_class("top") else (height - len(lines)) // 2
        left = [Segment(" " * ((width - columns) // 2), base_style)]
        strips = [Strip([*left, *line]).adjust_cell_length(width, base_style) for line in lines]
        return [*[Strip.blank(width, base_style)] * above, *strips]

    @property
    def _awaits_cells(self) -> bool:
        """Whether a still picture of which nothing was drawn yet will be drawn soon."""
        is_drawn = bool(self._cells) or bool(self._number) or self._cells_failed
        return self._is_still and not is_drawn and host_of(self).drawing is not None

    def _draw_half_blocks(self, picture: Picture, width: int, height: int, *, shaded: bool) -> list[list[Segment]]:
        pixel_width, pixel_height = fitted(picture, width, height * 2)
        rows = scaled(picture, pixel_width, pixel_height)
        for corners in self._outlines:
            outline(rows, corners)
        lines, base_style = [], self.rich_style
        for index in range(0, pixel_height, 2):
            under = rows[index + 1] if index + 1 < pixel_height else [None] * pixel_width
            lines.append(
                [Segment(cell_characters(rows[index], under), base_style)]
                if shaded
                else half_blocks(rows[index], under, base_style)
            )
        return lines


def coarse_portrait_sentence() -> str:
    """Return the warning for a portrait whose widget `is_coarse`."""
    return _("A picture this small cannot settle it: compare with the original document.")


def _fitted_cells(picture: Picture, width: int, height: int) -> tuple[int, int]:
    """Return columns and rows of the picture in a room of `width` x `height` cells, twice as high as wide."""
    pixel_width, pixel_height = fitted(picture, width, height * 2)
    return pixel_width, max(1, pixel_height // 2)
