"""What is drawn for the screens: pictures in cells, and text from a font."""

from __future__ import annotations

import pytest

from clerk_app.errors import BadData
from clerk_app.roles.drawing import MachineDrawing
from clerk_app.views.drawing import CELL_BYTES, QUADRANTS
from clerk_app.views.shared import Picture
from scanners import cell_requests


def test_cells_have_the_characters_and_the_size_of_the_contract() -> None:
    assert (QUADRANTS, CELL_BYTES) == (cell_requests.QUADRANTS, cell_requests.CELL_BYTES)


def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(BadData):
        MachineDrawing().draw_cells(Picture(4, 4, b"short"), 2, 2)


def test_chinese_text_has_ink_in_at_most_the_rows_asked_for() -> None:
    rows = MachineDrawing().draw_text("请到3号窗口", 16)
    if not rows:
        pytest.skip("no Chinese font on this machine")
    assert 12 <= len(rows) <= 16
    assert len({len(row) for row in rows}) == 1
    assert 0.15 < sum(map(sum, rows)) / (len(rows) * len(rows[0])) < 0.6


def test_a_font_that_cannot_be_read_is_replaced_by_one_of_the_system() -> None:
    assert MachineDrawing("no-such-font.ttf").draw_text("号", 16) == MachineDrawing().draw_text("号", 16)
