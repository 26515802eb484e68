"""The field of several lines for reasons and notes: text rules, undo, pasted lines, and scans."""

from __future__ import annotations

import pytest
from textual.events import Paste

from clerk_app.views.shared import GivenReasons
from screens.kept_reasons import KeptReasons
from screens.widgets.note_input import NoteInput
from screens.widgets.reasons import ReasonDialog
from tests.screens.sample_data import CASE
from tests.screens.stage import flowing_text, on_stage, press, scan, screen_text, wait_until_idle

pytestmark = pytest.mark.usefixtures("english")


async def test_a_long_reason_wraps_and_undo_takes_it_back() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ReasonDialog("Refuse", "Why?", kept=KeptReasons()))
        await wait_until_idle(pilot)
        field = app.screen.query_one(NoteInput)
        sentence = "住所证明与登记地址不一致，" * 5
        app.post_message(Paste(sentence))
        await wait_until_idle(pilot)
        assert sentence in flowing_text(app).replace(" ", "")
        await press(pilot, "ctrl+z")
        assert field.text == ""
        await press(pilot, "ctrl+y", "enter", "enter")
        assert app.answers == [GivenReasons(text=sentence.rstrip())]


async def test_pasted_lines_become_reasons_and_up_takes_the_last_one_back() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ReasonDialog("Refuse", "Why?", kept=KeptReasons()))
        await wait_until_idle(pilot)
        app.post_message(Paste("No seal\r\n\r\n\tWrong  year \n"))
        await press(pilot, "enter")
        assert "+ No seal" in screen_text(app)
        await press(pilot, "up")
        assert app.screen.query_one(NoteInput).text == "Wrong year"
        await press(pilot, "end", "!", "enter", "enter")
        assert app.answers == [GivenReasons(text="No seal\nWrong year!")]


async def test_a_refused_character_and_a_scan_leave_the_text_as_it_was() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ReasonDialog("Refuse", "Why?", kept=KeptReasons()))
        await wait_until_idle(pilot)
        field = app.screen.query_one(NoteInput)
        await press(pilot, "too late")
        app.post_message(Paste("bad\u202etext"))
        await wait_until_idle(pilot)
        assert field.text == "too late"
        assert "x " in screen_text(app)
        await scan(pilot, CASE, "enter")
        assert field.text == "too late"
        assert not app.answers
        await press(pilot, "ctrl+z")
        assert CASE in field.text
