"""Promises by keys: commitments and gaps at the counter and in the linear mode, their follow-up at the department."""

from __future__ import annotations

import pytest

from screens.department.screen import DepartmentScreen
from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.sample_follow_ups import PROMISE, sample_follow_up
from tests.screens.sample_promises import LEASE, ROLE, SHEET
from tests.screens.stage import ScreenApp, flowing_text, press, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk, start_birth_case

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.wide
async def test_an_applicant_with_a_false_promise_reads_why_nothing_may_be_promised() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.offers_promises, service.excluded = True, "A promise of this applicant proved false."
        await start_birth_case(pilot)
        await press(pilot, "f8", "67", "enter")
        assert "A promise of this applicant proved false." in flowing_text(app)
        assert service.asked[-1] != f"set_promise {LEASE} True"


@pytest.mark.wide
async def test_what_was_promised_is_taken_back_with_its_sheet() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.offers_promises = True
        await start_birth_case(pilot)
        await press(pilot, "f8", "67", "enter", "1", "enter", "1", "enter", "3", "enter")
        assert service.asked[-1] == f"set_promise {LEASE} False"
        assert f"Sheet {SHEET} is signed" not in screen_text(app)


@pytest.mark.wide
async def test_the_linear_mode_prints_the_sheet_and_records_the_signature() -> None:
    office = TwoPersons()
    office.counter.offers_promises = True
    office.counter.begin_draft("birth")
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Draft:", "F8")
        await reader.answer("Number or letters:", "67")
        assert "approved only when the paper has come." in await reader.answer("Number or letters:", "1")
        await reader.answer("Number or letters:", "1")
        assert f"Sheet {SHEET} is signed" in await reader.answer("Number or letters:", "1")
        await reader.answer("y it is signed, n goes back:", "y")
        await reader.answer("Draft:", "?")
        reader.check_output()
    expected = [f"set_promise {LEASE} True", "print_promises", f"co_sign_on_paper {ROLE}"]
    assert [asked for asked in office.counter.asked if asked in expected] == expected


async def test_a_report_of_a_false_promise_is_confirmed_by_a_second_person() -> None:
    service = SampleDepartmentService()
    service.follow_ups = (sample_follow_up(),)
    screen = DepartmentScreen(service)
    app = ScreenApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, "f8", "3", "enter", "1", "enter", "3", "enter")
        await press(pilot, "deeper than stated", "enter", "enter", "measured on site", "enter", "enter")
        assert service.asked[-1] == f"report_promise {PROMISE} deeper than stated measured on site"
        await press(pilot, "f8", "3", "enter", "1", "enter")
        assert "Zhao Min reports: deeper than stated Evidence: measured on site" in flowing_text(app)
        assert "Confirm" not in screen_text(app)  # who reports does not confirm
        service.is_second = True
        await press(pilot, "enter")
        screen.refresh_in_background()
        await wait_until_idle(pilot)
        await press(pilot, "f8", "3", "enter", "1", "enter", "1", "enter")
        assert service.asked[-1] == f"answer_report {PROMISE} True"


async def test_the_linear_mode_lists_the_promises_at_the_queue() -> None:
    office = TwoPersons()
    office.department.follow_ups = (sample_follow_up(),)
    async with linear_mode(office, "2001") as reader:
        await reader.answer("Queue:", "F8")
        assert "Promises to follow up: 1" in await reader.answer("Number or letters:", "3")
        assert "By commitment: Permit to dig up a city road" in await reader.answer("Number or letters:", "1")
        assert "The promise is false" in await reader.answer("Number or letters:", "1")
        await reader.answer("Reason:", "measured")
        await reader.answer("Reason:")
        await reader.answer("Queue:", "?")
        reader.check_output()
    assert f"keep_promise {PROMISE} measured" in office.department.asked
