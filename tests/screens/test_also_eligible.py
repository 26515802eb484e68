"""What the applicant is also eligible for, at the counter screen."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.views.navigation import EligibleRow
from screens.counter.screen import CounterScreen
from screens.counter.steps import list_steps
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case

ROW = EligibleRow("matter.aid", "Medical aid", "may be", "Income below 1640", "not known: Income", "warn")


async def test_a_step_names_what_is_offered_and_f8_76_shows_the_rule_and_begins_it() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        screen = app.screen
        assert isinstance(screen, CounterScreen)
        assert screen.view is not None
        screen.view = replace(screen.view, also_eligible=(ROW,))
        step = next(step for step in list_steps("intake", screen.view) if step.target == "also:")
        assert (step.text, step.cap) == ("Also eligible for: Medical aid (may be)", "F8 76")
        await press(pilot, "f8", "76", "enter", "enter")
        assert "Income below 1640" in screen_text(app)
        await press(pilot, "1", "enter")
        assert "begin_also_eligible matter.aid" in service.asked
