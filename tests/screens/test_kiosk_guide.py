"""The service guide at the kiosk: found by event, letters and number, read in large text, printed or honestly not."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import KioskTester, running_kiosk

BY_EVENT = ("1", "2", "1")
BY_LETTERS = ("4",)


async def test_a_guide_is_found_by_event_and_shows_first_what_to_bring() -> None:
    async with running_kiosk() as corner:
        await corner.open("flow-guide")
        await press(corner.pilot, *BY_EVENT)
        assert corner.asked == ["list_offers life_event v2"]
        lines = corner.text
        for words in ("A child is born", "1  Identity card of the mother (original)", "It may be brought later."):
            assert words in lines
        assert lines.index("Please bring:") < lines.index("The city can fetch these")
        assert "Page 1 of" in lines
        await press(corner.pilot, "pagedown")
        assert "Condition 9" in corner.text


async def test_back_goes_one_page_back_each_time_and_at_last_home() -> None:
    async with running_kiosk() as corner:
        await corner.open("flow-guide")
        await press(corner.pilot, *BY_EVENT)
        for words in ("Which one?", "What is it about?", "What do you want to read about?"):
            await press(corner.pilot, "escape")
            assert words in corner.text
        await corner.tap("back")
        assert corner.at_home


@pytest.mark.parametrize("typed", [("c", "s"), ("1",)], ids=["letters", "number"])
@pytest.mark.many_cases
async def test_a_guide_is_found_by_initials_and_by_number(typed: tuple[str, ...]) -> None:
    async with running_kiosk() as corner:
        await corner.open("flow-guide")
        await press(corner.pilot, *BY_LETTERS, *typed, "enter")
        assert corner.asked == ["find_offers " + "".join(typed).upper()]
        assert "A child is born" in corner.text


async def test_letters_can_be_touched_and_corrected() -> None:
    async with running_kiosk() as corner:
        await corner.open("flow-guide")
        await press(corner.pilot, *BY_LETTERS)
        for key in ("X", "Q", "backspace", "S", "E", "enter"):
            await corner.tap(f"key-{key}")
        assert corner.asked == ["find_offers XSE"]


async def test_letters_without_a_match_stay_and_the_page_states_what_to_do() -> None:
    async with running_kiosk() as corner:
        await corner.open("flow-guide")
        await press(corner.pilot, *BY_LETTERS, "q", "enter")
        assert "Nothing has these letters or this number." in corner.text
        assert " Q_" in corner.text
        await press(corner.pilot, "backspace", "enter")
        assert "Touch the first letters" in corner.text


async def print_the_guide(corner: KioskTester) -> None:
    """Find the guide and print it."""
    await corner.open("flow-guide")
    await press(corner.pilot, *BY_EVENT)
    await corner.tap("print")


async def test_a_printed_guide_is_stated_and_back_shows_it_again() -> None:
    async with running_kiosk() as corner:
        await print_the_guide(corner)
        assert "The guide is printed. Please take it." in corner.text
        assert corner.asked[-1] == "print_guide birth"
        await press(corner.pilot, "escape")
        assert "Please bring:" in corner.text


async def test_a_guide_that_nobody_confirmed_is_not_called_printed() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.slip_is_unknown = True
        await print_the_guide(corner)
        assert "did not confirm it" in corner.text
        assert "is printed" not in corner.text


async def test_without_paper_the_page_states_it_in_both_languages_and_the_guide_can_still_be_read() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.paper = False
        await print_the_guide(corner)
        assert "x The printer is out of paper." in corner.text
        assert "is printed" not in corner.text
        await press(corner.pilot, "*")
        assert "打印机缺纸" in corner.text
        await press(corner.pilot, "*", "escape")
        assert "Please bring:" in corner.text


async def test_a_quota_is_one_sentence_and_nothing_is_printed() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.sample_guide.refusal = Refused(
            "pages", "This paper has {pages} pages, too many for this machine. A window prints it.", pages=40
        )
        await print_the_guide(corner)
        assert "This paper has 40 pages" in corner.text
        assert "is printed" not in corner.text


async def test_the_language_changes_on_every_page_of_the_guide() -> None:
    async with running_kiosk() as corner:
        await corner.open("flow-guide")
        await press(corner.pilot, *BY_EVENT, "*")
        assert "母亲身份证（原件）" in corner.text
        for words in ("哪一项？", "要办哪一类事", "按事情找"):
            await press(corner.pilot, "escape")
            assert words in corner.text


async def test_an_idle_guide_is_left_for_the_front_page_after_the_countdown() -> None:
    async with running_kiosk() as corner:
        await corner.open("flow-guide")
        await press(corner.pilot, *BY_EVENT)
        await corner.advance(46)
        await corner.advance(20)
        await wait_until_idle(corner.pilot)
        assert corner.at_home
