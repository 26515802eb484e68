"""Copy of a licence and code on paper at the kiosk by keys, and what faults of printer, clerk and center leave."""

from __future__ import annotations

import pytest

from clerk_app.errors import OutOfReach, Refused
from clerk_app.views.kiosk_copies import RequestState
from screens.kiosk.flows.code_slip import WaitingPage
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import KioskTester
from tests.screens.test_kiosk_feedback import words
from tests.screens.test_kiosk_session import MENU, opened_session

ENDED = Refused("session_ended", "Your session at this machine has ended.")


async def choose_copy(corner: KioskTester) -> None:
    """Go to the question how many copies of the identity card for a bank."""
    await corner.open("flow-copy")
    await press(corner.pilot, "1", "1")


async def answer_request(corner: KioskTester, state: RequestState) -> None:
    """Let the clerk answer, and the waiting page ask."""
    corner.workstation.service.copies.state = state
    corner.app.screen.query_one(WaitingPage).poll()
    await wait_until_idle(corner.pilot)
    await wait_until_idle(corner.pilot)


async def test_a_copy_is_printed_after_licence_purpose_and_count() -> None:
    async with opened_session() as corner:
        await corner.open("flow-copy")
        assert "310***********1236" in words(corner)
        await press(corner.pilot, "1")
        assert "What is the copy for?" in words(corner)
        await press(corner.pilot, "1", "2")
        assert corner.asked[-1] == "print_copy card bank 2"
        for part in ("Take your 2 copies.", "only for a bank", "LC-0A1B2C3D4E"):
            assert part in words(corner)
        await press(corner.pilot, "escape")
        assert MENU in words(corner)


async def test_without_paper_the_page_states_that_there_is_no_copy() -> None:
    async with opened_session() as corner:
        corner.workstation.service.copies.printed = False
        await choose_copy(corner)
        await press(corner.pilot, "1")
        assert "nothing was printed" in words(corner)
        assert "You have no copy." in words(corner)
        assert "Take your" not in words(corner)


async def test_an_unconfirmed_copy_is_stated_and_printed_again_under_its_number() -> None:
    async with opened_session() as corner:
        copies = corner.workstation.service.copies
        copies.is_unknown = True
        await choose_copy(corner)
        await press(corner.pilot, "1")
        assert "did not confirm copy LC-0A1B2C3D4E" in words(corner)
        copies.is_unknown = False
        await press(corner.pilot, "2")
        assert corner.asked[-1] == "print_copy card bank 1 LC-0A1B2C3D4E"
        assert "Take your copy." in words(corner)


@pytest.mark.many_cases
@pytest.mark.parametrize("error", [OutOfReach("The center is out of reach."), ENDED])
async def test_a_fault_at_any_step_is_one_sentence_and_shows_no_licence(error: OutOfReach | Refused) -> None:
    async with opened_session() as corner:
        copies = corner.workstation.service.copies
        await choose_copy(corner)
        copies.refusal = error  # type: ignore[assignment]
        await press(corner.pilot, "1")
        assert f"x {error}" in words(corner)
        assert "310****" not in words(corner)
        await press(corner.pilot, "escape")
        await corner.open("flow-copy")
        assert f"x {error}" in words(corner)


async def test_a_code_is_printed_at_once_where_no_clerk_is_asked() -> None:
    async with opened_session() as corner:
        await corner.open("flow-code")
        await press(corner.pilot, "1")
        assert "last digits of your telephone" in words(corner)
        await press(corner.pilot, "1")
        assert corner.asked[-1] == "print_code card"
        assert "Take your code." in words(corner)


async def wait_for_clerk(corner: KioskTester) -> None:
    corner.workstation.service.copies.confirms_codes = True
    await corner.open("flow-code")
    await press(corner.pilot, "1", "1")
    assert "name this number" in words(corner)
    assert "472" in words(corner)


async def test_a_confirmed_code_is_printed_with_a_touch() -> None:
    async with opened_session() as corner:
        await wait_for_clerk(corner)
        await answer_request(corner, "waiting")
        assert "name this number" in words(corner)
        await answer_request(corner, "confirmed")
        assert "The clerk has confirmed." in words(corner)
        assert "print_code card r1" not in corner.asked
        await press(corner.pilot, "1")
        assert corner.asked[-1] == "print_code card r1"
        assert "Take your code." in words(corner)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("state", "sentence"), [("declined", "The clerk has declined."), ("ended", "No clerk has answered in time.")]
)
async def test_without_a_confirmation_no_code_is_printed(state: RequestState, sentence: str) -> None:
    async with opened_session() as corner:
        await wait_for_clerk(corner)
        await answer_request(corner, state)
        assert sentence in words(corner)
        assert "No code was printed." in words(corner)
        assert not any(call.startswith("print_code") for call in corner.asked)


async def test_leaving_while_a_clerk_is_asked_ends_the_session() -> None:
    async with opened_session() as corner:
        await wait_for_clerk(corner)
        await press(corner.pilot, "escape")
        await wait_until_idle(corner.pilot)
        assert corner.at_home
        assert corner.asked[-1] == "end"
