"""Today's cases of the window by keys: F5 while nobody is served, and the F8 menu."""

from __future__ import annotations

import pytest

from screens.counter.own_cases import OwnCasesDialog
from tests.screens.sample_data import CASE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


@pytest.mark.wide
async def test_f5_lists_the_cases_of_today_and_enter_opens_the_chosen_one() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f5")
        shown = screen_text(app)
        assert "Today's cases of this window (2)" in shown
        assert "260000000033" in shown
        assert "Demo Works Ltd" in shown
        await pilot.resize_terminal(140, 40)
        await press(pilot, "down")
        assert "Birth certificate" in screen_text(app)  # the preview
        await press(pilot, "up", "enter")
        assert service.asked[-1] == f"open_case {CASE}"


@pytest.mark.wide
async def test_with_a_case_open_the_menu_lists_the_cases_of_today() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.cases = ()
        await press(pilot, CASE, "enter", "f8", "25", "enter")
        assert isinstance(app.screen, OwnCasesDialog)
        assert "No case was accepted" in screen_text(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, OwnCasesDialog)
