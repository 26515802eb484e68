"""A receipt scanned while a form field has the focus: the case opens and the field is restored."""

from __future__ import annotations

import pytest

from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from tests.screens.sample_data import CASE
from tests.screens.stage import press, scan, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case


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
