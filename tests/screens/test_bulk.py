"""The officer ticks tasks of one matter, confirms once with one note, and sees what was not approved."""

from __future__ import annotations

import pytest

from tests.screens.officer_stage import signed_in_officer
from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.stage import press, screen_text, wait_until_idle


async def test_ticked_tasks_are_approved_with_one_note_and_one_that_fails_is_named() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f8", "77", "enter", "1", "enter")
        text = screen_text(app)
        assert "Approve several: Registration of employment" in text
        assert "refusal needs its own reason" in text
        await press(pilot, "down", "down", "down", "space")
        assert "It is decided alone: not read: Labour contract" in screen_text(app)
        await press(pilot, "a", "enter")
        assert "3 tasks are approved, each by its own decision" in screen_text(app)
        assert not [asked for asked in app.service.asked if "bulk" in asked]
        await press(pilot, *"alike", "enter")
        await wait_until_idle(pilot)
        assert "3 of 3" in screen_text(app)
        assert "It is not in the queue any more." in screen_text(app)
        await press(pilot, "enter")
        expected = ["begin_bulk employment t0,t1,t2 alike", "approve_next t0", "approve_next t1", "approve_next t2"]
        assert app.service.asked[-5:] == [*expected, "end_bulk"]


@pytest.mark.wide
async def test_the_open_task_leads_to_the_tasks_of_its_matter_and_escape_records_nothing() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.bulk_matter = "employment"
        await press(pilot, "f2", "f8", "77", "enter", "space", "enter", *"note", "escape")
        assert "1 of 4 ticked" in screen_text(app)
        await press(pilot, "enter")
        assert "note" in screen_text(app)
        await press(pilot, "escape", "escape")
        assert not [asked for asked in app.service.asked if "bulk" in asked]


@pytest.mark.wide
@pytest.mark.usefixtures("english")
async def test_the_linear_mode_lists_the_tasks_asks_for_the_note_and_names_what_failed() -> None:
    office = TwoPersons()
    async with linear_mode(office, "2001") as reader:
        await reader.answer("Queue:", "F8")
        await reader.answer("Number or letters:", "77")
        await reader.answer("Number or letters:", "1")
        found = await reader.answer("Numbers:", "a")
        assert "not read: Labour contract; it relies\r\non a promise, alone" in found
        assert "3 of 4 ticked" in await reader.answer("Numbers:")
        assert "It may be empty." in await reader.answer("Text:")
        await reader.answer("y approves them, n goes back:", "y")
        done = await reader.answer("Queue:", "read")
        assert "It is not in the queue any more." in done
        reader.check_output()
    assert office.department.asked[-2:] == ["approve_next t2", "end_bulk"]
