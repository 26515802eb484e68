"""Results handed over to an agent with both codes, and finished ones handed over early, driven by keys."""

from __future__ import annotations

import pytest

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


async def test_papers_are_given_to_the_courier_for_one_receiver() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "36", "enter", "2", "enter")
        assert "Which papers does the courier take to: Police?" in screen_text(app)
        await press(pilot, "space", "enter", "Wang", "enter")
        assert service.asked[-1] == "send_papers o2 Wang"


@pytest.mark.wide
async def test_a_paper_that_is_not_there_is_missing_with_a_note() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "37", "enter", "IH30518264", "enter", "space", "enter")
        assert "Missing: Photo (original)." in screen_text(app)
        await press(pilot, "not in the bag", "enter")
        assert service.asked[-1] == "receive_papers IH30518264 1 not in the bag"
