"""Drafts, parties and documents at the counter screen, driven by keys."""

from __future__ import annotations

from tests.screens.sample_counter import PARTY_CODE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case


async def test_f3_lists_the_drafts_with_masked_applicant_and_age_before_one_is_opened() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f3")
        assert "Wang *  18 min" in screen_text(app)
        assert not any(asked.startswith("reopen_draft") for asked in service.asked)
        await press(pilot, "enter")
        assert service.asked[-1] == "reopen_draft d1"


async def test_a_draft_that_cannot_be_displayed_is_listed_and_can_only_be_discarded() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.unreadable_draft = True
        await press(pilot, "f3", "2")
        assert "cannot be displayed" in screen_text(app)
        await press(pilot, "enter")
        assert "Discard it?" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1].startswith("discard_draft d2")


async def test_another_partys_code_asks_whose_it_is() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f7", PARTY_CODE, "enter")
        assert "Whose code is this? Li *" in screen_text(app)
        await press(pilot, "down", "enter")
        assert service.asked[-1] == "assign_party child"


async def test_going_back_from_the_question_whose_code_it_is_drops_the_code() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f7", PARTY_CODE, "enter", "escape")
        assert service.asked[-1] == "assign_party"


async def test_a_party_is_identified_by_a_document_with_typed_name_and_number() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f8", "document", "enter")
        assert "Child: which name does the document show?" in screen_text(app)
        await press(pilot, "backspace", "An", "enter", "690102199403120267", "enter")
        assert service.asked[-1] == "identify_by_document child An 690102199403120267"
