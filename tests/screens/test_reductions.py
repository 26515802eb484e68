"""The measured reductions on the supervisor's screen."""

from __future__ import annotations

import pytest

from tests.screens.stage import press, screen_text, wait_for
from tests.screens.test_supervisor import signed_in_supervisor


@pytest.mark.parametrize("size", [(80, 24), pytest.param((140, 40), marks=pytest.mark.wide)])
async def test_reductions_are_read_by_quarter_and_written(size: tuple[int, int]) -> None:
    async with signed_in_supervisor(size) as (app, pilot):
        await press(pilot, "d")
        assert "20>10>8" in screen_text(app)
        assert "School bus permit" in screen_text(app)
        assert "Esc back" in screen_text(app)
        await press(pilot, "down")
        await wait_for(pilot, lambda: "Few cases (3" in screen_text(app))
        assert "12–17" in screen_text(app)
        await press(pilot, "left")
        assert "2026-07-01" in screen_text(app)
        await press(pilot, "f5", "1", "enter", "f9", "enter")
        assert app.service.written_reductions == [("2026-Q4", "reductions.csv")]
        assert "Written: reductions.csv" in screen_text(app)
