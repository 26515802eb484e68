"""The counter screen before a visit ends: no citizen is ended unasked, and an ended ticket comes back."""

from __future__ import annotations

import re

import pytest

from screens.counter.screen import CounterScreen
from screens.sign_in import StaffApp
from screens.widgets.dialogs import Dialog
from tests.screens.sample_data import CODE, tickets
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk


@pytest.mark.wide
async def test_f2_twice_asks_what_became_of_the_ticket_between() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", "f2")
        assert "Nothing was done for A023 yet." in screen_text(app)
        await press(pilot, "escape")
        assert service.asked == ["call_next"]
        await press(pilot, "f2", "2", "enter")
        assert service.asked == ["call_next", "call_next unserved"]


async def test_a_ticket_that_is_put_on_hold_before_the_next_is_called() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2", "f2", "hold", "enter")
        assert service.asked[-1] == "call_next hold"


async def test_the_next_ticket_is_called_at_once_after_something_was_done() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "f2")
        assert service.asked[-1] == "call_next"
        assert service.asked.count("call_next") == 2


@pytest.mark.wide
async def test_finishing_a_visit_for_which_nothing_was_done_asks_too_and_can_put_the_ticket_back() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", "f8", "finish", "enter")
        assert "Put it back to its place in the queue" in screen_text(app)
        await press(pilot, "5", "enter")
        assert service.asked[-1] == "finish_visit requeue"


@pytest.mark.wide
async def test_a_printed_ticket_shown_during_a_visit_ends_nobody_unasked() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "A030", "enter")
        assert "A023 is still being served." in screen_text(app)
        await press(pilot, "escape")
        assert not any(asked.startswith("resume") for asked in service.asked)
        await press(pilot, "A030", "enter", "enter")
        assert service.asked[-1] == "resume t9 hold"


@pytest.mark.wide
async def test_a_ticket_called_at_another_window_is_taken_over_after_a_question() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.elsewhere = "Window 5"
        await press(pilot, "A030", "enter")
        assert "A030 was called at Window 5. Is the citizen here?" in screen_text(app)
        await press(pilot, "escape")
        assert service.asked == []
        await press(pilot, "A030", "enter", "enter")
        assert service.asked == ["resume t9 taken over"]


async def test_a_ticket_that_was_ended_a_moment_ago_is_reopened_with_f3() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.ended = tickets()[:1]
        await app.screen.refresh_view()  # type: ignore[attr-defined]
        assert "F3 Reopen" in screen_text(app)
        await press(pilot, "f3")
        assert "Tickets just ended, and drafts" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked == ["resume t0"]


@pytest.mark.wide
async def test_a_window_that_is_closed_meanwhile_shows_it_at_once_and_nobody_any_more() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "f5", "enter", "f8")  # a dialog is above the form
        assert isinstance(app.screen, Dialog)
        service.closed = "The hall's day was closed at 16:30."
        counter_screen(app).refresh_in_background()
        while isinstance(app.screen, Dialog):
            await pilot.pause()
        await wait_until_idle(pilot)
        text = screen_text(app)
        assert text.count("The hall's day was closed at 16:30.") == 2  # in the panel, and on the message line
        assert "Wang" not in text
        await press(pilot, "f8")
        assert isinstance(app.screen, Dialog)  # the screen can still be used


@pytest.mark.wide
async def test_a_window_that_is_closed_while_it_is_locked_stays_locked() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "f12")
        service.closed = "The hall's day was closed at 16:30."
        counter_screen(app).refresh_in_background()
        while counter_screen(app).mode != "hall":
            await pilot.pause()
        assert app.locked


def counter_screen(app: StaffApp) -> CounterScreen:
    """Return the counter screen, also below a dialog."""
    return next(screen for screen in app.screen_stack if isinstance(screen, CounterScreen))


@pytest.mark.wide
async def test_the_key_of_the_next_ticket_says_that_nobody_waits() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        assert "calls the next of 18" in screen_text(app)
        service.is_empty = True
        await app.screen.refresh_view()  # type: ignore[attr-defined]
        await wait_until_idle(pilot)
        assert re.search(r"F2 +Nobody waits", screen_text(app).splitlines()[-1])
        assert "next of" not in screen_text(app)
