"""Text from outside in an input line, and lines of any text on the screen."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.events import Key, Paste

from clerk_app.views.shared import Option
from screens.widgets.choice_input import ChoiceInput
from screens.widgets.dialogs import TextDialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import cell_width, fit, wrap
from tests.screens.stage import on_stage, press, screen_text

YES_NO = (Option("yes", "yes"), Option("no", "no"))
ANYTHING = st.text(st.characters(codec=None), max_size=60)
TRICKY = st.text(
    st.sampled_from(" \u00a0\u3000\u200b\u200d\ufe0f\U000e0100\u3164\u0301王a。\n\x1b\U00031350❤👩"), max_size=60
)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("\U00031350\U0002ebf0\U000323b0", "\U00031350\U0002ebf0\U000323b0"),
        ("李\u3000华\u00a0", "李 华"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("\ufeff王\u200b明\u3164", "王明"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\ue863", "䶮"),
    ],
)
async def test_text_typed_key_by_key_and_text_pasted_are_the_same(typed: str, value: str) -> None:
    async with on_stage(lambda: [FormInput(id="typed"), FormInput(id="pasted")]) as (app, pilot):
        by_keys, by_paste = app.screen.query_one("#typed", FormInput), app.screen.query_one("#pasted", FormInput)
        app.screen.set_focus(by_keys)
        for character in typed:
            app.post_message(Key(character, character))
        await press(pilot)
        app.screen.set_focus(by_paste)
        app.post_message(Paste(typed))
        await press(pilot)
        assert by_keys.text == by_paste.text == value
        assert "?" not in screen_text(app)


@pytest.mark.wide
async def test_every_line_of_a_paste_is_inserted_also_over_a_selection() -> None:
    async with on_stage(lambda: [FormInput("old", id="field")]) as (app, pilot):
        field = app.screen.query_one("#field", FormInput)
        app.screen.set_focus(field)
        field.select_all()
        app.post_message(Paste("示范路 1 号\r\n2 单元\t301 室\n"))
        await press(pilot)
        assert field.value == "示范路 1 号 2 单元 301 室"
        await press(pilot, "ctrl+z")
        assert field.value == "old"


@pytest.mark.many_cases
@pytest.mark.parametrize("refused", ["\u202d张三\u202c", "a\x1b[31m", "\ue000", "\u200f"])
async def test_refused_text_is_not_inserted_and_the_reason_is_on_the_message_line(refused: str) -> None:
    async with on_stage(lambda: [FormInput("王", id="field")]) as (app, pilot):
        field = app.screen.query_one("#field", FormInput)
        app.screen.set_focus(field)
        app.post_message(Paste(refused))
        await press(pilot)
        assert field.value == "王"
        assert "U+" in app.message.text
        assert app.message.severity == "error"


@pytest.mark.wide
async def test_a_dialog_shows_why_text_is_refused_and_stays_open() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: TextDialog("Reason", "Why?"))
        await press(pilot, "x")
        app.post_message(Paste("\u202e"))
        await press(pilot)
        assert "hidden control character (U+202E)" in screen_text(app)
        app.post_message(Key("replacement_character", "\ufffd"))
        await press(pilot, "enter")
        assert "A character was lost" in screen_text(app)
        await press(pilot, "backspace", "\u3000y\u00a0", "enter")
        assert app.answers == ["x y"]


async def test_a_full_width_digit_answers_a_choice_and_a_superscript_does_nothing() -> None:
    async with on_stage(lambda: [ChoiceInput("", YES_NO)]) as (app, pilot):
        choice = app.screen.query_one(ChoiceInput)
        app.screen.set_focus(choice)
        await press(pilot, "²")
        assert choice.value == ""
        await press(pilot, "２")
        assert choice.value == "no"


@settings(deadline=None)
@given(st.one_of(ANYTHING, TRICKY), st.integers(-1, 30))
@example("\u00a0" * 80, 20)
@example("\u3000" * 80, 20)
@example("王" * 40 + " " * 80, 3)
@example("\u200d\u200d" * 20 + "👩" * 5, 2)
def test_any_text_is_wrapped_and_fitted_to_any_width(text: str, cells: int) -> None:
    lines = wrap(text, cells)
    assert all(cell_len(line) <= max(cells, 2) for line in lines)
    assert len(lines) <= len(text) + 1
    fitted = fit(text, cells)
    assert cell_len(fitted) == cell_width([(fitted, "")]) == max(0, cells)


@pytest.mark.wide
async def test_a_long_value_shows_its_beginning_until_its_field_has_the_focus() -> None:
    name = "".join(chr(0x4E00 + index) for index in range(60))
    async with on_stage(lambda: [FormInput(name, id="long"), FormInput(id="other")]) as (app, pilot):
        app.screen.set_focus(app.screen.query_one("#other"))
        await press(pilot, "left")
        assert name[:20] in screen_text(app)
        assert "~" in screen_text(app)
        app.screen.set_focus(app.screen.query_one("#long"))
        await press(pilot, "end")
        assert name[-20:] in screen_text(app)
        app.screen.set_focus(app.screen.query_one("#other"))
        await press(pilot, "left")
        assert name[:20] in screen_text(app)
