"""Ctrl+Z by keys: typing in a field first, then the last act, after a question that names whom it concerns."""

from __future__ import annotations

import pytest

from clerk_app.views.undo import UndoOffer
from screens.widgets.dialogs import ConfirmDialog
from tests.screens.officer_stage import signed_in_officer
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


async def test_ctrl_z_undoes_typing_first_and_then_asks_before_it_undoes_the_last_act() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "ctrl+z")
        assert "Nothing was done in the last two minutes" in screen_text(app)
        service.offer = UndoOffer(7, question="Take ticket A023 back?")
        await press(pilot, "A0", "ctrl+z")
        assert not isinstance(app.screen, ConfirmDialog)
        assert "A0" not in screen_text(app).splitlines()[-3]
        await press(pilot, "ctrl+z")
        assert "Take ticket A023 back?" in screen_text(app)
        await press(pilot, "escape")
        assert service.asked == []
        await press(pilot, "ctrl+z", "enter")
        assert service.asked == ["undo 7"]
        assert "Undone." in screen_text(app)


@pytest.mark.wide
async def test_an_officer_undoes_after_a_question_that_names_the_task() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.offer = UndoOffer(2, question="Put task T-1 back into the queue?")
        await press(pilot, "ctrl+z")
        assert "Put task T-1 back into the queue?" in screen_text(app)
        await press(pilot, "enter")
        assert app.service.asked[-1] == "undo 2"


async def test_an_act_that_cannot_be_undone_is_explained_and_the_key_is_listed_in_the_help() -> None:
    async with signed_in_clerk(size=(140, 40)) as (app, pilot, service):
        service.offer = UndoOffer(3, reason="An acceptance is not undone. F8 withdraws it.")
        await press(pilot, "ctrl+z")
        assert "F8 withdraws it." in screen_text(app)
        assert service.asked == []
        await press(pilot, "ctrl+p", "Undo")
        assert "^Z" in screen_text(app)
