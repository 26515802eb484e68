"""Results handed over to an agent with both codes, and finished ones handed over early, driven by keys."""

from __future__ import annotations

from clerk_app.views.shared import Option
from tests.screens.sample_data import CASE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


async def test_an_agent_receives_the_results_after_both_codes_were_scanned() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CASE, "enter", "f9", "4", "enter")
        assert "Scan the code of the party" in screen_text(app)
        await press(pilot, "EL1:PARTY", "enter")
        assert "Now the agent" in screen_text(app)
        await press(pilot, "EL1:AGENT", "enter")
        assert "Is the person at the window Zhao Qi?" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "hand_over_results mother codes"


async def test_finished_results_are_chosen_and_handed_over_early_with_the_reason() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.case_actions = ("hand_over_part", "withdraw", "reprint")
        service.early = (Option("birth", "Birth certificate"), Option("hukou", "Household registration"))
        await press(pilot, "f2", CASE, "enter", "f8", "35", "enter")
        assert "Which finished results does the applicant take now?" in screen_text(app)
        await press(pilot, "space", "enter", "hospital", "enter", "2", "enter", "enter")
        assert service.asked[-1] == "hand_over_part birth hospital father document"
