"""The help of F1: it lists the keys that the screen has, and no others, with what they do at present."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from textual.binding import Binding

from clerk_app.locales import current_language
from screens.admin.screen import AdminScreen
from screens.app import ClerkApp
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from tests.screens.officer_stage import signed_in_officer
from tests.screens.sample_admin import SampleAdminService
from tests.screens.stage import ScreenApp, press, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk, start_birth_case
from tests.screens.test_supervisor import signed_in_supervisor

pytestmark = pytest.mark.usefixtures("english")


def check_help(app: ClerkApp, *apart: str) -> None:
    """Check that the help has every bound key, no other key, and the label that the key line shows.

    `apart` are keys of widgets that are not on the screen now, and keys that do nothing before sign-in.
    """
    screen = app.screen
    assert isinstance(screen, RoleScreen)
    described = {key for action in app.available_actions() for key in action.key.split(",")}
    described |= {key for other in screen.other_keys() for key in other.keys.split(",") if key}
    nodes = (screen, *screen.walk_children())
    marks = any(getattr(node, "marks_rows", False) for node in nodes)
    ticks = marks or any(hasattr(node, "on_row_list_ticked") for node in nodes)
    bound = {key for node in (app, screen, *screen.walk_children()) for key in bound_keys(node)}
    unused = {"a"} - ({"a"} if marks else set()) | ({"space"} if not ticks else set())  # keys of every list
    assert described ^ bound == set(apart) | (unused & bound - described)
    on_key_line = set(screen.key_line_actions())
    assert on_key_line <= set(app.available_actions())
    for action in app.available_actions():
        assert any(hasattr(node, f"action_{action.id}") for node in (screen, app, StaffApp)), action


def bound_keys(node: Any) -> Iterator[str]:
    """Yield the keys that our classes of a node bind; Textual's editing keys of a field are not described."""
    for kind in type(node).__mro__:
        if kind.__module__.startswith("screens."):
            for binding in vars(kind).get("BINDINGS", ()):
                assert isinstance(binding, Binding)
                yield from binding.key.split(",")


async def test_help_of_the_supervisor_is_that_of_its_keys() -> None:
    async with signed_in_supervisor() as (app, pilot):
        check_help(app)
        await press(pilot, "f1", "pagedown")
        assert "Closes or opens the hall's day" in screen_text(app)
        assert "Takes a task back" not in screen_text(app)
        await press(pilot, "escape", "2", "enter", "f1")
        assert "Takes a task back" in screen_text(app)
        assert "Closes or opens the hall's day" not in screen_text(app)


@pytest.mark.wide
async def test_help_of_the_department_is_that_of_its_keys() -> None:
    async with signed_in_officer() as (app, pilot):
        check_help(app)
        await press(pilot, "f2")
        check_help(app)


@pytest.mark.wide
async def test_help_of_sign_in_and_counter_is_that_of_their_keys() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        check_help(app, "delete", "backspace")
        await start_birth_case(pilot)
        check_help(app)
        await press(pilot, "f12")
        check_help(app, "f10", "f12", "ctrl+d", "enter")  # Enter is a key of every field
        await press(pilot, "f1")
        assert "Leaves the program." in screen_text(app)
        assert "choice field" not in screen_text(app)


@pytest.mark.wide
async def test_help_of_the_administrator_is_that_of_its_keys() -> None:
    app = ScreenApp(AdminScreen(SampleAdminService()))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        check_help(app)
        assert "waiting" not in screen_text(app)  # nothing waits for an administrator


async def test_a_dialog_has_its_own_help_and_keeps_what_was_typed_under_it() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "ctrl+p", "colo", "f1")
        assert "show the rows that match" in screen_text(app)
        await press(pilot, "f1")
        assert "show the rows that match" not in screen_text(app)
        assert "colo" in screen_text(app)
        dark = app.theme
        await press(pilot, "enter")
        assert app.theme != dark


@pytest.mark.wide
async def test_the_language_does_not_change_under_an_open_dialog() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "ctrl+p", "ctrl+l")
        assert "then change the language" in screen_text(app)
        await press(pilot, "escape", "ctrl+l")
        assert current_language() == "zh_CN"
