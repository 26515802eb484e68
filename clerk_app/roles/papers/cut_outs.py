"""Cut-outs of pages: the place from which a value was read, large; a long line is broken into rows.

Each row begins with the last character of the row before, so that each character is whole in one of them.
"""

from __future__ import annotations

from clerk_app.cases.paper_readings import PaperReading, ReadValue
from clerk_app.views.page_view import PagePart, PaperPages
from clerk_app.views.shared import Picture

_MARGIN = 0.35  # of the height of the text, around it
_REPEATED = 1 / (1 + 2 * _MARGIN)  # of the height of a row: the width of a character
_MOST_ROWS = 4
_THOUSAND = 1000


def draw_cut_out(pages: PaperPages, reading: PaperReading, value: ReadValue, width: int, height: int) -> Picture | None:
    """Return the part of a page from which a value was read, in rows, at most `width` x `height` pixels.

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
    rows = _count_rows(ratio, width, height)
    row_ratio = _find_row_ratio(ratio, rows)
    row_height = max(1, int(_find_row_height(ratio, rows, width, height)))
    row_width = max(1, min(width, round(row_ratio * row_height)))
    share, step = part.width * row_ratio / ratio, part.width * (row_ratio - _REPEATED) / ratio
    drawn = [
        pages.draw_part(
            value.page - 1, quarters, part._replace(left=part.left + row * step, width=share), row_width, row_height
        )
        for row in range(rows)
    ]
    return Picture(row_width, rows * row_height, b"".join(picture.rgb for picture in drawn))


def _find_row_ratio(ratio: float, rows: int) -> float:
    """Return width by height of each row of a cut-out with this ratio."""
    return (ratio + (rows - 1) * _REPEATED) / rows


def _find_row_height(ratio: float, rows: int, width: int, height: int) -> float:
    """Return the height of each row, in pixels, for a cut-out of at most `width` x `height` pixels."""
    return min(width / _find_row_ratio(ratio, rows), height / rows)


def _count_rows(ratio: float, width: int, height: int) -> int:
    """Return in how many rows a line of text is drawn, so that it is as large as possible."""
    return max(range(1, _MOST_ROWS + 1), key=lambda rows: _find_row_height(ratio, rows, width, height))


def find_part(corners: tuple[int, ...], ratio: float) -> PagePart:
    """Return the part of a page around four corners in thousandths; `ratio` is width by height of the page."""
    across, down = corners[::2], corners[1::2]
    tall = max(1, max(down) - min(down)) / _THOUSAND
    left = max(0.0, min(across) / _THOUSAND - tall * _MARGIN / ratio)
    top = max(0.0, min(down) / _THOUSAND - tall * _MARGIN)
    right = min(1.0, max(across) / _THOUSAND + tall * _MARGIN / ratio)
    bottom = min(1.0, max(down) / _THOUSAND + tall * _MARGIN)
    return PagePart(left, top, max(right - left, 1 / _THOUSAND), max(bottom - top, 1 / _THOUSAND))
