"""The officer pauses a task for a special procedure, ends it, asks for an extension, and approves a colleague's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clerk_app.views.department import ExtensionRow
from tests.screens.officer_stage import signed_in_officer
from tests.screens.stage import press, screen_text, wait_until_idle

EXTENSION = ExtensionRow(
    task="t7",
    number="260000003747-04",
    matter="Residence permit",
    applicant="Li *",
    days="5 working days",
    reason="A second survey is needed.",
    asked_by="Sun Hao",
    asked_at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
    promised="2026-11-19",
    statutory="2026-12-02",
)


async def test_a_special_procedure_states_kind_length_and_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f8", "5", "enter")
        assert "Which procedure does Household registration need?" in screen_text(app)
        await press(pilot, "2", "enter")
        assert "The citizen gets this in writing" in screen_text(app)
        await press(pilot, "1", "0", "enter", *"noise", "enter", "enter")
        assert app.service.asked[-1] == "begin_procedure testing 10 noise"
        assert app.department.shown_task is None


@pytest.mark.wide
async def test_enter_on_a_task_in_a_procedure_asks_for_its_result() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.queues.procedures.add(5)
        await press(pilot, "4", "enter")
        assert "What is its result?" in screen_text(app)
        await press(pilot, *"quiet", "enter", "enter")
        assert app.service.asked[-1] == "end_procedure t5 quiet"


async def test_an_extension_is_asked_for_with_days_and_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f8", "6", "enter", "5", "enter", *"survey", "enter", "enter")
        assert app.service.asked[-1] == "ask_extension 5 survey"
        assert app.department.shown_task is not None


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        (("1", "enter"), "decide_extension t7 True "),
        (("2", "enter", *"no", "enter", "enter"), "decide_extension t7 False no"),
    ],
)
@pytest.mark.wide
async def test_f8_at_the_queue_shows_a_colleagues_extension_for_approval(keys: tuple[str, ...], asked: str) -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.extensions = (EXTENSION,)
        await app.department.refresh_view()
        await wait_until_idle(pilot)
        assert "Extensions that wait for your approval: 1. F8 shows them." in screen_text(app)
        await press(pilot, "f8", "enter")
        text = " ".join(screen_text(app).split())
        assert "Sun Hao asks for 5 working days." in text
        await press(pilot, *keys)
        assert app.service.asked[-1] == asked
