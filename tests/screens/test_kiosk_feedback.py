"""Rating and complaint at the kiosk by keys: each step, and what a fault leaves."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from tests.screens.sample_data import CASE
from tests.screens.sample_kiosk_session import FACTOR
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import KioskTester, running_kiosk


def words(corner: KioskTester) -> str:
    """Return the text of the screen on one line."""
    return " ".join(corner.text.split())


async def start(corner: KioskTester, flow: str) -> None:
    """Start a flow of the front page by its button, wherever that is."""
    for _page in range(4):
        if corner.app.screen.query(f"#flow-{flow}"):
            break
        await corner.tap("turn")
    await corner.tap(f"flow-{flow}")


async def test_five_buttons_one_reason_and_a_ticket_number_are_a_rating() -> None:
    async with running_kiosk() as corner:
        await start(corner, "rating")
        assert "How was your visit?" in words(corner)
        await press(corner.pilot, "5")
        assert "What is the main reason?" in words(corner)
        assert "Long wait" not in words(corner)
        await press(corner.pilot, "2", "1", "1")
        await press(corner.pilot, "007", "enter")
        assert corner.asked[-1] == "rate 5 fast A007"
        assert "Your rating is stored: Very good." in words(corner)
        await corner.advance(21)
        assert corner.at_home


@pytest.mark.wide
async def test_a_case_is_rated_with_its_second_factor() -> None:
    async with running_kiosk() as corner:
        await start(corner, "rating")
        await press(corner.pilot, "1", "2", "2", CASE, "enter", FACTOR.lower(), "enter")
        assert corner.asked[-1] == f"rate 1 {CASE} {FACTOR}"


@pytest.mark.wide
async def test_back_shows_the_step_before_and_from_the_first_the_front_page() -> None:
    async with running_kiosk() as corner:
        await start(corner, "rating")
        await press(corner.pilot, "5", "1", "1", "1")
        assert "Digits of the ticket" in words(corner)
        for sentence in ("Which letters", "ticket or a case?", "What is the main reason?", "How was your visit?"):
            await press(corner.pilot, "escape")
            assert sentence in words(corner)
        await press(corner.pilot, "escape")
        assert corner.at_home
        assert corner.asked == []


async def test_a_refused_ticket_is_typed_again_and_without_a_center_nothing_is_claimed() -> None:
    async with running_kiosk() as corner:
        feedback = corner.workstation.service.feedback
        feedback.refusal = Refused("ticket", "There is no ticket A999 of this hall.")
        await start(corner, "rating")
        await press(corner.pilot, "3", "2", "1", "1", "999", "enter")
        assert "x There is no ticket A999" in words(corner)
        feedback.refusal, feedback.is_away = None, True
        await press(corner.pilot, "998", "enter")
        assert "is not certain that this was stored" in words(corner)
        assert "Nothing is kept at this machine." in words(corner)
        assert "Thank you" not in words(corner)


async def test_a_complaint_without_a_name_shows_its_number_and_its_date() -> None:
    async with running_kiosk() as corner:
        await start(corner, "complaint")
        await press(corner.pilot, "1", "3", "1")
        assert corner.asked[-1] == "complain waiting"
        for part in ("104729386", "until 2026-11-27", "Take your slip"):
            assert part in words(corner)


@pytest.mark.parametrize(
    ("slip", "sentence"), [("not_printed", "No slip could be printed."), ("unknown", "If no slip came out")]
)
async def test_a_complaint_with_a_telephone_is_stored_whatever_becomes_of_its_slip(slip: str, sentence: str) -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.feedback.slip = slip  # type: ignore[assignment]
        await start(corner, "complaint")
        await press(corner.pilot, "2", "1", "2", "041", "enter", "2", "13912345678", "enter")
        assert corner.asked[-1] == "complain conduct B041 13912345678"
        assert sentence in words(corner)
        assert "104729386" in words(corner)
        assert "13912345678" not in words(corner)


async def test_a_complaint_without_a_center_is_not_claimed() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.feedback.is_away = True
        await start(corner, "complaint")
        await press(corner.pilot, "1", "3", "1")
        await wait_until_idle(corner.pilot)
        assert "is not certain that this was stored" in words(corner)
        assert "Its number" not in words(corner)


@pytest.mark.wide
async def test_the_choices_change_with_the_language() -> None:
    async with running_kiosk() as corner:
        await start(corner, "complaint")
        await corner.tap("language")
        await wait_until_idle(corner.pilot)
        assert "等候与叫号" in words(corner)
        await press(corner.pilot, "1")
        assert corner.asked == []
