"""The administrator's screen: persons are listed, added and changed."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.views.admin import AdminView
from screens.admin.screen import AdminScreen
from screens.widgets.dialogs import ConfirmDialog
from tests.screens.sample_admin import SampleAdminService
from tests.screens.stage import ScreenApp, on_stage, press, screen_text, wait_until_idle

pytestmark = pytest.mark.usefixtures("english")


async def test_a_person_is_added_with_a_pin_that_is_not_easy_to_guess() -> None:
    service = SampleAdminService()
    app = ScreenApp(AdminScreen(service))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f2", "1001", "enter", "Wu Gang", "f9")
        assert "x Staff number 1001 is taken." in screen_text(app)
        assert screen_text(app).count("x This is needed.") == 2  # role and organ
        await press(pilot, "escape", "f2")
        assert "Wu Gang" in screen_text(app)  # what was typed stays
        await press(pilot, "up", "up", "up", "ctrl+u", "3001", "enter", "enter")
        assert "2 officer" in [line.strip(" ┃") for line in screen_text(app).splitlines()]  # each answer on a line
        await press(pilot, "2", "enter", "1", "enter")
        await press(pilot, "123456", "enter", "123456", "enter")
        assert "easy to guess" in screen_text(app)
        await press(pilot, "739461", "enter", "739461", "enter")
        assert "739461" not in screen_text(app)
    assert service.asked == ["add 3001 Wu Gang officer centre 739461"]


async def test_what_can_be_done_with_a_person_is_listed_and_asks_for_a_reason() -> None:
    service = SampleAdminService()
    app = ScreenApp(AdminScreen(service))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down", "enter", "3", "enter")
        await press(pilot, "enter", "7", "enter", "enter", "left the office", "enter", "enter")
        await press(pilot, "f8", "4", "enter", "B-17", "enter")
        await press(pilot, "f8", "1", "enter", "down", "2", "down", "2", "enter")
        await press(pilot, "f8", "2", "enter", "739461", "enter", "739461", "enter")
        await press(pilot, "down", "down", "enter")
        assert "was dismissed" in screen_text(app)
    assert service.asked == [
        "unlock 2",
        "dismiss 2 left the office",
        "set_badge 2 B-17",
        "change 2 Chen Jing officer health",
        "reset_pin 2 739461",
    ]


@pytest.mark.wide
async def test_what_a_second_administrator_has_to_do_is_shown_whole_and_outside_the_pin_dialog() -> None:
    class Strict(SampleAdminService):
        def reset_pin(self, person: str, pin: str) -> AdminView:
            raise Refused(
                "second_person",
                "This needs a second administrator: clerk staff confirm {reference} --admin NUMBER. Then do it again.",
                reference="0c3a6f5512de",
            )

    app = ScreenApp(AdminScreen(Strict()))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f8", "2", "enter", "739461", "enter", "739461", "enter")
        assert isinstance(app.screen, AdminScreen)
        assert "clerk staff confirm 0c3a6f5512de --admin" in screen_text(app)
        assert "it again." in screen_text(app)


@pytest.mark.wide
async def test_a_long_error_in_a_dialog_is_wrapped() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ConfirmDialog("Title", "Sentence"))
        await wait_until_idle(pilot)
        assert isinstance(app.screen, ConfirmDialog)
        app.screen.show_error(" ".join(["word"] * 20) + " end")
        await wait_until_idle(pilot)
        assert "end" in screen_text(app)


@pytest.mark.wide
async def test_the_details_of_the_marked_person_are_beside_the_list_on_a_wide_screen() -> None:
    app = ScreenApp(AdminScreen(SampleAdminService()))
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "down")
        await pilot.pause(0.15)
        await wait_until_idle(pilot)
        text = screen_text(app)
        for words in ("Staff 4  ! 1 locked out", "Works now", "3 End the lock-out", "Window 1 for 2 h"):
            assert words in text
        await pilot.resize_terminal(80, 24)
        await wait_until_idle(pilot)
        assert "Works now" not in screen_text(app)


@pytest.mark.wide
async def test_a_large_screen_shows_accounts_windows_in_work_and_machines() -> None:
    app = ScreenApp(AdminScreen(SampleAdminService()))
    async with app.run_test(size=(140, 40)) as pilot:
        await wait_until_idle(pilot)
        text = screen_text(app)
    assert "Windows in work" in text
    assert "Li Mei  2 h" in text
    assert "this machine" in text
