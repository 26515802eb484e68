"""Complaint (我要找茬): category, what it is about, a telephone number if wanted; its number and due date as a slip."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from clerk_app.errors import OutOfReach, Refused
from clerk_app.locales import _, mark, translate
from clerk_app.views.kiosk_feedback import FeedbackService, FiledComplaint
from screens.kiosk.flows.flow import Flow, Needs, show_failure
from screens.kiosk.flows.options_page import Choice, NoticePage, TypedPage, ask_choice
from screens.kiosk.flows.subject import Subject, SubjectSteps
from screens.kiosk.pages import SentencePage
from screens.kiosk.question_page import KioskField

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

SHOWN_SECONDS = 60.0  # long enough to note the number
_SLIPS = {
    "printed": mark("Take your slip: it has the number and the date."),
    "unknown": mark("If no slip came out, please note the number: your complaint is stored."),
    "not_printed": mark("No slip could be printed. Please note the number: your complaint is stored."),
}
CONTACT_TITLE = mark("Where can we answer you?")
CONTACT_FIELDS = (
    KioskField(
        mark("Telephone number"),
        mark("It is used for the answer only, and erased later. Only digits."),
        20,
        exact=False,
        digits=True,
    ),
)


class ComplaintFlow(Flow):
    """Files a complaint."""

    id: ClassVar[str] = "complaint"
    needs: ClassVar[Needs] = "nothing"

    def name(self) -> str:
        return _("Complain")

    def description(self) -> str:
        return _("something went wrong")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        if host.service is not None:
            await _Complaint(host, screen, host.service.feedback).ask_category()


class _Complaint:
    """The steps of one complaint."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: FeedbackService) -> None:
        self._host = host
        self._screen = screen
        self._service = service

    async def ask_category(self) -> None:
        def load() -> Sequence[Choice]:
            return [Choice(known.name) for known in self._service.list_categories()]

        categories = [known.id for known in await self._host.ask(self._service.list_categories)]

        async def choose(index: int) -> None:
            await self._ask_subject(categories[index])

        await ask_choice(self._host, self._screen, lambda: _("What went wrong?"), load, choose)

    async def _ask_subject(self, category: str) -> None:
        steps = SubjectSteps(self._host, self._screen, self._service, needs_factor=False)
        await steps.ask(partial(self._ask_contact, category), self.ask_category)

    async def _ask_contact(self, category: str, subject: Subject) -> None:
        def load() -> Sequence[Choice]:
            return [
                Choice(_("File it without a name"), _("you ask for the answer with the number")),
                Choice(_("With my telephone number"), _("we call you")),
            ]

        again = partial(self._ask_contact, category, subject)

        async def submit(values: tuple[str, ...]) -> None:
            await self._file(category, subject, values[0])

        async def choose(index: int) -> None:
            if index == 0:
                await self._file(category, subject)
            else:
                await self._screen.show_page(TypedPage(CONTACT_TITLE, CONTACT_FIELDS, submit, again))

        back = partial(self._ask_subject, category)
        await ask_choice(self._host, self._screen, lambda: _("How do you want the answer?"), load, choose, back=back)

    async def _file(self, category: str, subject: Subject, contact: str = "") -> None:
        await self._screen.show_page(SentencePage(lambda: _("Your complaint is being sent ...")))
        call = partial(self._service.complain, category, ticket=subject.ticket, case=subject.case, contact=contact)
        try:
            filed = await self._host.ask(call)
        except (Refused, OutOfReach) as error:
            await show_failure(self._host, self._screen, error, _("Nothing is kept at this machine."))
        else:
            await self._screen.show_page(
                NoticePage(lambda: _describe(filed), number=filed.number, closes_after=SHOWN_SECONDS)
            )
            self._host.restart_idle_time()


def _describe(filed: FiledComplaint) -> list[tuple[str, str]]:
    """Return the sentences about a complaint that is stored, the first one above its number."""
    due = _("You get an answer until {day} (expected).") if filed.due_expected else _("You get an answer until {day}.")
    return [
        (_("Your complaint is stored. Its number:"), "strong"),
        (due.format(day=filed.due_on), "strong"),
        (translate(_SLIPS[filed.slip]), "" if filed.slip == "printed" else "warn"),
        (_("Ask at any window or by phone with this number what became of it."), ""),
    ]
