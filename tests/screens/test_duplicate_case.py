"""The dialog that names another case of the applicant before F9 accepts a second one."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from clerk_app.views.duplicates import DuplicateSearch
from clerk_app.views.shared import Option
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case


async def fill_birth_form(pilot: Pilot[None]) -> None:
    """Begin a birth case and fill its form, so that F9 accepts it."""
    await start_birth_case(pilot)
    for value, after in (
        ("Xiao An", ["pagedown"]),
        ("110101198805050010", ["pagedown"]),
        ("13800000000", ["tab", "down", "down", "space"]),
    ):
        await press(pilot, value, *after)


@pytest.mark.wide
async def test_another_case_of_the_applicant_is_named_and_accepted_only_with_a_reason() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.duplicates = DuplicateSearch((Option("260000000010", "260000000010, 2026-11-20, Service centre"),))
        await fill_birth_form(pilot)
        await press(pilot, "f9")
        assert "260000000010, 2026-11-20, Service centre" in screen_text(app)
        await press(pilot, "escape")
        assert not [asked for asked in service.asked if asked.startswith("accept_case")]
        await press(pilot, "f9", "3", "enter")
        assert service.asked[-1] == "accept_case 260000000010: insists"


@pytest.mark.wide
async def test_enter_alone_opens_the_other_case_and_accepts_nothing() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        service.duplicates = DuplicateSearch((Option("260000000010", "260000000010"),))
        await fill_birth_form(pilot)
        await press(pilot, "f9", "enter")
        assert service.asked[-1] == "open_case 260000000010"
        assert not [asked for asked in service.asked if asked.startswith("accept_case")]


@pytest.mark.wide
async def test_a_namesake_is_named_and_enter_accepts_without_a_reason() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.duplicates = DuplicateSearch(namesakes=(Option("260000000010", "260000000010, 2026-11-20"),))
        await fill_birth_form(pilot)
        await press(pilot, "f9")
        assert "260000000010, 2026-11-20" in screen_text(app)
        assert not [asked for asked in service.asked if asked.startswith("accept_case")]
        await press(pilot, "enter")
        assert service.asked[-1] == "accept_case"


@pytest.mark.wide
async def test_the_screen_says_so_if_the_center_was_silent() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.duplicates = DuplicateSearch(center_silent=True)
        await fill_birth_form(pilot)
        await press(pilot, "f9")
        assert service.asked[-1] == "accept_case"
        assert "The center did not answer" in screen_text(app)
