"""Sign-out at the staff screens: it names what is given back, asks first, and the next person signs in."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Key

from screens.sign_in_screen import SignInScreen
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case


async def test_signing_out_names_the_ticket_asks_and_saves_what_was_typed() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "An", "ctrl+d")
        assert "A023 goes back to its place in the queue." in screen_text(app)
        assert service.asked[-1] == "fill_field name=An"
        await press(pilot, "escape")
        assert "sign_out" not in service.asked
        await press(pilot, "ctrl+d", "enter")
        assert service.asked[-1] == "sign_out"
        assert isinstance(app.screen, SignInScreen)
        assert "Sign in to begin." in screen_text(app)
        assert len(app.screen_stack) == 1


@pytest.mark.wide
async def test_the_next_person_signs_in_after_a_sign_out() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f8", "sign", "enter", "enter")
        assert isinstance(app.screen, SignInScreen)
        await press(pilot, "1001", "enter", "2468", "enter")
        assert not isinstance(app.screen, SignInScreen)


@pytest.mark.wide
async def test_sign_out_is_in_the_command_list_and_the_help_of_a_screen_but_not_before_sign_in() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "ctrl+p", "sign")
        assert "Sign out" in screen_text(app)
        await press(pilot, "escape", "ctrl+d", "enter", "ctrl+p", "sign")
        assert "Sign out" not in screen_text(app)


@pytest.mark.wide
async def test_quitting_signs_out_and_asks_only_while_somebody_is_being_served() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", "ctrl+q")
        assert "signs out and quits" in screen_text(app)
        await press(pilot, "escape")
        assert "sign_out" not in service.asked
    async with signed_in_clerk() as (app, _pilot, service), asyncio.timeout(10):
        app.post_message(Key("ctrl+q", None))
        while service.asked != ["sign_out"]:
            await asyncio.sleep(0.01)


async def test_a_locked_screen_gives_nothing_back() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2", "f12", "ctrl+d")
        assert "sign_out" not in service.asked
