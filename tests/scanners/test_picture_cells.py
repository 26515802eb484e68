"""Pictures in quadrant cells: the drawing, and the process that does it."""

from __future__ import annotations

import numpy as np
import pytest

from scanners import CellClient, ScanError
from scanners.cell_requests import QUADRANTS
from scanners.picture_cells import draw_cells
from tests.scanners.pictures import png

RED, BLUE = (255, 0, 0), (0, 0, 255)


def test_each_pair_of_colours_in_four_pixels_is_drawn_exactly() -> None:
    for index, _character in enumerate(QUADRANTS):
        quarters = [RED if index >> bit & 1 else BLUE for bit in range(3)] + [BLUE]
        picture = np.array(quarters, dtype=np.uint8).reshape(2, 2, 3)
        cells = draw_cells(picture, 1, 1)
        assert cells[0] == index
        assert tuple(cells[4:7]) == BLUE
        assert index == 0 or tuple(cells[1:4]) == RED


def test_four_colours_are_drawn_in_the_two_groups_that_differ_least() -> None:
    picture = np.array([[[10] * 3, [20] * 3], [[200] * 3, [220] * 3]], dtype=np.uint8)
    cells = draw_cells(picture, 1, 1)
    assert (QUADRANTS[cells[0]], cells[1], cells[4]) == ("▀", 15, 210)


def test_a_client_draws_in_a_child_process_and_again_after_the_child_was_ended() -> None:
    client = CellClient()
    try:
        picture = bytes([255, 255, 255] * 2 + [0, 0, 0] * 2)
        first = client.draw(picture, 2, 2, 1, 1)
        assert (QUADRANTS[first[0]], first[1], first[4]) == ("▀", 255, 0)
        client.close()
        assert client.draw(picture, 2, 2, 1, 1) == first
    finally:
        client.close()


def test_a_client_decodes_a_picture_of_at_most_the_size_asked_for_and_no_damaged_one() -> None:
    client = CellClient()
    try:
        assert client.decode(png(np.full((20, 40, 3), 255, np.uint8)), 10) == (10, 5, bytes([255] * 150))
        assert client.decode(b"no picture", 10) is None
        assert client.decode(b"", 10) is None
    finally:
        client.close()


@pytest.mark.parametrize("size", [(0, 2, 1, 1), (2, 2, 0, 1), (2, 2, 1, 5000), (3, 2, 1, 1)])
def test_a_request_of_impossible_size_is_refused(size: tuple[int, int, int, int]) -> None:
    with pytest.raises(ScanError):
        CellClient().draw(bytes(12), *size)
