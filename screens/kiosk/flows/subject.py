"""Asks what a rating or a complaint is about: a ticket by its number, or a case by that of its receipt."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from clerk_app.errors import OutOfReach, Refused
from clerk_app.locales import _, mark
from clerk_app.views.kiosk_feedback import FeedbackService, TicketPrefix
from screens.kiosk.flows.flow import show_failure
from screens.kiosk.flows.options_page import Choice, Step, TypedPage, ask_choice
from screens.kiosk.question_page import CASE_FIELDS, KioskField

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

TICKET_TITLE = mark("Number of your ticket")
CASE_TITLE = mark("Number of your case")


class Subject(NamedTuple):
    """Number of a ticket, or number of a case with its second factor; all empty for neither."""

    ticket: str = ""
    case: str = ""
    second_factor: str = ""


Use = Callable[[Subject], Coroutine[Any, Any, None]]
"""Uses a subject. Raises Refused if it is not right: the number is typed again."""


class SubjectSteps:
    """The pages that ask for a subject. `needs_factor`: a case is given with its second factor."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: FeedbackService, *, needs_factor: bool) -> None:
        self._host = host
        self._screen = screen
        self._service = service
        self._needs_factor = needs_factor

    async def ask(self, use: Use, back: Step) -> None:
        """Ask for ticket or case, and where no second factor is needed, also offer neither."""

        def load() -> Sequence[Choice]:
            both = [Choice(_("My ticket"), _("number on the slip")), Choice(_("My case"), _("number on the receipt"))]
            return both if self._needs_factor else [*both, Choice(_("Neither of them"))]

        async def choose(index: int) -> None:
            again = partial(self.ask, use, back)
            if index == 0:
                await self._ask_prefix(use, again)
            elif index == 1:
                fields = CASE_FIELDS if self._needs_factor else CASE_FIELDS[:1]
                await self._ask_number(CASE_TITLE, fields, lambda values: Subject("", *values), use, again)
            else:
                await use(Subject())

        await ask_choice(
            self._host, self._screen, lambda: _("Is it about a ticket or a case?"), load, choose, back=back
        )

    async def _ask_prefix(self, use: Use, back: Step) -> None:
        """Ask for the letters of the ticket, where the hall has several."""
        prefixes = await self._host.ask(self._service.list_ticket_prefixes)
        if len(prefixes) == 1:
            await self._ask_digits(prefixes[0], use, back)
            return

        def load() -> Sequence[Choice]:
            return [Choice(known.prefix, known.name) for known in self._service.list_ticket_prefixes()]

        async def choose(index: int) -> None:
            await self._ask_digits(prefixes[index], use, partial(self._ask_prefix, use, back))

        await ask_choice(
            self._host,
            self._screen,
            lambda: _("Which letters are before the number on your slip?"),
            load,
            choose,
            back=back,
        )

    async def _ask_digits(self, known: TicketPrefix, use: Use, back: Step) -> None:
        description = mark("The digits on your slip, without the letters before them.")
        field = KioskField(mark("Digits of the ticket"), description, known.digits, digits=True)
        await self._ask_number(TICKET_TITLE, (field,), lambda values: Subject(known.prefix + values[0]), use, back)

    async def _ask_number(
        self,
        title: str,
        fields: Sequence[KioskField],
        build: Callable[[tuple[str, ...]], Subject],
        use: Use,
        back: Step,
    ) -> None:
        async def submit(values: tuple[str, ...]) -> None:
            try:
                await use(build(values))
            except Refused as refused:
                page.show_error(str(refused))
            except OutOfReach as lost:
                await show_failure(self._host, self._screen, lost, _("Nothing is kept at this machine."))

        page = TypedPage(title, fields, submit, back)
        await self._screen.show_page(page)
