"""Applications from outside at the counter screen, by keys: list, purpose, a letter that is typed in, the answer."""

from __future__ import annotations

import pytest

from screens.counter.steps import list_steps
from tests.screens.sample_applications import ORIGIN
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


async def test_the_list_of_those_that_wait_opens_one_to_be_examined() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "50", "enter")
        assert "SQ260729463992" in screen_text(app)
        assert "x answer until 2026-04-27" in screen_text(app)
        await press(pilot, "2", "enter")
        assert service.asked[-1] == "open_application SQ260000000014 review"


@pytest.mark.wide
async def test_with_somebody_at_the_window_the_purpose_is_asked_for() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2", "f8", "50", "enter", "1", "enter", "1", "enter")
        assert service.asked[-1] == "open_application SQ260729463992 visit"


@pytest.mark.wide
async def test_the_number_is_found_by_f5() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "26", "enter", *"sq260000000010")
        assert "an application from outside" in screen_text(app)
        await press(pilot, "enter", "1")
        assert service.asked[-1] == "open_application SQ260000000010 review"


async def test_a_letter_is_typed_in_with_its_day_of_receipt() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f8", "51", "enter", "1", "enter", "enter", *"Lin", "enter", "1", "enter")
        today = f"{service.read_view().status.now:%Y-%m-%d}"
        assert service.asked[-1].startswith(f"receive_by_post letter {today} Lin ")


@pytest.mark.wide
async def test_the_answer_names_everything_that_is_missing() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.application = ORIGIN
        await press(pilot, "f2", "f5", "1", "enter")
        steps = list_steps("intake", service.read_view())
        assert ("answer:", "F8 52") in [(step.target, step.cap) for step in steps]
        await press(pilot, "escape", "f8", "52", "enter", "1", "enter")
        assert "The applicant reads: " in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "answer_application incomplete"
