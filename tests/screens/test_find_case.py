"""Finding a person or a case by keys: the kind of search that is recognised, a purpose, and the results."""

from __future__ import annotations

import pytest

from clerk_app.views.case_list import SearchResult
from tests.screens.sample_cases import own_cases
from tests.screens.sample_data import CASE, FAR_CASE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


async def test_a_person_is_found_for_a_purpose_and_the_chosen_case_opens() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.found = SearchResult(own_cases(), 9)
        await press(pilot, "f5", "f5", "Wang Li", "enter")
        assert "Give an identity number" in screen_text(app)
        await press(pilot, " 1990-04-18")
        assert "wang li, born 1990-04-18" in screen_text(app)
        await press(pilot, "enter", "enter")
        assert "What is it for?" in screen_text(app)  # no purpose is chosen beforehand
        assert "x What is it for?" not in screen_text(app)  # nothing was wrong
        assert service.asked == []
        await press(pilot, "down", "enter")
        assert service.asked == ["find_cases Wang Li 1990-04-18 status"]
        shown = screen_text(app)
        assert "Found at the center (9)" in shown
        assert "The 2 newest of 9 cases." in shown
        await press(pilot, "enter")
        assert service.asked[-1] == f"open_case {CASE}"


@pytest.mark.wide
async def test_a_search_that_finds_nothing_or_is_out_of_reach_keeps_what_was_typed_and_says_why() -> None:
    async with signed_in_clerk(language="zh_CN") as (app, pilot, service):
        await press(pilot, "f8", "26", "enter", FAR_CASE, "enter", "2")
        assert service.asked == [f"find_cases {FAR_CASE} receipt"]
        assert "市中心没有查到相符的办件" in screen_text(app)
        service.found = None
        await press(pilot, "enter", "1")
        assert "须联系市中心。" in screen_text(app)
        assert FAR_CASE in screen_text(app)
        await press(pilot, "escape")
        assert FAR_CASE not in screen_text(app)
