"""Papers that were not printed: a count on the top line, offered between visits with number, masked name and matter."""

from __future__ import annotations

import pytest

from screens.counter.screen import CounterScreen
from screens.counter.steps import list_steps
from tests.screens.sample_counter import SampleCounterService
from tests.screens.sample_data import CASE, CODE
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk


async def test_papers_are_offered_after_sign_in_with_number_masked_name_and_matter() -> None:
    async with signed_in_clerk(kept="between visits") as (app, pilot, service):
        text = screen_text(app)
        assert all(word in text for word in (CASE, "王*", "Household register", "260000000033", "李*"))
        await press(pilot, "2", "enter")
        assert service.asked == ["reprint_paper p2"]
        await press(pilot, "escape")
        assert isinstance(app.screen, CounterScreen)


@pytest.mark.wide
async def test_no_paper_pops_up_over_a_citizen_and_the_top_line_counts_them() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "f12")
        service.kept_back = True
        await press(pilot, "1001", "enter", "2468", "enter")
        assert isinstance(app.screen, CounterScreen)
        assert "2 to print" in screen_text(app)
        assert "王*" not in screen_text(app)
        await press(pilot, "f8")
        assert "Print what was not printed" not in screen_text(app)


@pytest.mark.wide
async def test_papers_are_offered_when_a_visit_ends_without_calling_the_next() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "f9", "enter")
        service.kept_back = True
        await press(pilot, "f8", "finish", "enter")
        assert "To be printed" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "reprint_paper p1"


async def test_new_papers_are_offered_once_before_the_next_ticket_and_escape_calls_nobody() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "f9", "enter")
        service.kept_back = True
        await app.screen.refresh_view()  # type: ignore[attr-defined]
        await wait_until_idle(pilot)
        before, asked = screen_text(app), list(service.asked)
        await press(pilot, "f2")
        assert "To be printed" in screen_text(app)
        await press(pilot, "escape")
        assert (screen_text(app), service.asked) == (before, asked)
        await press(pilot, "f2")
        assert "To be printed" not in screen_text(app)
        assert service.asked[-1] == "call_next"


@pytest.mark.wide
async def test_the_offer_that_is_left_after_a_print_ends_no_visit() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "f9", "enter")
        service.kept_back = True
        await app.screen.refresh_view()  # type: ignore[attr-defined]
        await wait_until_idle(pilot)
        before = screen_text(app)
        await press(pilot, "f2", "enter", "escape")
        assert service.asked[-1] == "reprint_paper p1"
        assert screen_text(app) == before.replace("2 to print", "1 to print")
        assert "finish_visit" not in service.asked


@pytest.mark.wide
async def test_a_receipt_that_fails_to_print_before_the_next_ticket_is_called_keeps_the_visit() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.paper_out = True
        await press(pilot, "f2", CASE, "enter", "f8", "10", "enter")
        service.kept_back = True
        await app.screen.refresh_view()  # type: ignore[attr-defined]
        await press(pilot, "f2")
        assert "To be printed" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "reprint_paper p1"
        service.paper_out = False
        await press(pilot, "f2")
        assert service.asked[-1] == "call_next"


@pytest.mark.wide
async def test_the_papers_of_the_case_that_is_open_are_printed_during_its_applicants_visit() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CASE, "enter")
        service.kept_back = True
        await app.screen.refresh_view()  # type: ignore[attr-defined]
        await wait_until_idle(pilot)
        await press(pilot, "f8", "not printed", "enter")
        assert "李*" not in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "reprint_paper p1"


@pytest.mark.wide
async def test_a_receipt_that_a_crash_kept_back_is_offered_at_the_sign_in_during_its_applicants_visit() -> None:
    async with signed_in_clerk(kept="in the visit") as (app, pilot, service):
        text = screen_text(app)
        assert "To be printed" in text
        assert "王*" in text
        assert "李*" not in text
        await press(pilot, "enter")
        assert service.asked[-1] == "reprint_paper p1"


@pytest.mark.wide
def test_only_papers_that_can_be_printed_during_the_visit_are_left_to_do() -> None:
    service = SampleCounterService()
    service.kept_back = True
    assert [step for step in list_steps("receipt", service.call_next()) if step.target == "print:"] == []
    service.kept_of_visit = True
    assert [step.target for step in list_steps("receipt", service.read_view())].count("print:") == 1
