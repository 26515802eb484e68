"""Letters of a case printed by keys: one of them, or every decision that was not printed yet."""

from __future__ import annotations

from datetime import date

import pytest

from clerk_app.views.shared import CaseLetter
from screens.counter.steps import list_steps
from tests.screens.sample_data import CASE
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk

LETTERS = (
    CaseLetter("c-acceptance", "Notice of acceptance", date(2026, 11, 20), is_decision=False),
    CaseLetter("c-approval-01", "Decision of approval: Birth", date(2026, 11, 23), is_decision=True),
    CaseLetter("c-refusal-02", "Decision of refusal: Card", date(2026, 11, 24), is_decision=True),
    CaseLetter("c-approval-03", "Decision of approval: Tax", date(2026, 11, 24), is_decision=True, is_printed=True),
)


@pytest.mark.wide
async def test_a_letter_is_chosen_from_those_of_the_case() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.letters = LETTERS
        await press(pilot, "f2", CASE, "enter", "f8", "40", "enter")
        assert "Decision of refusal: Card" in screen_text(app)
        await press(pilot, "1", "enter")
        assert service.asked[-1] == "print_letters c-acceptance"


async def test_one_item_prints_every_decision_that_was_not_printed_yet() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        service.letters = LETTERS
        await press(pilot, "f2", CASE, "enter")
        steps = list_steps("case", service.read_view())
        assert ("decisions:", "Decisions to be printed: 2", "F8 41") in [(s.target, s.text, s.cap) for s in steps]
        await press(pilot, "f8", "41", "enter")
        assert service.asked[-1] == "print_letters c-approval-01 c-refusal-02"


async def test_a_message_to_the_citizen_is_printed_when_it_is_written_and_from_the_list() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CASE, "enter", "f8", "68", "enter", "enter", "2", "enter")
        await press(pilot, "On Monday.", "enter")
        assert "send_case_message citizen On Monday." in service.asked
        assert "handed to the citizen" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "print_letters c-message-1"
    letter = CaseLetter(
        "c-message-1", "Message to the citizen: 09:30", date(2026, 11, 20), is_decision=False, is_message=True
    )
    async with signed_in_clerk() as (app, pilot, service):
        service.letters = (letter,)
        await press(pilot, "f2", CASE, "enter", "f8", "68", "enter", "enter")
        assert "Print: Message to the citizen: 09:30" in screen_text(app)
        await press(pilot, "4", "enter")
        assert service.asked[-1] == "print_letters c-message-1"
