"""An approval before another matter is decided, for which the organ need not wait (join `lead`)."""

from __future__ import annotations

import pytest

from tests.screens.officer_stage import signed_in_officer
from tests.screens.stage import flowing_text, press, screen_text


async def test_approving_asks_why_it_is_decided_before_and_records_the_answer() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.undecided = ("Check of the penalty",)
        await press(pilot, "f2", "f9", "a")
        assert "Check of the penalty is not decided yet. Why is this decided before?" in flowing_text(app)
        assert app.service.asked == ["claim_next"]
        await press(pilot, "the record is enough", "enter", "enter")
        assert app.service.asked == ["claim_next", "approve the record is enough"]
        assert "Recorded." in screen_text(app)


@pytest.mark.wide
async def test_the_question_fits_the_smallest_screen_in_chinese() -> None:
    async with signed_in_officer(language="zh_CN") as (app, pilot):
        app.service.undecided = ("处罚履行情况核实",)
        await press(pilot, "f2", "f9", "a")
        assert "处罚履行情况核实尚未作出决定。为何先行决定？" in flowing_text(app).replace(" ", "")
