"""A citizen's session at the kiosk: opening by scan and by typing, the menu, the idle countdown, and the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from clerk_app.errors import OutOfReach
from tests.screens.sample_data import CASE
from tests.screens.sample_kiosk_session import FACTOR, OLD_CASE, SampleSessions
from tests.screens.stage import press, scan, wait_until_idle
from tests.screens.test_kiosk import KioskTester, running_kiosk

MENU = "What would you like to do?"
NOT_OPENED = "No session was opened."


def sessions_of(corner: KioskTester) -> SampleSessions:
    sessions = corner.workstation.service.sessions
    assert isinstance(sessions, SampleSessions)
    return sessions


async def scan_code(corner: KioskTester, text: str) -> None:
    await scan(corner.pilot, text, "enter")
    await wait_until_idle(corner.pilot)


@asynccontextmanager
async def opened_session(text: str = "EL1:mother") -> AsyncIterator[KioskTester]:
    """Run a kiosk with the session of a scanned code."""
    async with running_kiosk() as corner:
        await scan_code(corner, text)
        assert MENU in corner.text
        yield corner


async def test_a_scanned_code_opens_the_menu_and_the_button_ends_the_session() -> None:
    async with opened_session() as corner:
        assert "End" in corner.text
        await corner.tap("end")
        assert corner.at_home
        assert sessions_of(corner).current is None
        assert corner.asked == ["open_by_code EL1:mother", "end"]


async def test_escape_in_the_menu_ends_the_session() -> None:
    async with opened_session() as corner:
        await press(corner.pilot, "escape")
        assert corner.at_home
        assert corner.asked[-1] == "end"


async def test_a_code_that_may_be_a_print_needs_the_digits_of_the_telephone() -> None:
    async with running_kiosk() as corner:
        await scan_code(corner, "EL1:print")
        assert "Last 4 digits of your telephone" in corner.text
        await press(corner.pilot, "1234", "enter")
        assert "x Type the last four digits" in corner.text
        await press(corner.pilot, "8000", "enter")
        assert MENU in corner.text


async def test_a_receipt_with_its_factor_opens_its_case_only() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "5", CASE, "enter", "000x", "enter")
        assert "x These do not belong together." in corner.text
        await press(corner.pilot, FACTOR, "enter")
        assert f"Case {CASE}: what would you like to do?" in corner.text


async def test_a_receipt_scanned_where_a_session_is_opened_fills_the_number() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "5")
        await scan_code(corner, CASE)
        await press(corner.pilot, FACTOR, "enter")
        assert corner.asked == [f"open_by_receipt {CASE} {FACTOR}"]


@pytest.mark.parametrize("text", ["EL1:other", "EL1:mother"])
async def test_a_code_that_opens_nothing_is_explained(text: str) -> None:
    async with running_kiosk() as corner:
        sessions_of(corner).is_cut = text == "EL1:mother"
        await scan_code(corner, text)
        assert NOT_OPENED in corner.text
        assert sessions_of(corner).current is None
        await press(corner.pilot, "escape")
        assert corner.at_home


async def test_walking_away_ends_the_session_after_a_countdown_that_a_touch_prolongs() -> None:
    async with opened_session() as corner:
        await corner.advance(46)
        assert "Are you still there?" in corner.text
        await corner.touch(5, 5)
        assert MENU in corner.text
        await corner.advance(46)
        await corner.advance(20)
        assert corner.at_home
        assert corner.asked[-1] == "end idle"


async def test_a_citizen_who_touches_without_an_act_prolongs_the_session_at_the_center() -> None:
    async with opened_session() as corner:
        await corner.advance(1)
        await corner.advance(40)
        await corner.touch(5, 2)
        await corner.advance(30)
        assert corner.asked[-1] == "prolong"
        sessions_of(corner).current = None  # the center has ended it
        await corner.advance(14)
        assert corner.asked.count("prolong") == 1


async def test_the_language_is_changed_within_a_session() -> None:
    async with opened_session() as corner:
        await press(corner.pilot, "*")
        assert MENU not in corner.text
        assert sessions_of(corner).current is not None
        await press(corner.pilot, "f9")
        assert corner.at_home
        assert "What do you need?" in corner.text


async def test_another_code_begins_the_session_of_another_citizen() -> None:
    async with opened_session() as corner:
        await scan_code(corner, "EL1:other")
        assert NOT_OPENED in corner.text


async def test_a_lost_center_does_not_keep_a_session_open_here() -> None:
    async with opened_session() as corner:
        sessions_of(corner).is_cut = True
        with pytest.raises(OutOfReach):
            sessions_of(corner).prolong()
        await press(corner.pilot, "f9")
        assert corner.at_home
        assert sessions_of(corner).current is None


async def test_own_cases_are_listed_and_back_returns_to_list_and_menu() -> None:
    async with opened_session() as corner:
        await press(corner.pilot, "1")
        assert CASE in corner.text
        assert OLD_CASE in corner.text
        await press(corner.pilot, "1")
        assert "What you do now:" in corner.text
        await press(corner.pilot, "*")
        assert corner.asked.count(f"read_case {CASE}") == 2  # read again in the other language
        await press(corner.pilot, "*", "escape")
        assert OLD_CASE in corner.text
        await press(corner.pilot, "escape")
        assert MENU in corner.text


async def test_a_receipt_shows_its_case_and_offers_no_act_of_a_person() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "5", CASE, "enter", FACTOR, "enter")
        assert "Who saw my data" not in corner.text
        await press(corner.pilot, "1")
        assert "What you do now:" in corner.text


async def test_what_the_city_holds_is_read_for_a_matter() -> None:
    async with opened_session() as corner:
        await press(corner.pilot, "2", "1", "1")
        assert corner.asked[-1] == "list_held birth"
        assert "You need not bring:" in corner.text
        assert "Issued by: Police" in corner.text
        await press(corner.pilot, "escape")
        assert "Health" in corner.text
        await press(corner.pilot, "escape", "escape")
        assert MENU in corner.text


async def test_who_saw_my_data_is_read_in_the_session() -> None:
    async with opened_session() as corner:
        await corner.open("flow-accesses")
        assert "opened a licence" in corner.text
        assert "2026-11-19 10:00" in corner.text


async def test_a_session_that_the_center_has_ended_is_explained_and_shows_nothing_more() -> None:
    async with opened_session() as corner:
        sessions_of(corner).current = None
        await press(corner.pilot, "2", "1", "1")
        assert "My matters: hold" in corner.text
