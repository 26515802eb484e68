"""Received cases at the supervisor's screen, by keys: the list, more time once, and the end of a case."""

from __future__ import annotations

import pytest

from tests.screens.stage import press, screen_text
from tests.screens.test_supervisor import signed_in_supervisor


@pytest.mark.many_cases
@pytest.mark.parametrize("size", [(80, 24), pytest.param((140, 40), marks=pytest.mark.wide)])
@pytest.mark.parametrize(("key", "act"), [("1", "extend_received"), ("2", "close_received")])
async def test_e_lists_those_that_wait_and_an_act_asks_for_its_reason(
    size: tuple[int, int], key: str, act: str
) -> None:
    async with signed_in_supervisor(size) as (app, pilot):
        await press(pilot, "e")
        assert "x bring until 2026-05-20 (overdue)" in screen_text(app)
        await press(pilot, "1", "enter")
        assert "To be answered: Bank account" in screen_text(app)
        await press(pilot, key, "enter", *"ill", "enter", "enter")
        assert app.service.asked == [f"{act} 260000000014 ill"]
