"""The message line: how long a sentence stays, and how much of it is shown."""

from __future__ import annotations

import pytest

from clerk_app.cases.objections import RESULTS_WAIT
from clerk_app.locales import set_language
from screens.widgets.scroll import ScrollingText
from tests.screens.sample_data import CASE, CODE
from tests.screens.stage import Stage, flowing_text, press, scan, screen_text
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


@pytest.mark.wide
async def test_a_refusal_is_cleared_when_a_field_has_changed() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        await press(pilot, "f9")
        assert "Something is still missing" in screen_text(app)
        await press(pilot, "An", "enter")
        assert "Something is still missing" not in screen_text(app)


@pytest.mark.wide
async def test_the_list_of_accesses_says_when_nobody_has_seen_the_data() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.accesses = ()
        await press(pilot, "f2")
        await scan(pilot, CODE, "enter")
        await press(pilot, "enter", "f8", "saw", "enter")
        assert "Nobody has seen them yet." in screen_text(app)


@pytest.mark.wide
async def test_the_list_of_accesses_is_not_cut_off_on_a_wide_terminal() -> None:
    async with signed_in_clerk(size=(140, 40)) as (app, pilot, service):
        service.accesses = (f"2026-05-06 09:30  {'received the content of licences ' * 5}for A child is born",)
        await press(pilot, "f2")
        await scan(pilot, CODE, "enter")
        await press(pilot, "enter", "f8", "saw", "enter")
        area = app.screen.query_one(ScrollingText).region
        rows = screen_text(app).splitlines()[area.y : area.bottom]
        shown = " ".join(" ".join(row[area.x : area.right] for row in rows).split())
        assert "for A child is born" in shown
        assert shown.count("licences") == 5


async def test_an_error_is_shown_to_its_end_at_80_columns() -> None:
    set_language("en")
    app = Stage(lambda: ())
    async with app.run_test(size=(80, 24)) as pilot:
        app.notify(
            "The clock of this machine shows 2026-05-15 09:01, and by it your last sign-in with the center is too long "
            "ago. If the date is right, sign in when the center is in reach again; if not, have it set, and sign in "
            "again.",
            severity="error",
        )
        await pilot.pause()
        assert "sign in again." in screen_text(app)


@pytest.mark.wide
async def test_held_results_are_not_handed_over_and_the_reason_is_shown_whole() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.held = RESULTS_WAIT
        await press(pilot, "f2", CASE, "enter")
        assert "Not to be handed over yet: F9 names the reason." in screen_text(app)
        await press(pilot, "f9")
        assert "then they can be handed over." in flowing_text(app)
        assert not any(asked.startswith("hand_over") for asked in service.asked)
