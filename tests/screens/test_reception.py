"""The reception's screen: two digits issue a ticket, and the rest is done from the list of issued tickets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from clerk_app.views.reception import (
    IssuedRow,
    ReceptionCategory,
    ReceptionClass,
    ReceptionService,
    ReceptionView,
    TicketAct,
    TicketAnswer,
)
from screens.reception.screen import ReceptionScreen
from tests.screens.sample_data import status
from tests.screens.stage import ScreenApp, press, screen_text

pytestmark = pytest.mark.usefixtures("english")
WAITING: tuple[TicketAct, ...] = ("reprint", "left", "move")


@dataclass
class SampleReception:
    """Two categories, of which the second has no return visits."""

    asked: list[str] = field(default_factory=list)
    trouble: str = ""

    def read_view(self) -> ReceptionView:
        return ReceptionView(
            status(),
            (
                ReceptionCategory(
                    "A", "1", "Families", ("ordinary", "return"), 3, "12 min", "about 5 to 15 minutes", 1, 2
                ),
                ReceptionCategory("B", "2", "Enterprises", ("ordinary",)),
            ),
            (ReceptionClass("ordinary", "1", "Ordinary"), ReceptionClass("return", "2", "Return visit", "receipt")),
            (IssuedRow("h/d/A001", "A001", "Families", "", "09:30", "waits, 0 before it", "sent", acts=WAITING),),
            (),
            trouble=self.trouble,
        )

    def issue(self, category: str, ticket_class: str, count: int = 1) -> ReceptionView:
        self.asked.append(f"issue {category} {ticket_class} {count}")
        return self.read_view()

    def describe_ticket(self, ticket: str) -> TicketAnswer:
        return TicketAnswer(ticket, ticket.rpartition("/")[2], ("It is called next in its category.",), WAITING)

    def find_ticket(self, number: str) -> TicketAnswer:
        self.asked.append(f"find {number}")
        return self.describe_ticket(f"h/d/{number}")

    def reprint(self, ticket: str) -> ReceptionView:
        self.asked.append(f"reprint {ticket}")
        return self.read_view()

    def record_left(self, ticket: str) -> ReceptionView:
        self.asked.append(f"left {ticket}")
        return self.read_view()


def open_app(service: SampleReception) -> ScreenApp:
    return ScreenApp(ReceptionScreen(cast(ReceptionService, service)))


async def test_two_digits_issue_a_ticket_and_plus_one_for_each_of_a_group() -> None:
    service = SampleReception()
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "2", "+", "+", "2", "1")
        assert service.asked == ["issue A return 1", "issue B ordinary 3"]


async def test_a_class_that_the_category_does_not_have_issues_nothing() -> None:
    service = SampleReception()
    app = open_app(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "2", "9")
        assert "not in this category" in screen_text(app)
        await press(pilot, "escape", "1", "1")
        assert service.asked == ["issue A ordinary 1"]


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
        assert service.asked == ["left h/d/A001"]


@pytest.mark.wide
async def test_what_is_shown_for_a_class_is_whole_on_a_large_screen() -> None:
    proof = "certificate of a service member or of a veteran"
    service = SampleReception()
    view = service.read_view()
    service.read_view = lambda: replace(view, classes=(*view.classes[:1], replace(view.classes[1], proof=proof)))  # type: ignore[method-assign]
    app = open_app(service)
    async with app.run_test(size=(200, 60)) as pilot:
        await press(pilot, "1")
        assert f"shows: {proof}" in screen_text(app)
