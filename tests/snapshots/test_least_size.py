"""The least size of a terminal is 80 x 23: 80 x 24 over ssh in tmux, which keeps a line for its status."""

from __future__ import annotations

import pytest

from clerk_app.locales import set_language
from screens.kiosk.button_grid import ButtonGrid
from tests.screens.stage import on_stage, press, screen_text, wait_until_idle
from tests.snapshots.states import STATES

LEAST, COMMON = (80, 23), (80, 24)
SCROLLED = {"birth", "case", "task", "queue", "kiosk"}  # a row less of a list or text, smaller buttons
WARNING = "the program needs 80 x 23"


async def test_a_terminal_of_24_lines_in_tmux_is_large_enough() -> None:
    async with on_stage(size=LEAST) as (app, pilot):
        assert WARNING not in screen_text(app)
        await pilot.resize_terminal(80, 22)
        await wait_until_idle(pilot)
        assert WARNING in screen_text(app)


async def test_the_buttons_of_the_kiosk_stay_large_with_a_line_less() -> None:
    set_language("en")
    app = STATES["kiosk"].app()
    async with app.run_test(size=LEAST) as pilot:
        await wait_until_idle(pilot)
        first, second = list(app.screen.query_one(ButtonGrid).buttons)[:2]
        assert first.region.y == second.region.y


@pytest.mark.wide
@pytest.mark.parametrize("state", sorted(set(STATES) - SCROLLED))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_a_screen_that_does_not_scroll_loses_nothing_with_a_line_less(state: str, language: str) -> None:
    set_language(language)
    app = STATES[state].app()
    async with app.run_test(size=COMMON) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, *STATES[state].keys)
        await pilot.pause(0.8)
        await wait_until_idle(pilot)
        before = {line.strip() for line in screen_text(app).splitlines()}
        await pilot.resize_terminal(*LEAST)
        await wait_until_idle(pilot)
        after = {line.strip() for line in screen_text(app).splitlines()}
    assert before - after == set()
