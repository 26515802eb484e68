"""The check of a name and similar texts in the linear mode."""

from __future__ import annotations

import pytest

from clerk_app.views.shared import Option
from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.sample_data import CODE

pytestmark = pytest.mark.usefixtures("english")


async def test_passages_are_read_out_one_by_one_and_then_both_texts() -> None:
    office = TwoPersons()
    office.department.has_compared_texts = True
    async with linear_mode(office, "2001") as reader:
        await reader.answer("Queue:", "F2")
        await reader.answer("Task:", "F8")
        await reader.answer("Number or letters:", "70")
        found = await reader.answer("Number or letters:", "1")
        assert "Hints, no verdict" in found
        read = await reader.answer("y reads them out, n goes back:", "y")
        assert "passage 2 of 2, 100 % the same" in read
        assert "the other case: 项目建成后" in read
        texts = await reader.answer("Number or letters:", "1")
        assert "Abstract of the project: this application" in texts
        assert texts.count("[2: 项目建成后") == 2
        settled = await reader.answer("Number or letters:", "<")
        assert "not_relevant" in settled
        assert office.department.settled == ["260000000017 not_relevant"]
        reader.check_output()


@pytest.mark.wide
async def test_what_was_found_about_a_name_is_read_out_and_a_free_one_is_taken() -> None:
    office = TwoPersons()
    office.counter.name_fields = (Option("company", "Proposed name"),)
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Hall:", "F2")
        await reader.answer("Ticket:", CODE)
        await reader.answer("Person:", "confirm")
        await reader.answer("Number or letters:", "y")
        await reader.answer("Person:", "F5")
        await reader.answer("Number or letters:", "cs")
        await reader.answer("Numbers:", "a")
        await reader.answer("Numbers:")
        await reader.answer("Name of the child:", ".")
        await reader.answer("Draft:", "F8")
        await reader.answer("Number or letters:", "69")
        found = await reader.answer("Number or letters:", "1")
        assert "cannot be used" in found
        assert "海州市[华联]科技有限公司" in found
        await reader.answer("Draft:", "read")
        reader.check_output()
    assert "reserve_name company" in office.counter.asked
