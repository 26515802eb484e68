"""Applications from outside at the supervisor's screen, by keys: the list, one of them, the window it is given to."""

from __future__ import annotations

import pytest

from clerk_app.views.supervisor import Alert
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_supervisor import signed_in_supervisor


@pytest.mark.parametrize("size", [(80, 24), pytest.param((140, 40), marks=pytest.mark.wide)])
async def test_i_lists_those_that_wait_and_gives_one_to_a_window(size: tuple[int, int]) -> None:
    async with signed_in_supervisor(size) as (app, pilot):
        await press(pilot, "i")
        assert "x 2026-04-27 (passed)" in screen_text(app)
        await press(pilot, "1", "enter")
        assert "Its period has ended." in screen_text(app)
        await press(pilot, "down", "enter", "2", "enter")
        assert app.service.asked == ["assign_application SQ260000000014 w2"]


@pytest.mark.wide
async def test_the_alert_leads_to_the_list() -> None:
    async with signed_in_supervisor() as (app, pilot):
        app.service.calm = True
        app.service.more_alerts = (Alert("bad", "1 application late", "applications", "SQ260000000014"),)
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        assert "1 application late [i]" in screen_text(app)
        await press(pilot, "5", "enter")
        assert "SQ260000000014" in screen_text(app)
