"""What all screens share: colours, the key table, languages, errors, the key gate, and the import rule."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from textual.events import Key
from textual.theme import Theme

import screens
from clerk_app.errors import Refused
from screens import keys
from screens.key_gate import KeyGate
from screens.theme.themes import CONTRAST_PAIRS, THEMES
from screens.widgets.columns import Column, ListRow
from screens.widgets.fields import FormInput
from screens.widgets.row_list import RowList
from tests.screens.contrast import contrast_of
from tests.screens.stage import on_stage, painted_lines, press, screen_text, wait_until_idle

HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "msgspec", "cv2", "numpy", "PIL", "httpx", "fastapi", "cryptography")


def test_screens_are_painted_before_anything_heavy_is_imported() -> None:
    folder = Path(screens.__file__).parent
    names = [
        ".".join(("screens", *path.relative_to(folder).with_suffix("").parts))
        for path in folder.rglob("*.py")
        if path.name != "__init__.py"
    ]
    program = f"import sys, {', '.join(names)}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_colour_can_be_read_on_every_ground(theme: Theme) -> None:
    variables = theme.variables
    least = 7.0 if theme.name == "high-contrast" else 4.5
    roles, grounds = CONTRAST_PAIRS
    pairs = [(role, ground) for role in roles for ground in grounds] + [("on-lit", "lit")]
    poor = {
        (role, ground): round(contrast, 2)
        for role, ground in pairs
        if (contrast := contrast_of(variables[role], variables[ground])) < least
    }
    assert poor == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_frame_of_a_panel_can_be_seen_on_every_page(theme: Theme) -> None:
    least = 3.0  # WCAG 2.1, 1.4.11: parts of the interface that are not text
    colours = theme.variables
    assert min(contrast_of(colours["frame"], colours[page]) for page in ("page", "sheet")) >= least


def test_no_two_actions_of_the_key_table_share_a_key() -> None:
    actions = [value for value in vars(keys).values() if isinstance(value, keys.KeyAction)]
    every_key = [key for action in actions for key in action.key.split(",")]
    assert len(every_key) == len(set(every_key))


async def test_the_key_line_shows_at_most_eight_actions_in_the_current_language() -> None:
    async with on_stage() as (app, pilot):
        assert "F1 Help" in screen_text(app)
        assert "F9 Submit" in screen_text(app)
        assert len(keys.key_line_actions([keys.NEXT] * 20)) == 8
        await press(pilot, "ctrl+l")
        assert app.message.text == ""


async def test_help_lists_every_key_of_the_screen_and_goes_away_again() -> None:
    async with on_stage() as (app, pilot):
        await press(pilot, "f1")
        assert "Submits what is on the screen." in screen_text(app)
        await press(pilot, "ctrl+g")
        assert "Submits what stands" not in screen_text(app)


async def test_any_action_is_found_by_its_name() -> None:
    async with on_stage() as (app, pilot):
        dark = app.theme
        await press(pilot, "ctrl+p", "colo", "enter")
        assert app.theme != dark


async def test_a_refusal_and_an_exception_are_shown_as_messages() -> None:
    async with on_stage() as (app, pilot):

        async def refused() -> None:
            await app.ask(_refuse)

        async def broken() -> None:
            await app.ask(lambda: 1 // 0)

        app.perform(refused())
        await wait_until_idle(pilot)
        assert "That is not your task." in screen_text(app)
        app.perform(broken())
        await wait_until_idle(pilot)
        assert "ZeroDivisionError" in screen_text(app)
        assert "please do it again" in screen_text(app)


@pytest.mark.wide
async def test_a_terminal_without_colour_still_shows_symbols_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with on_stage() as (app, pilot):
        app.notify("The printer is out of paper.", severity="error")
        await wait_until_idle(pilot)
        assert "x The printer is out of paper." in screen_text(app)


@pytest.mark.wide
async def test_a_small_terminal_shows_a_warning_and_the_screen_comes_back() -> None:
    async with on_stage(size=(60, 20)) as (app, pilot):
        assert "60 x 20" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await wait_until_idle(pilot)
        assert "60 x 20" not in screen_text(app)
        assert "F9 Submit" in screen_text(app)


def _refuse() -> None:
    raise Refused("not_yours", "That is not your task.")


@pytest.mark.wide
async def test_an_action_that_never_ends_does_not_hold_the_keys_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyGate, "MAX_HOLD_SECONDS", 0.05)
    release = threading.Event()
    async with on_stage(lambda: [FormInput(id="field")]) as (app, pilot):
        field = app.screen.query_one(FormInput)
        app.screen.set_focus(field)

        async def endless() -> None:
            await app.ask(release.wait)

        app.perform(endless())
        app.post_message(Key("x", "x"))  # held, then dropped, because it was typed for the screen after the action
        await asyncio.sleep(0.1)
        await press(pilot, "y")
        assert field.value == "y"
        assert "The last action is taking very long." in screen_text(app)
        release.set()


async def test_keys_wait_for_an_action_and_a_second_action_is_dropped_meanwhile() -> None:
    release = threading.Event()
    async with on_stage(lambda: [FormInput(id="field")]) as (app, pilot):
        app.screen.set_focus(app.screen.query_one(FormInput))
        begun: list[str] = []

        async def slow() -> None:
            begun.append("slow")
            await app.ask(release.wait)

        async def other() -> None:
            begun.append("other")

        app.perform(slow())
        app.perform(other())
        app.post_message(Key("x", "x"))
        await asyncio.sleep(0.05)
        assert app.screen.query_one(FormInput).value == ""
        release.set()
        await wait_until_idle(pilot)
        assert app.screen.query_one(FormInput).value == "x"
        assert begun == ["slow"]


@pytest.mark.wide
async def test_without_colour_the_focus_is_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with on_stage(lambda: [RowList([Column(lambda: "Name", 10)])]) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows([ListRow("a", ("first",)), ListRow("b", ("second",))])
        app.screen.set_focus(rows)
        await wait_until_idle(pilot)
        reversed_lines = [
            "".join(segment.text for segment in line)
            for line in painted_lines(app)
            if any(segment.style and segment.style.reverse for segment in line)
        ]
        assert any("first" in line for line in reversed_lines)
        assert not any("second" in line for line in reversed_lines)


@pytest.mark.wide
async def test_an_error_is_not_cleared_at_once_by_an_action_that_was_typed_ahead() -> None:
    async with on_stage() as (app, pilot):

        async def failing() -> None:
            raise Refused("busy", "Another program holds the store.")

        async def quiet() -> None:
            pass

        app.perform(failing())
        await wait_until_idle(pilot)
        app.perform(quiet())
        await wait_until_idle(pilot)
        assert "Another program holds the store." in screen_text(app)
