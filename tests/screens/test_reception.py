"""The reception's screen: two digits issue a ticket, and the rest is done from the list of issued tickets."""

from __future__ import annotations

from typing import cast

import pytest

from clerk_app.views.reception import ReceptionService
from clerk_app.views.shared import KioskCall, OpenCodeRequest
from screens.reception.screen import ReceptionScreen
from tests.screens.sample_reception import CLASSES, SampleReception
from tests.screens.stage import ScreenApp, press, screen_text, wait_until_idle

pytestmark = pytest.mark.usefixtures("english")


def open_app(service: SampleReception) -> ScreenApp:
    return ScreenApp(ReceptionScreen(cast(ReceptionService, service)))


async def test_two_digits_issue_a_ticket_and_plus_one_for_each_of_a_group() -> None:
    service = SampleReception()
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "3", "+", "+", "2", "1")
        assert service.asked == ["issue A return 1", "issue B ordinary 3"]


async def test_each_slip_that_was_not_confirmed_is_asked_about() -> None:
    service = SampleReception()
    service.unconfirmed = ("h/d/A001", "h/d/A002")
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "+", "1", "1", "4", "enter", "5", "enter")
        assert service.asked == ["issue A ordinary 2", "slip h/d/A001 True", "slip h/d/A002 False"]


async def test_a_class_that_the_category_does_not_have_issues_nothing() -> None:
    service = SampleReception()
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "2", "9")
        assert "not in this category" in screen_text(app)
        await press(pilot, "escape", "1", "1")
        assert service.asked == ["issue A ordinary 1"]


@pytest.mark.wide
async def test_why_no_ticket_can_be_given_out_is_on_the_screen() -> None:
    app = open_app(SampleReception(trouble="No tickets can be given out now: the center is out of reach."))
    async with app.run_test(size=(80, 24)):
        assert "x No tickets can be given out now: the center is out of reach." in screen_text(app)


async def test_a_ticket_is_found_by_its_number_and_printed_again_from_there() -> None:
    service = SampleReception()
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5", *"A017", "enter")
        assert "It is called next in its category." in screen_text(app)
        await press(pilot, "1", "enter")
        assert service.asked == ["find A017", "reprint h/d/A017"]


async def test_a_ticket_leaves_the_queue_after_a_question() -> None:
    service = SampleReception()
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f6")
        assert service.asked == []
        await press(pilot, "enter")
        assert service.asked == ["left h/d/A023"]


@pytest.mark.wide
async def test_what_the_holder_of_each_class_shows_is_whole_on_a_small_screen() -> None:
    app = open_app(SampleReception())
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        shown = screen_text(app)
        assert [proof for *_names, proof, _chinese in CLASSES if proof not in shown] == []


@pytest.mark.wide
async def test_the_tenth_category_is_on_the_next_page_and_the_classes_of_a_low_screen_follow_the_choice() -> None:
    service = SampleReception(further_categories=7)
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Ordinary" not in screen_text(app)
        await press(pilot, "0", "1")
        assert "Ordinary" in screen_text(app)
        assert "Families" not in screen_text(app).partition("Issued here")[0]
        await press(pilot, "1")
        assert service.asked == ["issue J ordinary 1"]


async def test_a_call_from_a_kiosk_is_shown_until_it_is_answered() -> None:
    service = SampleReception()
    service.calls = (KioskCall("c1", "Help is wanted at kiosk Hall-2 since 09:30."),)
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        assert "Help is wanted at kiosk Hall-2" in screen_text(app)
        await press(pilot, "ctrl+e")
        assert service.asked == ["answer_call c1"]
        assert "Help is wanted" not in screen_text(app)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [(("1", "enter", *"123X", "enter"), "confirm_code r1 123X"), (("2", "enter", "enter"), "decline_code r1")],
)
async def test_a_code_at_a_kiosk_is_confirmed_or_declined_by_its_number(answer: tuple[str, ...], asked: str) -> None:
    service = SampleReception()
    service.code_requests = (
        OpenCodeRequest("r0", "604", "09:29", "Hall-1"),
        OpenCodeRequest("r1", "517", "09:30", "Hall-2"),
    )
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        assert "Code 517 waits for a comparison since 09:30, kiosk Hall-2." in screen_text(app)
        await press(pilot, "ctrl+k", *"517", "enter", *answer)
        assert service.asked == [asked]
        assert "517" not in screen_text(app)
