"""Received cases at the counter screen and in the linear mode, by keys: receive a draft, act on one that waits."""

from __future__ import annotations

import pytest

from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.sample_supervisor_acts import OVERDUE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk

NUMBER = OVERDUE.number


@pytest.mark.parametrize("size", [(80, 24), pytest.param((140, 40), marks=pytest.mark.wide)])
async def test_one_that_waits_is_shown_with_what_is_missing_and_opened(size: tuple[int, int]) -> None:
    async with signed_in_clerk(size=size) as (app, pilot, service):
        service.received = (OVERDUE,)
        await press(pilot, "f8", "65", "enter")
        assert "x bring until 2026-05-20 (overdue)" in screen_text(app)
        await press(pilot, "1", "enter")
        text = screen_text(app)
        assert "To be answered: Bank account" in text
        assert "Do not accept it: not completed in time" in text
        await press(pilot, "1", "enter")
        assert service.asked[-1] == f"open_received {NUMBER}"


@pytest.mark.many_cases
@pytest.mark.parametrize(("key", "act"), [("3", "extend_received"), ("4", "close_received")])
async def test_more_time_and_the_end_ask_for_a_reason(key: str, act: str) -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        service.received = (OVERDUE,)
        await press(pilot, "f8", "65", "enter", "1", "enter", key, "enter", *"ill", "enter", "enter")
        assert service.asked[-1] == f"{act} {NUMBER} ill"


@pytest.mark.wide
async def test_without_a_received_case_the_list_is_not_opened() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f8", "65", "enter")
        assert "No received case waits here." in screen_text(app)


@pytest.mark.wide
@pytest.mark.usefixtures("english")
async def test_the_linear_mode_lists_those_that_wait_and_gives_more_time() -> None:
    office = TwoPersons()
    office.counter.received = (OVERDUE,)
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Hall:", "F8")
        await reader.answer("Number or letters:", "65")
        assert "bring until 2026-05-20 (overdue)" in await reader.answer("Number or letters:", "1")
        assert "To be answered: Bank account" in await reader.answer("Number or letters:", "3")
        await reader.answer("Reason:", "ill")
        await reader.answer("Reason:")
        await reader.answer("Hall:", "?")
        reader.check_output()
    assert f"extend_received {NUMBER} ill" in office.counter.asked


@pytest.mark.wide
@pytest.mark.usefixtures("english")
async def test_the_linear_mode_receives_a_draft_and_asks_why_something_is_requested_late() -> None:
    office = TwoPersons()
    office.counter.begin_draft("birth")
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Draft:", "F8")
        await reader.answer("Number or letters:", "64")
        asked = await reader.answer("y receives and prints, n goes back:", "n")
        assert "things are missing. The notice names them all, once" in " ".join(asked.split())
        office.counter.late_items = ("Bank account",)
        await reader.answer("Draft:", "F8")
        await reader.answer("Number or letters:", "64")
        assert "This was visible at the first notice: Bank account." in await reader.answer("Reason:", "overlooked")
        await reader.answer("Reason:")
        await reader.answer("Draft:", "?")
        reader.check_output()
    assert [asked for asked in office.counter.asked if asked.startswith("receive")] == ["receive_case overlooked"]
