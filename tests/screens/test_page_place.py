"""Which part of a page is visible, for any size of the page and of the room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.roles.papers.viewing import turn_back
from clerk_app.views.page_view import PagePart
from screens.papers.viewer_place import (
    ZOOMS,
    PagePlace,
    find_visible_part,
    pan_place,
    turn_place,
    zoom_place,
)

SIZES = st.tuples(st.integers(50, 4096), st.integers(50, 4096))
ROOMS = st.tuples(st.integers(1, 300), st.integers(1, 100))
PLACES = st.builds(
    PagePlace,
    quarters=st.integers(0, 3),
    step=st.integers(0, len(ZOOMS) - 1),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
)


@given(PLACES, SIZES, ROOMS)
def test_the_visible_part_is_inside_the_page_and_its_cells_inside_the_room(
    place: PagePlace, size: tuple[int, int], room: tuple[int, int]
) -> None:
    part, columns, rows = find_visible_part(place, size, *room)
    assert 1 <= columns <= room[0]
    assert 1 <= rows <= room[1]
    assert 0 <= part.left <= part.left + part.width <= 1 + 1e-9
    assert 0 <= part.top <= part.top + part.height <= 1 + 1e-9


@given(SIZES, ROOMS, st.integers(0, 3))
def test_the_whole_page_is_visible_at_the_first_zoom(
    size: tuple[int, int], room: tuple[int, int], quarters: int
) -> None:
    part = find_visible_part(PagePlace(quarters=quarters), size, *room).part
    assert tuple(part) == pytest.approx((0, 0, 1, 1))


def test_an_a4_page_keeps_its_shape_in_cells_that_are_twice_as_high_as_wide() -> None:
    _part, columns, rows = find_visible_part(PagePlace(), (1654, 2339), 78, 21)
    assert (columns, rows) == (30, 21)


def test_the_zoom_steps_are_the_whole_page_its_width_and_two_four_and_eight_times_its_width() -> None:
    widths = [find_visible_part(PagePlace(step=step), (1654, 2339), 78, 21).part.width for step in range(len(ZOOMS))]
    assert widths == [pytest.approx(width) for width in (1, 1, 0.5, 0.25, 0.125)]


def test_a_zoom_begins_at_the_top_of_the_page() -> None:
    place, room = PagePlace(), ((1654, 2339), 78, 21)
    place = zoom_place(place, 1, find_visible_part(place, *room).part)
    assert find_visible_part(place, *room).part.top == 0


@given(PLACES, SIZES, ROOMS)
def test_zooming_in_keeps_the_middle_of_what_is_visible(
    place: PagePlace, size: tuple[int, int], room: tuple[int, int]
) -> None:
    part = find_visible_part(place, size, *room).part
    nearer = find_visible_part(zoom_place(place, 1, part), size, *room).part
    if place.step:
        assert nearer.left + nearer.width / 2 == pytest.approx(part.left + part.width / 2)
        assert nearer.top + nearer.height / 2 == pytest.approx(part.top + part.height / 2)


@given(SIZES, ROOMS, st.integers(1, 4))
def test_panning_reaches_every_edge_of_the_page(size: tuple[int, int], room: tuple[int, int], step: int) -> None:
    place = PagePlace(step=step)
    for _press in range(200):
        place = pan_place(place, 1, 1, find_visible_part(place, size, *room).part)
    part = find_visible_part(place, size, *room).part
    assert part.left + part.width == pytest.approx(1)
    if part.height > 0.02:
        assert part.top + part.height == pytest.approx(1)


@given(PLACES, SIZES, ROOMS)
def test_four_turns_lead_back_to_the_same_place(place: PagePlace, size: tuple[int, int], room: tuple[int, int]) -> None:
    part = find_visible_part(place, size, *room).part
    turned = place
    for _turn in range(4):
        turned = turn_place(turned, PagePart(turned.x, turned.y, 0, 0))
    assert turned.quarters == place.quarters
    assert find_visible_part(turned, size, *room).part == pytest.approx(part)


@given(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.1, 0.5), st.floats(0.1, 0.5), st.integers(0, 3))
def test_a_part_of_a_turned_page_is_turned_back_to_the_same_part(
    left: float, top: float, width: float, height: float, quarters: int
) -> None:
    part = PagePart(left, top, width, height)
    back = turn_back(part, quarters)
    assert turn_back(back, 4 - quarters) == pytest.approx(part)
