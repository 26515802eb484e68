"""Messages of supervisors and the call for help at a window: shown at once, and no key is taken from typing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clerk_app.views.counter import StaffMessage
from screens.counter.screen import CounterScreen
from screens.sign_in import StaffApp
from screens.widgets.fields import FormInput
from tests.screens.stage import flowing_text, press, wait_until_idle
from tests.screens.test_counter import signed_in_clerk

MESSAGE = StaffMessage("m1", "Chen Jing", "10:42", "Please serve A031 next")


def counter_of(app: StaffApp) -> CounterScreen:
    return next(screen for screen in app.screen_stack if isinstance(screen, CounterScreen))


async def test_a_message_appears_while_the_clerk_types_and_takes_no_key() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "A0")
        service.messages = (MESSAGE,)
        counter_of(app).refresh_in_background()
        await wait_until_idle(pilot)
        assert "! Chen Jing, 10:42: Please serve A031 next [^R read]" in flowing_text(app)
        await press(pilot, "23")
        assert app.screen.query_one("#code", FormInput).value == "A023"
        await press(pilot, "ctrl+r")
        assert service.asked == ["mark_message_read m1"]
        assert "Please serve" not in flowing_text(app)


async def test_ctrl_e_twice_calls_for_help_also_in_a_dialog() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "ctrl+e", "ctrl+e")
        await wait_until_idle(pilot)
        assert service.asked == ["raise_emergency"]
        await press(pilot, "escape")
        assert "x Help was called at 10:42. Nobody has seen it yet." in flowing_text(app)


@pytest.mark.wide
async def test_ctrl_e_once_or_with_another_key_between_calls_nobody() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "ctrl+e", "A", "ctrl+e")
        await wait_until_idle(pilot)
        assert service.asked == []
        assert app.screen.query_one("#code", FormInput).value == "A"


async def test_a_call_for_help_that_nobody_got_is_shown_as_not_sent() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.is_cut_off = True
        await press(pilot, "ctrl+e", "ctrl+e")
        await wait_until_idle(pilot)
        assert "NOT SENT: nobody was alarmed. The center is out of reach." in flowing_text(app)
        service.is_cut_off = False
        await press(pilot, "ctrl+e", "ctrl+e")
        await wait_until_idle(pilot)
        assert "NOT SENT" not in flowing_text(app)


@pytest.mark.wide
async def test_a_paused_window_shows_its_pause_until_it_ends() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        screen, view = counter_of(app), service.read_view()
        await screen.paint_view(replace(view, window_state="This window is paused (Meal)."))
        await wait_until_idle(pilot)
        assert "! This window is paused (Meal)." in flowing_text(app)
        await screen.paint_view(view)
        await wait_until_idle(pilot)
        assert "is paused" not in flowing_text(app)
