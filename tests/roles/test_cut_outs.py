"""Cut-outs of a page: a long line is broken into rows, each of which begins with the last character before."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.paper_readings import PaperReading, ReadValue
from clerk_app.roles.papers.cut_outs import draw_cut_out, find_part
from clerk_app.roles.papers.viewing import FilePages, ViewTerms
from clerk_app.views.page_view import PagePart
from clerk_app.views.shared import Picture
from tests.screens.sample_pages import NOW

READING = PaperReading(content="0" * 64)
SIDE = 1000  # pixels of the page


class Pages(FilePages):
    """A square white page; `drawn` has the parts that were asked for."""

    def __init__(self) -> None:
        super().__init__(lambda: b"", ViewTerms("", "", NOW), lambda: NOW)
        self.drawn: list[tuple[PagePart, int, int]] = []

    def measure_page(self, page: int) -> tuple[int, int]:
        assert page == 0
        return SIDE, SIDE

    def draw_part(self, page: int, quarters: int, part: PagePart, width: int, height: int) -> Picture:
        assert (page, quarters) == (0, 0)
        self.drawn.append((part, width, height))
        return Picture(width, height, bytes(3 * width * height))


def line_of(characters: float, tall: int = 20) -> tuple[int, ...]:
    """Return the corners of a line of text in the middle of the page, in thousandths."""
    right = 100 + round(characters * tall)
    return (100, 500, right, 500, right, 500 + tall, 100, 500 + tall)


def draw(corners: tuple[int, ...], width: int, height: int) -> tuple[Picture, Pages]:
    pages = Pages()
    picture = draw_cut_out(pages, READING, ReadValue(id="address", value="", corners=corners), width, height)
    assert picture is not None
    return picture, pages


def test_a_name_is_one_row_and_a_long_address_is_several() -> None:
    assert len(draw(line_of(3), 1200, 280)[1].drawn) == 1
    assert len(draw(line_of(30), 1200, 420)[1].drawn) > 1


def test_in_a_flat_place_a_line_stays_one_row() -> None:
    assert len(draw(line_of(30), 1200, 60)[1].drawn) == 1


@given(st.integers(1, 40), st.integers(60, 1200), st.integers(10, 900))
def test_rows_cover_the_line_without_a_gap_and_fit(characters: int, width: int, height: int) -> None:
    corners = line_of(characters)
    picture, pages = draw(corners, width, height)
    assert picture.width <= width
    assert picture.height <= height
    assert len(picture.rgb) == 3 * picture.width * picture.height
    whole = find_part(corners, 1.0)
    parts = [part for part, _width, _height in pages.drawn]
    assert abs(parts[0].left - whole.left) < 1e-9
    assert abs(parts[-1].left + parts[-1].width - whole.left - whole.width) < 1e-6
    for before, after in pairwise(parts):
        repeated = before.left + before.width - after.left
        assert repeated > 0.019  # the width of a character


def test_a_value_without_a_place_has_no_cut_out() -> None:
    assert draw_cut_out(Pages(), READING, ReadValue(id="address", value=""), 100, 100) is None
