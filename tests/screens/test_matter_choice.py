"""The choice among matters that exclude each other at the counter screen."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.views.case import OpenStep
from clerk_app.views.matter_choice import MatterChoice
from screens.counter.screen import CounterScreen
from screens.counter.steps import list_steps
from tests.screens.sample_data import CASE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case

CHOICES = (
    MatterChoice(("insurance-subsidy",), "Leave out: Insurance subsidy", "6 matters remain"),
    MatterChoice(("hiring-subsidy",), "Leave out: Hiring subsidy", "6 matters remain"),
)


async def test_f8_73_shows_the_choices_and_enter_takes_the_proposed_one() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        screen = app.screen
        assert isinstance(screen, CounterScreen)
        assert screen.view is not None
        assert screen.view.intake is not None
        step = OpenStep("exclusion", "One worker cannot bring both", "hiring-subsidy")
        intake = replace(screen.view.intake, choices=CHOICES, open_steps=(step,))
        screen.view = replace(screen.view, intake=intake)
        (first, *_) = [step for step in list_steps("intake", screen.view) if step.target.startswith("exclusion")]
        assert first.cap == "F8 73"
        await press(pilot, "f8", "73", "enter")
        assert "Leave out: Insurance subsidy" in screen_text(app)
        assert "6 matters remain" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "leave_out_matters insurance-subsidy"


def allow_withdrawal(screen: object) -> None:
    """Let the case on the screen be under way."""
    assert isinstance(screen, CounterScreen)
    assert screen.view is not None
    assert screen.view.case is not None
    screen.view = replace(screen.view, case=replace(screen.view.case, actions=("withdraw",)))


async def test_f8_75_corrects_an_answer_with_its_reason_and_f8_74_withdraws_matters() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f7", CASE, "enter")
        allow_withdrawal(app.screen)
        await press(pilot, "f8", "75", "enter", "enter", "2026-07-01", "enter")
        assert "Why is it corrected?" in screen_text(app)
        await press(pilot, "typed wrongly", "enter", "enter")
        assert service.asked[-1] == "correct_answer works_end 2026-07-01 typed wrongly"
        allow_withdrawal(app.screen)
        await press(pilot, "f8", "74", "enter", "enter")
        assert "How did the applicant agree?" in screen_text(app)
        await press(pilot, "signed here", "enter", "enter")
        assert service.asked[-1] == "withdraw_matters card signed here"
