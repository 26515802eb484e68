"""What an approval makes is filled in before it is recorded, and kept until it is."""

from __future__ import annotations

import pytest

from clerk_app.errors import OutOfReach
from clerk_app.views.case import FieldRow
from tests.screens.officer_stage import signed_in_officer
from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_kept_reasons import SampleReasons

NUMBER = FieldRow(
    id="household_number", number=1, label="Household number", value="", kind="text", options=(), required=True,
    source="", warning="", error="", needed_for="Page of the register",
)  # fmt: skip


async def test_an_approval_asks_for_the_fields_of_its_result_and_records_them() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.result_fields = (NUMBER,)
        await press(pilot, "f2", "f9", "a")
        await wait_until_idle(pilot)
        assert "Page of the register" in screen_text(app)
        await press(pilot, "enter")
        await wait_until_idle(pilot)
        assert "This is needed." in screen_text(app)
        assert app.service.asked == ["claim_next"]
        await press(pilot, "H-0815", "enter")
        await wait_until_idle(pilot)
        assert app.service.asked == ["claim_next", "approve  household_number=H-0815"]


@pytest.mark.wide
async def test_what_was_filled_in_is_kept_after_a_lost_connection_and_after_a_restart() -> None:
    store = SampleReasons()
    async with signed_in_officer() as (app, pilot):
        app.department.kept_reasons.store = store
        app.service.result_fields = (NUMBER,)
        app.service.failure = OutOfReach("The line is down.")
        await press(pilot, "f2", "f9", "a", "H-0815", "f9")
        await wait_until_idle(pilot)
        assert "The line is down." in screen_text(app)
    async with signed_in_officer() as (app, pilot):
        app.department.kept_reasons.store = store
        app.service.result_fields = (NUMBER,)
        await press(pilot, "f2", "f9", "a")
        await wait_until_idle(pilot)
        assert "H-0815" in screen_text(app)
        await press(pilot, "f9")
        await wait_until_idle(pilot)
        assert app.service.asked[-1] == "approve  household_number=H-0815"
        assert store.kept == {}


@pytest.mark.wide
async def test_the_linear_mode_asks_the_fields_one_by_one() -> None:
    office = TwoPersons()
    office.department.result_fields = (NUMBER,)
    async with linear_mode(office, "2001") as reader:
        await reader.answer("队列：", "F2")
        await reader.answer("任务：", "F9")
        await reader.answer("a、n或r：", "a")
        assert "Page of the register" in await reader.answer("Household number：", "H-0815")
        await reader.answer("y记录准予决定，n返回：", "y")
        await reader.answer("队列：", "?")
        reader.check_output()
    assert office.department.asked[-1] == "approve  household_number=H-0815"


@pytest.mark.wide
async def test_going_back_records_nothing_and_keeps_what_was_typed() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.result_fields = (NUMBER,)
        await press(pilot, "f2", "f9", "n", "checked", "enter", "enter", "H-08", "escape")
        await wait_until_idle(pilot)
        assert app.service.asked == ["claim_next"]
        assert "checked" in screen_text(app)
        await press(pilot, "f9")
        await wait_until_idle(pilot)
        assert "H-08" in screen_text(app)
