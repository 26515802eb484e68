"""Two texts with their common passages."""

from __future__ import annotations

import pytest

from clerk_app.views.similar import MarkedPart, TextPair
from screens.department.similar import list_text_lines
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case

PAIR = TextPair("Project", "甲乙丙丁戊己庚辛", "子丑丙丁戊寅", (MarkedPart(2, 5, 2, 5, 100),))


def lines(width: int, *, is_other: bool) -> list[str]:
    found = list_text_lines((PAIR,), width, is_other=is_other, head="x")
    return ["".join(text for text, _style in line) for line, _number in found]


def test_a_passage_has_the_same_number_in_both_texts() -> None:
    assert lines(80, is_other=False) == ["x", "甲乙[1: 丙丁戊]己庚辛"]
    assert lines(80, is_other=True) == ["x", "子丑[1: 丙丁戊]寅"]


def test_no_line_is_wider_than_the_pane_and_no_character_is_lost() -> None:
    found = lines(8, is_other=False)
    assert all(sum(2 if ord(character) > 255 else 1 for character in line) <= 8 for line in found)
    assert "".join(found[1:]) == "甲乙[1: 丙丁戊]己庚辛"


def test_a_jump_finds_the_line_in_which_a_passage_begins() -> None:
    found = list_text_lines((PAIR,), 8, is_other=False, head="x")
    assert [number for _line, number in found if number] == [1]


@pytest.mark.wide
@pytest.mark.usefixtures("english")
async def test_the_counter_asks_for_a_hint_by_its_number_and_shows_no_other_application() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.has_compared_texts = True
        await start_birth_case(pilot)
        await press(pilot, "f8", "70", "enter")
        assert "Earlier applications with parts of the same text: 1; up to 40 %." in screen_text(app)
        await press(pilot, "escape")
        assert "Earlier applications with parts" not in screen_text(app)
