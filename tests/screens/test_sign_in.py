"""The sign-in: what it shows about the machine, and why nobody was signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from screens.sign_in import StaffApp
from screens.sign_in_screen import SignInScreen
from screens.widgets.fields import FormInput
from tests.screens.sample_workstation import SampleWorkstation
from tests.screens.stage import press, screen_text, wait_until_idle


@asynccontextmanager
async def signing_in(size: tuple[int, int] = (80, 24), role: str = "") -> AsyncIterator[tuple[StaffApp, Pilot[None]]]:
    """Run the sign-in in English, with the facts of the machine."""
    set_language("en")
    app = StaffApp(SampleWorkstation, lambda _workstation, _session: None, role=role)
    async with app.run_test(size=size) as pilot:
        await wait_until_idle(pilot)
        assert isinstance(app.screen, SignInScreen)
        app.screen.read_machine()
        await wait_until_idle(pilot)
        yield app, pilot


async def test_window_connection_and_version_are_shown_before_anybody_signs_in() -> None:
    async with signing_in() as (app, pilot):
        for words in ("Window 3", "+ stand-alone", "0 unsent", "trust list 3 h old", "1.0", "A badge that is scanned"):
            assert words in screen_text(app)
        await press(pilot, "ctrl+l")
        assert "3号窗口" in screen_text(app)
        assert "本机" in screen_text(app)


async def test_in_a_tall_terminal_the_window_is_named_in_large_characters() -> None:
    async with signing_in((140, 40)) as (app, pilot):
        assert "█ ▄ █" in screen_text(app)  # of the letter W
        await pilot.resize_terminal(80, 24)
        await wait_until_idle(pilot)
        assert "█ ▄ █" not in screen_text(app)


@pytest.mark.wide
async def test_a_program_for_a_role_without_a_window_shows_the_role_in_place_of_a_window() -> None:
    async with signing_in(role="supervisor") as (app, _pilot):
        assert "Place       supervisor" in screen_text(app)
        assert "Window" not in screen_text(app)


async def test_the_reason_of_a_refused_sign_in_stays_beside_the_fields_until_something_is_typed() -> None:
    async with signing_in() as (app, pilot):
        await press(pilot, "1001", "enter", "9999", "enter")
        assert "x Number or PIN is wrong." in screen_text(app)
        await press(pilot, "2")
        assert "wrong" not in screen_text(app)


@pytest.mark.wide
async def test_a_wrong_pin_shows_a_message_and_the_number_stays() -> None:
    app = StaffApp(SampleWorkstation, lambda _workstation, _session: None)
    set_language("en")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, "1001", "enter", "9999", "enter")
        assert "Number or PIN is wrong." in screen_text(app)
        assert app.screen.query_one("#number", FormInput).value == "1001"
        assert app.screen.query_one("#pin", FormInput).has_focus
