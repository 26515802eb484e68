"""The list of F5 in the linear mode: facets, and the navigator."""

from __future__ import annotations

import pytest

from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.sample_data import CODE


@pytest.mark.usefixtures("english")
async def test_a_department_narrows_the_list_and_f5_asks_the_questions_of_the_navigator() -> None:
    office = TwoPersons()
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Hall:", "F2")
        await reader.answer("Ticket:", CODE)
        await reader.answer("Person:", "F9")
        await reader.answer("Number or letters:", "y")
        await reader.answer("Person:", "F5")
        await reader.answer("Number or letters:", "F4")
        await reader.answer("Number or letters:", "1")
        await reader.answer("Number or letters:", "F5")
        assert "Health (1)" in reader.text
        assert "F4 Department: Health" in reader.text
        await reader.answer("Number or letters:", "1")
        await reader.answer("Number or letters:", "1")
        assert "Has a card?" in reader.text
        await reader.answer("Number or letters:", "1")
        await reader.answer("Person:", "?")
        reader.check_output()
    assert "begin_navigated birth {'has_card': 'yes'}" in office.counter.asked
