"""The panel of one case at the counter."""

from __future__ import annotations

from tests.screens.sample_data import CASE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


async def test_results_of_a_case_that_is_not_closed_are_not_called_ready() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.case_actions = ("withdraw", "reprint")
        await press(pilot, "f2", CASE, "enter")
        assert "Not to be handed over yet" in screen_text(app)
        assert "Ready to be handed over" not in screen_text(app)
