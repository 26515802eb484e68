"""The message line: how long a sentence stays."""

from __future__ import annotations

import pytest

from tests.screens.sample_data import CODE
from tests.screens.stage import press, scan, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case


@pytest.mark.wide
async def test_the_next_act_clears_a_message() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        for act in (("x",), ("tab", "tab", "escape"), ("f1",)):
            await press(pilot, "escape")
            assert "The draft is kept." in screen_text(app)
            await press(pilot, *act)
            assert "The draft is kept." not in screen_text(app)


@pytest.mark.wide
async def test_an_error_that_a_queued_key_found_is_cleared_too() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f2", "nothing", "enter", "f7", "escape")
        assert "This is no code" in screen_text(app)
        while "This is no code" in screen_text(app):
            await pilot.pause(0.05)


async def test_a_refusal_is_cleared_when_a_field_has_changed() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        await press(pilot, "f9")
        assert "Something is still missing" in screen_text(app)
        await press(pilot, "An", "enter")
        assert "Something is still missing" not in screen_text(app)


async def test_the_list_of_accesses_says_when_nobody_has_seen_the_data() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.accesses = ()
        await press(pilot, "f2")
        await scan(pilot, CODE, "enter")
        await press(pilot, "enter", "f8", "saw", "enter")
        assert "Nobody has seen them yet." in screen_text(app)
