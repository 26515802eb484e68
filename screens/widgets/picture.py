"""Pictures in terminal cells: quadrants in two colours, drawn by a child process; half blocks until they are there.

A half block shows two pixels, the upper as foreground, the lower as background colour. Plain Python, so that the first
screen does not import a picture library or numpy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.drawing import CELL_BYTES, QUADRANTS
from clerk_app.views.shared import Picture
from screens.host import host_of

if TYPE_CHECKING:
    from clerk_app.views.drawing import DrawingService

OUTLINE = (120, 255, 120)
SHADES = " .:-=+*%#"  # from dark to light, for terminals without colours
OUTLINE_CHARACTER = "@"  # a cell of an outline in such a terminal
PORTRAIT_ROWS = 25  # rows of cells below which a portrait shows too little of a face

Pixel = tuple[int, int, int]
Corners = Sequence[tuple[float, float]]


class PictureWidget(Widget):
    """Shows a picture as large as possible; centred, or at the top with the class `top`.

    A still picture (`show_picture`) is drawn in quadrants as soon as they are computed; a picture of the camera
    (`show_frame`) in half blocks, with outlines of codes.
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
        self._cells_size = (0, 0)  # columns and rows of the cells, or of those that are being computed

    def show_picture(self, picture: Picture | None) -> None:
        """Show a still picture, or nothing."""
        if self._is_still and picture == self._picture:
            return
        self._picture, self._outlines, self._is_still = picture, (), True
        self._cells, self._cells_size, self._drawn = b"", (0, 0), None
        self.refresh()
        self._request_cells()

    def show_frame(self, picture: Picture | None, outlines: Sequence[Corners] = ()) -> None:
        """Show a picture of the camera; `outlines` are corners as fractions of the width and height of the picture."""
        self._picture, self._outlines, self._is_still = picture, outlines, False
        self._cells, self._cells_size, self._drawn = b"", (0, 0), None
        self.refresh()

    @property
    def is_coarse(self) -> bool:
        """Whether the widget is too small for a portrait to show a face well."""
        return self.size.height < PORTRAIT_ROWS

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
        """Have the quadrants of a still picture computed, unless that is done or going on for this size."""
        picture = self._picture
        if picture is None or not self._is_still or not self.size or not self.is_attached or not picture.width:
            return
        drawing = host_of(self).drawing
        size = _fitted_cells(picture, *self.size)
        if drawing is not None and size != self._cells_size:
            self._cells_size = size
            host_of(self).run_in_background(self._compute_cells(drawing, picture, size))

    async def _compute_cells(self, drawing: DrawingService, picture: Picture, size: tuple[int, int]) -> None:
        try:
            cells = await asyncio.to_thread(drawing.draw_cells, picture, *size)
        except ClerkError:
            return  # the half blocks stay
        if picture is self._picture and size == self._cells_size:
            self._cells, self._drawn = cells, None
            self.refresh()

    def _draw(self, width: int, height: int, *, shaded: bool) -> list[Strip]:
        picture = self._picture
        if picture is None or not picture.width or not picture.height:
            return []
        columns, rows = _fitted_cells(picture, width, height)
        base_style = self.rich_style
        if self._cells and not shaded and (columns, rows) == self._cells_size:
            lines = [quadrants(self._cells, columns, row) for row in range(rows)]
        else:
            lines = self._draw_half_blocks(picture, width, height, shaded=shaded)
            columns = sum(segment.cell_length for segment in lines[0])
        above = 0 if self.has_class("top") else (height - len(lines)) // 2
        left = [Segment(" " * ((width - columns) // 2), base_style)]
        strips = [Strip([*left, *line]).adjust_cell_length(width, base_style) for line in lines]
        return [*[Strip.blank(width, base_style)] * above, *strips]

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
    """Return the sentence beside a portrait whose widget `is_coarse`."""
    return _("A picture this small cannot settle who somebody is. Ask for the original document and compare its photo.")


def _fitted_cells(picture: Picture, width: int, height: int) -> tuple[int, int]:
    """Return columns and rows of the picture in a room of `width` x `height` cells, twice as high as wide."""
    pixel_width, pixel_height = fitted(picture, width, height * 2)
    return pixel_width, max(1, pixel_height // 2)


def fitted(picture: Picture, width: int, height: int) -> tuple[int, int]:
    """Return the largest width and height in pixels within `width` x `height` with the picture's aspect ratio."""
    scale = min(width / picture.width, height / picture.height)
    return max(1, int(picture.width * scale)), max(1, int(picture.height * scale))


def scaled(picture: Picture, width: int, height: int) -> list[list[Pixel]]:
    """Return the picture scaled to `width` x `height`; each pixel is the mean of up to 3 x 3 original pixels."""
    rgb, fine = picture.rgb, max(1, min(3, picture.width // width))
    across = [[((x * fine + n) * picture.width // (width * fine)) * 3 for n in range(fine)] for x in range(width)]
    rows: list[list[Pixel]] = []
    for y in range(height):
        lines = [((y * fine + n) * picture.height // (height * fine)) * picture.width * 3 for n in range(fine)]
        rows.append([_mean(rgb, [line + x for line in lines for x in columns]) for columns in across])
    return rows


def _mean(rgb: bytes, places: Sequence[int]) -> Pixel:
    if len(places) == 1:
        index = places[0]
        return rgb[index], rgb[index + 1], rgb[index + 2]
    count = len(places)
    return (
        sum([rgb[index] for index in places]) // count,
        sum([rgb[index + 1] for index in places]) // count,
        sum([rgb[index + 2] for index in places]) // count,
    )


def outline(rows: list[list[Pixel]], corners: Corners) -> None:
    """Draw a closed line through corners given as fractions of width and height."""
    pixel_height, pixel_width = len(rows), len(rows[0])
    points = [(round(x * (pixel_width - 1)), round(y * (pixel_height - 1))) for x, y in corners]
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            x, y = x0 + (x1 - x0) * step // steps, y0 + (y1 - y0) * step // steps
            if 0 <= x < pixel_width and 0 <= y < pixel_height:
                rows[y][x] = OUTLINE


def cell_characters(upper: Sequence[Pixel], lower: Sequence[Pixel | None]) -> str:
    """Return a line of cells as characters; denser characters are lighter."""
    return "".join(_cell_character([pixel for pixel in pair if pixel]) for pair in zip(upper, lower, strict=True))


def _cell_character(pixels: Sequence[Pixel]) -> str:
    if OUTLINE in pixels:
        return OUTLINE_CHARACTER
    light = sum(3 * red + 6 * green + blue for red, green, blue in pixels) / (2551 * len(pixels))
    return SHADES[int(light * len(SHADES))]


def half_blocks(upper: Sequence[Pixel], lower: Sequence[Pixel | None], base_style: Style) -> list[Segment]:
    """Return a line of cells as segments; neighbouring cells with the same colours form one segment."""
    segments: list[Segment] = []
    run, shown = 0, None
    for pair in [*zip(upper, lower, strict=True), None]:
        if pair != shown and shown is not None:
            segments.append(Segment("▀" * run, _style(*shown, base_style)))
            run = 0
        shown = pair
        run += 1
    return segments


def _style(upper: Pixel, lower: Pixel | None, base_style: Style) -> Style:
    below = Color.from_rgb(*lower) if lower is not None else base_style.bgcolor
    return Style(color=Color.from_rgb(*upper), bgcolor=below)


def quadrants(cells: bytes, columns: int, row: int) -> list[Segment]:
    """Return a row of quadrant cells, as `DrawingService.draw_cells` returns them, as segments."""
    start, end = row * columns * CELL_BYTES, (row + 1) * columns * CELL_BYTES
    return [
        Segment(QUADRANTS[cells[at]], _cell_style(cells[at + 1 : at + 4], cells[at + 4 : at + 7]))
        for at in range(start, end, CELL_BYTES)
    ]


@lru_cache(8192)
def _cell_style(upper: bytes, lower: bytes) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
