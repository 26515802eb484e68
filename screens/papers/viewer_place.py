"""Which part of a page is visible: page, zoom, turn and place, and the keys that change them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

from clerk_app.views.page_view import PagePart

WHOLE = 0
ZOOMS = (WHOLE, 1, 2, 4, 8)
"""The whole page, then multiples of the page's width in the width of the room."""

_ROUNDING = 1e-6  # cells; an edge of the page that is this little beyond a cell fills no other one
PAN = 0.4  # of what is visible, for one key


@dataclass(frozen=True)
class PagePlace:
    """The visible part of a page. `x` and `y` are the middle of the visible part, as fractions of the turned page."""

    page: int = 0
    quarters: int = 0
    step: int = 0  # index in ZOOMS
    x: float = 0.5
    y: float = 0.0

    @property
    def zoom(self) -> int:
        """The zoom of ZOOMS."""
        return ZOOMS[self.step]


class VisiblePart(NamedTuple):
    """A part of a page and the cells in which it is drawn."""

    part: PagePart
    columns: int
    rows: int


def find_visible_part(place: PagePlace, page_size: tuple[int, int], columns: int, rows: int) -> VisiblePart:
    """Return what of a page is visible in `columns` x `rows` cells, which are twice as high as wide.

    `page_size` is the size before the page is turned. The part never reaches over the edge of the page.
    """
    width, height = page_size if place.quarters % 2 == 0 else page_size[::-1]
    page_columns = columns * place.zoom if place.zoom else min(columns, 2 * rows * width / height)
    page_rows = page_columns * height / width / 2
    shown_columns = max(1, min(columns, ceil(page_columns - _ROUNDING)))
    shown_rows = max(1, min(rows, ceil(page_rows - _ROUNDING)))
    part_width, part_height = min(1.0, shown_columns / page_columns), min(1.0, shown_rows / page_rows)
    left = min(max(place.x - part_width / 2, 0.0), 1.0 - part_width)
    top = min(max(place.y - part_height / 2, 0.0), 1.0 - part_height)
    return VisiblePart(PagePart(left, top, part_width, part_height), shown_columns, shown_rows)


def zoom_place(place: PagePlace, by: int, part: PagePart) -> PagePlace:
    """Return the place after `by` steps of the zoom; the middle of what is visible stays in the middle."""
    step = min(max(place.step + by, 0), len(ZOOMS) - 1)
    return replace(place if place.zoom == WHOLE else _centred(place, part), step=step)


def pan_place(place: PagePlace, right: int, down: int, part: PagePart) -> PagePlace:
    """Return the place moved by PAN of the visible part, at most to the edges of the page."""
    centred = _centred(place, part)
    return replace(
        centred,
        x=_limited(centred.x + right * PAN * part.width, part.width),
        y=_limited(centred.y + down * PAN * part.height, part.height),
    )


def turn_place(place: PagePlace, part: PagePart) -> PagePlace:
    """Return the place after a turn by 90 degrees clockwise; the middle of what is visible stays in the middle."""
    quarters = (place.quarters + 1) % 4
    if place.zoom == WHOLE:
        return replace(place, quarters=quarters)
    centred = _centred(place, part)
    return replace(centred, quarters=quarters, x=1.0 - centred.y, y=centred.x)


def _centred(place: PagePlace, part: PagePart) -> PagePlace:
    return replace(place, x=part.left + part.width / 2, y=part.top + part.height / 2)


def _limited(middle: float, length: float) -> float:
    return min(max(middle, length / 2), 1.0 - length / 2)
