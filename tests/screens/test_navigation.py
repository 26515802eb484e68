"""The navigator at the counter screen."""

from __future__ import annotations

from screens.counter.navigation import _build_result
from tests.screens.sample_names import SampleNames
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case


async def test_the_result_names_each_matter_with_its_verdict_and_rule() -> None:
    found = SampleNames().navigate("birth", {}, ("has_card",))
    assert not found.question
    assert _build_result(found) is not None
    assert found.judgements[0].rule == "not known whether: has none"


async def test_f5_in_the_list_of_f5_asks_the_questions_although_a_draft_is_open() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f5", "f5")
        assert "Has a card?" in screen_text(app)
        await press(pilot, "1", "enter", "enter")
        assert "the draft in work is kept" in screen_text(app)
        await press(pilot, "1", "enter")
        assert any(asked.startswith("begin_navigated") for asked in service.asked)
