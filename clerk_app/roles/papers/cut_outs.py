"""Cut-outs of pages: the place from which a value was read, large."""

from __future__ import annotations

from clerk_app.cases.paper_readings import PaperReading, ReadValue
from clerk_app.views.page_view import PagePart, PaperPages
from clerk_app.views.shared import Picture

_MARGIN = 0.6  # of the height of the text, around it
_THOUSAND = 1000


def draw_cut_out(pages: PaperPages, reading: PaperReading, value: ReadValue, width: int, height: int) -> Picture | None:
    """Return the part of a page from which a value was read, at most `width` x `height` pixels.

    None if its place is not known. Raises what `PaperPages.draw_part` raises.
    """
    if len(value.corners) != 8:
        return None
    quarters = reading.turned[value.page - 1] if value.page <= len(reading.turned) else 0
    page_width, page_height = pages.measure_page(value.page - 1)
    if quarters % 2:
        page_width, page_height = page_height, page_width
    part = find_part(value.corners, page_width / page_height)
    ratio = part.width * page_width / (part.height * page_height)
    is_flat = width / ratio <= height
    fitted = (width, max(1, round(width / ratio))) if is_flat else (max(1, round(height * ratio)), height)
    return pages.draw_part(value.page - 1, quarters, part, *fitted)


def find_part(corners: tuple[int, ...], ratio: float) -> PagePart:
    """Return the part of a page around four corners in thousandths; `ratio` is width by height of the page."""
    across, down = corners[::2], corners[1::2]
    tall = max(1, max(down) - min(down)) / _THOUSAND
    left = max(0.0, min(across) / _THOUSAND - tall * _MARGIN / ratio)
    top = max(0.0, min(down) / _THOUSAND - tall * _MARGIN)
    right = min(1.0, max(across) / _THOUSAND + tall * _MARGIN / ratio)
    bottom = min(1.0, max(down) / _THOUSAND + tall * _MARGIN)
    return PagePart(left, top, max(right - left, 1 / _THOUSAND), max(bottom - top, 1 / _THOUSAND))
