"""The situation of a screen: F1 shows it above the keys, with what comes next and what is not possible yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

import screens
from screens.app import ClerkApp
from screens.role_screen import RoleScreen
from screens.situation import Situation
from tests.screens.dialog_kinds import list_dialog_kinds
from tests.screens.officer_stage import signed_in_officer
from tests.screens.sample_data import CASE, CODE
from tests.screens.stage import flowing_text, press, screen_text
from tests.screens.test_counter import signed_in_clerk
from tests.screens.test_supervisor import signed_in_supervisor

pytestmark = pytest.mark.usefixtures("english")


def situation_of(app: ClerkApp) -> Situation:
    assert isinstance(app.screen, RoleScreen)
    situation = app.screen.situation()
    assert situation is not None
    return situation


@pytest.mark.wide
async def test_the_situation_of_the_counter_has_the_reason_why_f9_cannot_accept() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        assert situation_of(app).now.startswith("Nobody is served at this window.")
        await press(pilot, "f2")
        assert "has not shown a code yet" in situation_of(app).now
        await press(pilot, CODE, "enter")
        assert "has shown a code; it is doubtful" in situation_of(app).now
        assert "before the person is confirmed" in situation_of(app).blocked[0]
        await press(pilot, "enter", "f5", "cs", "enter", "a", "enter")
        assert "F9 cannot accept yet" in situation_of(app).blocked[0]
        await press(pilot, "f1")
        assert "Not possible yet" in screen_text(app)
        assert "F9 cannot accept yet" in screen_text(app)


@pytest.mark.wide
async def test_the_situation_of_an_open_case_has_the_acts_that_are_possible() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, CASE, "enter")
        assert CASE in situation_of(app).now
        assert "Esc closes the case; F2 calls the next ticket." in situation_of(app).next


async def test_the_situation_of_the_department_is_that_of_the_queue_or_the_task() -> None:
    async with signed_in_officer() as (app, pilot):
        assert "F9 has nothing to decide: no task is on the screen." in situation_of(app).blocked
        await press(pilot, "f2")
        assert situation_of(app).now.startswith("Task ")
        await press(pilot, "escape")
        assert situation_of(app).undo[0] == "F3 opens the task again that was left with Esc."


async def test_the_situation_of_the_supervisor_has_the_alerts() -> None:
    async with signed_in_supervisor() as (app, _pilot):
        assert "alerts: " in situation_of(app).now


@pytest.mark.wide
async def test_the_help_of_a_locked_screen_has_the_state_of_the_work_below() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f12", "f1")
        assert "everything is as it was left" in shown(app, pilot)


async def test_the_help_of_a_dialog_begins_with_its_purpose() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "ctrl+p", "f1")
        assert "Commands. One row is to be picked" in shown(app, pilot)


def shown(app: ClerkApp, _pilot: Pilot[None]) -> str:
    return flowing_text(app)


def test_every_dialog_has_a_sentence_about_its_purpose() -> None:
    for path in sorted(Path(screens.__file__).parent.rglob("*.py")):
        name = ".".join(path.relative_to(Path(screens.__file__).parents[1]).with_suffix("").parts)
        __import__(name.removesuffix(".__init__"))
    kinds = [kind for kind in list_dialog_kinds() if kind.__module__.startswith("screens.")]
    assert [kind.__name__ for kind in kinds if not getattr(kind, "about", "")] == []
