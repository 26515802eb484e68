"""Drawing of pictures in terminal cells: half blocks, characters of different density, and computed quadrants.

A half block shows two pixels, the upper as foreground, the lower as background colour. Plain Python, so that the first
screen does not import a picture library or numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from clerk_app.views.drawing import CELL_BYTES, QUADRANTS
from clerk_app.views.shared import Picture

OUTLINE = (120, 255, 120)
SHADES = " .:-=+*%#"  # from dark to light, for terminals without colours
OUTLINE_CHARACTER = "@"  # a cell of an outline in such a terminal

Pixel = tuple[int, int, int]
Corners = Sequence[tuple[float, float]]


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
