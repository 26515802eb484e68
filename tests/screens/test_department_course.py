"""The officer refers a task to the superior organ, sends one back, and waits for another office."""

from __future__ import annotations

import pytest

from clerk_app.views.course import WaitStep
from clerk_app.views.shared import Option
from tests.screens.officer_stage import signed_in_officer
from tests.screens.stage import press, screen_text, wait_until_idle


async def test_a_task_is_referred_with_an_opinion_to_a_named_organ() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f8")
        assert "Agree, and refer to District government" in screen_text(app)
        await press(pilot, "7", "enter", *"agreed", "enter", "enter")
        assert app.service.asked[-1] == "refer_task agreed"
        assert app.department.shown_task is None


@pytest.mark.wide
async def test_a_referred_task_is_sent_back_with_a_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f8", "8", "enter", *"yours", "enter", "enter")
        assert app.service.asked[-1] == "send_back yours"


async def test_a_wait_states_office_document_days_and_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f8", "9", "enter", *"archive", "enter", *"file", "enter")
        assert "The citizen gets this in writing" in screen_text(app)
        await press(pilot, "1", "0", "enter", *"needed", "enter", "enter")
        assert app.service.asked[-1] == "begin_wait archive, file, 10, needed"


async def test_a_wait_that_the_catalogue_foresees_is_proposed_with_office_document_and_days() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.wait_steps = (WaitStep("Wait for the file", "County archive", "Personnel file", 15),)
        await press(pilot, "f2", "f8", "9", "enter")
        assert "Wait for the file" in screen_text(app)
        await press(pilot, "1", "enter", "enter", "enter", "enter", *"needed", "enter", "enter")
        assert app.service.asked[-1] == "begin_wait County archive, Personnel file, 15, needed"


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        (("1", "enter", "enter"), "end_wait t5-1 arrived"),
        (("2", "enter"), "remind_office t5-1"),
        (("3", "enter", "5", "enter", *"moves", "enter", "enter"), "extend_wait t5-1 5 moves"),
        (("4", "enter", *"known", "enter", "enter"), "end_wait t5-1 without known"),
        (("5", "enter", *"burnt", "enter", "enter"), "end_wait t5-1 not_come burnt"),
    ],
)
async def test_enter_on_a_waiting_task_shows_its_wait_and_the_acts(keys: tuple[str, ...], asked: str) -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.queues.waits.add(5)
        await press(pilot, "4", "enter")
        text = screen_text(app)
        assert "County archive" in text
        assert "its time is counted" in text
        await press(pilot, *keys)
        assert app.service.asked[-1] == asked


async def test_what_is_arranged_for_an_escalated_task_is_recorded() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.escalations = (Option("t5-2", "2026 0105 Police", "due 2026-05-26"),)
        await app.department.refresh_view()
        await wait_until_idle(pilot)
        await press(pilot, "f8")
        assert "Overdue tasks escalated to your organ: 1" in screen_text(app)
        await press(pilot, "4", "enter", "1", "enter", *"by Friday", "enter", "enter")
        assert app.service.asked[-1] == "answer_escalation t5-2 by Friday"


async def test_an_officer_corrects_an_answer_from_the_task_with_its_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f8", "75", "enter", "enter", *"2026-07-01", "enter")
        assert "Why is it corrected?" in screen_text(app)
        await press(pilot, *"typed", "enter", "enter")
        assert app.service.asked[-1] == "correct_answer works_end 2026-07-01 typed"


async def test_what_the_organ_has_referred_is_listed_with_its_state() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f8", "5", "enter")
        assert "to Government on 05-08; in the queue" in screen_text(app)
