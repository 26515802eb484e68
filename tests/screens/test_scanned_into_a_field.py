"""A receipt scanned while a form field has the focus: the case opens and the field is restored."""

from __future__ import annotations

import pytest
from textual.events import Paste

from screens.widgets.dialogs import TextDialog
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from tests.screens.sample_data import CASE
from tests.screens.stage import on_stage, press, scan, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk, start_birth_case


@pytest.mark.wide
async def test_a_receipt_scanned_into_a_field_opens_its_case_and_the_field_is_restored() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        form = app.screen.query_one(Form)
        line = form.current_line
        assert line is not None
        await scan(pilot, CASE, "enter")
        assert service.asked[-1] == f"process_scan {CASE}"
        assert line.input.value == ""
        assert not any(CASE in asked for asked in service.asked if asked.startswith("fill_field"))
        assert CASE in screen_text(app)


@pytest.mark.wide
async def test_undo_gives_the_digits_back_and_down_leaves_the_field_with_them() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        line = app.screen.query_one(Form).current_line
        assert line is not None
        await press(pilot, *CASE, "down")
        assert line.input.value == CASE
        assert f"fill_field {line.row.id}={CASE}" in service.asked
        await press(pilot, "up", "enter")  # what stood there before the cursor came was not scanned now
        assert line.input.value == CASE
        assert not any(asked.startswith("process_scan 26") for asked in service.asked)


@pytest.mark.wide
async def test_what_stood_in_the_field_before_the_scan_is_restored() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        line = app.screen.query_one(Form).current_line
        assert line is not None
        field = line.input
        assert isinstance(field, FormInput)
        await press(pilot, "An", "down", "up")
        field.select_all()
        await scan(pilot, CASE, "enter")
        assert field.value == "An"
        await press(pilot, "escape")
        app.screen.set_focus(field)
        await press(pilot, "ctrl+z")
        assert field.value == CASE


@pytest.mark.parametrize(
    "text",
    [
        "]c1" + CASE,
        *(
            pytest.param(text, marks=pytest.mark.wide)
            for text in (
                CASE,
                f" {CASE}\r\n",
                "]C1" + CASE,
                "]C0" + CASE,
                "]Q1" + CASE,
                "]q0" + CASE,
                f"\ufeff]C1{CASE}\t",
                f"\x02]C1{CASE}\x03\x00",
                f"\u200b]C1{CASE}\u3000\xa0",
                f"]C1 {CASE} \r\r",
                "］Ｃ１" + CASE,
                "】Ｃ１" + CASE.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
                CASE.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
            )
        ),
    ],
)
async def test_a_code_pasted_as_a_whole_into_a_field_is_used_like_a_scan(text: str) -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        line = app.screen.query_one(Form).current_line
        assert line is not None
        app.post_message(Paste(text))
        await wait_until_idle(pilot)
        assert service.asked[-1] == f"process_scan {CASE}"
        assert line.input.value == ""


@pytest.mark.wide
async def test_a_code_inside_a_pasted_sentence_and_another_number_are_text() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        line = app.screen.query_one(Form).current_line
        assert line is not None
        for text in (f"as in {CASE} ", "261234567890 ", "]G15号地块 ", f"]C1{CASE}\n]C1{CASE}"):
            app.post_message(Paste(text))
            await wait_until_idle(pilot)
        assert line.input.value == f"as in {CASE} 261234567890 ]G15号地块 ]C1{CASE} ]C1{CASE}"
        assert not any(asked.startswith("process_scan 26") for asked in service.asked)


@pytest.mark.wide
async def test_a_code_pasted_into_a_dialog_is_refused_and_its_field_keeps_the_text() -> None:
    async with on_stage() as (app, pilot):
        app.use_scan_rules("", lambda text, _kind: text == CASE)
        app.show_dialog(lambda: TextDialog("Name", "Whose?"))
        await press(pilot, "Anna")
        for code in (CASE, "]q1EL1:6BF+7079", "】Q1UNKNOWN", "]C1A012"):
            app.post_message(Paste(code))
            await wait_until_idle(pilot)
        assert app.screen.query_one(FormInput).value == "Anna"
        assert app.message.text.startswith("A code was scanned and not used.")


@pytest.mark.parametrize("is_pasted", [True, pytest.param(False, marks=pytest.mark.wide)])
async def test_a_number_that_looks_like_a_code_is_put_into_the_field_with_undo(*, is_pasted: bool) -> None:
    async with on_stage() as (app, pilot):
        app.use_scan_rules("", lambda text, _kind: text == CASE)
        app.show_dialog(lambda: TextDialog("Reason", "Why?"))
        await press(pilot, "No ")
        if is_pasted:
            app.post_message(Paste(CASE))
            await wait_until_idle(pilot)
        else:
            await scan(pilot, CASE, "enter")
        assert app.message.text.endswith("If it was typed or pasted: Ctrl+Z puts it into the field.")
        await press(pilot, "ctrl+z", "enter")
        assert app.answers == [f"No {CASE}"]


@pytest.mark.wide
async def test_a_scanned_code_with_an_identifier_is_not_offered_as_text() -> None:
    async with on_stage() as (app, pilot):
        app.use_scan_rules("", lambda text, _kind: text == CASE)
        app.show_dialog(lambda: TextDialog("Reason", "Why?"))
        await scan(pilot, f"]C1{CASE}", "enter")
        assert app.message.text.startswith("A code was scanned and not used.")
        assert "Ctrl+Z" not in app.message.text
