"""An application for a single matter at the kiosk, by keys and touches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from clerk_app.errors import OutOfReach, Refused
from tests.screens.sample_matters import ACCOUNT, CASE_NUMBER
from tests.screens.stage import flowing_text, press, wait_until_idle
from tests.screens.test_kiosk import KioskTester
from tests.screens.test_kiosk_session import opened_session


@asynccontextmanager
async def application() -> AsyncIterator[KioskTester]:
    """Run a kiosk in which a citizen has chosen a matter."""
    async with opened_session() as corner:
        await corner.tap("flow-matter")
        assert "What do you want to apply for?" in corner.text
        await press(corner.pilot, "1")
        yield corner


async def answer_all(corner: KioskTester) -> None:
    await press(corner.pilot, "1", "1", ACCOUNT, "enter", "13800138000", "enter")
    assert "Please read it. This is applied for:" in corner.text


async def test_a_matter_is_applied_for_with_consent_answers_and_a_summary() -> None:
    async with application() as corner:
        assert "The city holds this of you:" in corner.text
        await answer_all(corner)
        assert f"Account: {ACCOUNT}" in corner.text
        await press(corner.pilot, "1")
        assert "2600 0000 0025" in corner.text
        assert "Decided by 2026-05-07" in corner.text
        assert "The receipt is printed: please take it." in corner.text
        assert corner.asked.count("accept") == 1


async def test_without_consent_the_papers_to_bring_are_named() -> None:
    async with application() as corner:
        await press(corner.pilot, "2")
        assert "nothing was applied for" in corner.text
        assert "Identity card" in corner.text
        assert "accept" not in corner.asked


@pytest.mark.wide
async def test_a_matter_whose_papers_are_not_held_ends_with_what_to_bring() -> None:
    async with opened_session() as corner:
        await corner.tap("flow-matter")
        await press(corner.pilot, "2")
        assert "because the city does not hold:" in corner.text
        assert "Lease" in corner.text
        assert "Yes, use it" not in corner.text


async def test_a_wrong_answer_is_explained_beneath_it() -> None:
    async with application() as corner:
        await press(corner.pilot, "1", "1", "12", "enter")
        assert "x An answer is needed here." in corner.text
        await press(corner.pilot, "a")
        assert "x Only digits belong here." in corner.text


@pytest.mark.wide
async def test_a_question_is_left_out_and_the_one_before_is_shown_again() -> None:
    async with application() as corner:
        await press(corner.pilot, "1", "1", ACCOUNT, "enter")
        await corner.tap("skip")
        assert "answer phone " in corner.asked
        await press(corner.pilot, "2")
        assert "Question 3 of 3" in corner.text
        await press(corner.pilot, "escape")
        assert "Question 2 of 3" in corner.text


@pytest.mark.wide
async def test_a_receipt_that_cannot_be_printed_leaves_the_number_on_the_screen() -> None:
    async with application() as corner:
        corner.workstation.service.matters.prints = False
        await answer_all(corner)
        await press(corner.pilot, "1")
        assert "2600 0000 0025" in corner.text
        assert "Any window prints the receipt." in corner.text


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "failure", [OutOfReach("The center is out of reach."), Refused("changed", "The catalogue has changed.")]
)
async def test_an_application_that_fails_claims_nothing(failure: Refused | OutOfReach) -> None:
    async with application() as corner:
        corner.workstation.service.matters.refusal = failure
        await answer_all(corner)
        await press(corner.pilot, "1")
        assert f"x {failure}" in corner.text
        assert "accepted. Case number" not in corner.text


@pytest.mark.wide
async def test_a_cut_line_while_sending_is_sent_again_once() -> None:
    async with application() as corner:
        matters = corner.workstation.service.matters
        matters.refusal = OutOfReach("The center is out of reach.")
        await answer_all(corner)
        await press(corner.pilot, "1")
        assert "Send it again: it is accepted only once." in flowing_text(corner.app)
        matters.refusal = None
        await press(corner.pilot, "1")
        assert "2600 0000 0025" in corner.text


@pytest.mark.wide
async def test_each_step_changes_its_language_and_keeps_what_is_typed() -> None:
    async with application() as corner:
        await press(corner.pilot, "*")
        assert "居民身份证" in corner.text
        await press(corner.pilot, "1", "1", "622202", "*")
        assert "6222 02" in corner.text.replace("622202", "6222 02")
        assert "Account" in corner.text


async def test_walking_away_removes_everything() -> None:
    async with application() as corner:
        await press(corner.pilot, "1", "1", ACCOUNT)
        await corner.advance(200)
        await wait_until_idle(corner.pilot)
        assert corner.at_home
        assert ACCOUNT not in corner.text
        assert CASE_NUMBER not in corner.text


@pytest.mark.wide
async def test_letters_are_typed_with_keys_on_the_screen() -> None:
    async with application() as corner:
        corner.workstation.service.matters.account_kind = "letters"
        await press(corner.pilot, "1", "1")
        await corner.tap("pad-A")
        await corner.tap("pad-7")
        await corner.tap("pad-backspace")
        await corner.tap("pad-Z")
        assert "AZ" in corner.text
