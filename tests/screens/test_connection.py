"""The connection dialog, and rejected work: read in full and settled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from clerk_app.views.connection import ClockQuestion
from clerk_app.views.shared import Option
from screens.connection_page import ConnectionPage
from screens.widgets.top_line import TopLine
from tests.screens.sample_connection import REJECTED_WORK
from tests.screens.stage import flowing_text, press, screen_text, wait_until_idle
from tests.screens.test_supervisor import SupervisorApp, signed_in_supervisor


async def test_the_dialog_shows_the_state_of_the_connection_and_what_can_be_done() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "ctrl+o")
        text = screen_text(app)
        for words in (
            "center out of reach since 09:12",
            "Waits to be sent",
            "Not possible now",
            "Still works",
            "Accepting cases",
        ):
            assert words in text
        await press(pilot, "enter")
        assert "Still works" not in screen_text(app)


@pytest.mark.wide
async def test_rejected_work_is_read_in_full_and_settled_with_a_note() -> None:
    async with signed_in_supervisor() as (app, pilot):
        app.service.rejected = (REJECTED_WORK,)
        await press(pilot, "ctrl+o")
        assert "given to another" in screen_text(app)
        await press(pilot, "enter")
        assert "not born here" in screen_text(app)
        await press(pilot, "enter", "spoke", "enter", "enter")
        await wait_until_idle(pilot)
        assert app.service.asked == ["settle_rejected refusal:7 spoke"]
        assert "Settled" in screen_text(app)


@pytest.mark.wide
async def test_rejected_acceptance_is_fetched_then_accepted_again_or_the_citizen_was_told() -> None:
    acceptance = replace(REJECTED_WORK, id="acceptance:n1-1-5", action="Acceptance of a case", is_acceptance=True)
    async with signed_in_supervisor() as (app, pilot):
        app.service.rejected = (acceptance,)
        await press(pilot, "ctrl+o", "enter", "enter")
        assert "What becomes of this acceptance?" in screen_text(app)
        await press(pilot, "escape")
        assert app.service.asked == ["fetch_rejected acceptance:n1-1-5"]
        await press(pilot, "enter", "enter", "1", "enter")
        await wait_until_idle(pilot)
        assert app.service.asked[1:] == ["fetch_rejected acceptance:n1-1-5", "accept_rejected acceptance:n1-1-5"]
        assert "accepted acceptance:n1-1-5" in screen_text(app)
        app.service.asked.clear()
        await press(pilot, "ctrl+o", "enter", "enter", "2", "enter", "called", "enter", "enter")
        await wait_until_idle(pilot)
        assert app.service.asked[1:] == ["settle_rejected acceptance:n1-1-5 called"]


async def test_the_supervisor_chooses_what_is_done_about_a_rejected_entry_of_the_hall() -> None:
    acts = (Option("served", "The citizen was served", "the ticket ends", "1"),)
    work = replace(REJECTED_WORK, id="acceptance:n1-1-5", action="Call of a certain ticket", acts=acts)
    async with signed_in_supervisor() as (app, pilot):
        app.service.rejected = (work,)
        await press(pilot, "ctrl+o", "enter", "enter")
        assert "The citizen was served" in screen_text(app)
        await press(pilot, "escape")
        assert app.service.asked == []
        await press(pilot, "enter", "enter", "1", "enter", "asked", "enter", "enter")
        await wait_until_idle(pilot)
        assert app.service.asked == ["settle_rejected acceptance:n1-1-5 asked served"]
        app.service.rejected = (work,)
        await press(pilot, "ctrl+o", "enter", "enter", "2", "enter", "asked", "enter", "enter")
        await wait_until_idle(pilot)
        assert app.service.asked[1:] == ["settle_rejected acceptance:n1-1-5 asked"]


@pytest.mark.wide
async def test_the_name_of_rejected_work_is_not_cut_off_at_80_columns() -> None:
    action = "The center objects to an acceptance; the case and its receipt stay valid"
    async with signed_in_supervisor() as (app, pilot):
        app.service.rejected = (replace(REJECTED_WORK, action=action),)
        await press(pilot, "ctrl+o")
        assert action in flowing_text(app)


@pytest.mark.wide
async def test_going_back_settles_nothing() -> None:
    async with signed_in_supervisor() as (app, pilot):
        app.service.rejected = (REJECTED_WORK, replace(REJECTED_WORK, id="refusal:8", action="Papers taken in"))
        await press(pilot, "ctrl+o", "down")
        text = screen_text(app)
        assert "Rejected, to be settled 2" in text
        assert "Papers taken in" in text
        await press(pilot, "enter", "escape")
        assert "Rejected, to be settled 2" in screen_text(app)
        await press(pilot, "escape")
        assert "Rejected, to be settled" not in screen_text(app)
        assert app.service.asked == []


async def test_the_page_shows_due_dates_what_to_do_and_follows_the_sending() -> None:
    due = replace(REJECTED_WORK, id="acceptance:1", is_acceptance=True, due="05-05 17:00", is_overdue=True)
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        app.service.rejected = (due,)
        await press(pilot, "ctrl+o")
        text = screen_text(app)
        for words in ("x 1 past their term", "05-05 17:00", "not born here", "What to do", "Sent to the center"):
            assert words in text
        assert "117 of 120" in text
        app.service.sent = 120
        app.service.rejected = ()
        await wait_for_refresh(pilot, app)
        text = screen_text(app)
        assert "120 of 120" in text
        assert "Nothing was rejected that is not settled." in text


async def wait_for_refresh(pilot: Pilot[None], app: SupervisorApp) -> None:
    """Let the page read its view again, as it does each second."""
    page = app.screen
    assert isinstance(page, ConnectionPage)
    page.refresh_in_background()
    await wait_until_idle(pilot)


@pytest.mark.wide
async def test_the_top_line_counts_rejected_work() -> None:
    async with signed_in_supervisor((120, 30)) as (app, pilot):
        top = app.screen.query_one(TopLine)
        assert top.status is not None
        top.show_status(replace(top.status, rejected=2))
        await wait_until_idle(pilot)
        assert "2 to settle ^O" in screen_text(app)


async def test_a_wrong_clock_is_set_in_the_connection_dialog() -> None:
    async with signed_in_supervisor() as (app, pilot):
        app.service.clock_question = ClockQuestion(
            "The clock shows 2024-09-06. What time is it now?", "2026-11-28 09:00"
        )
        await press(pilot, "ctrl+o")
        assert "What time is it now?" in screen_text(app)
        await press(pilot, "enter")
        await wait_until_idle(pilot)
        assert app.service.asked == ["set_clock 2026-11-28 09:00"]
        assert "center out of reach" in screen_text(app)


@pytest.mark.wide
async def test_a_time_that_cannot_be_read_stays_in_the_line_to_be_corrected() -> None:
    async with signed_in_supervisor() as (app, pilot):
        app.service.clock_question = ClockQuestion("What time is it now?", "")
        await press(pilot, "ctrl+o", "soo", "escape", "escape", "ctrl+o", "n", "enter")
        assert "soon" in screen_text(app)
        assert "Write date and time like this" in screen_text(app)
        await press(pilot, "er", "enter")
        assert app.service.asked == ["set_clock sooner"]
