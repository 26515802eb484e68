"""Copy of a licence (证照复印件) in the session of a person: licence, purpose, how many, then the print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark, plural_form, translate
from clerk_app.views.kiosk_copies import CopiesService, OwnLicenceRow, PrintedCopy
from screens.kiosk.flows.flow import Flow, Needs, show_failure
from screens.kiosk.flows.options_page import Choice, NoticePage, ask_choice
from screens.kiosk.pages import SentencePage

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

_LONG_MASK = re.compile(r"\*{13,}")  # of an identifier of 30 and more characters, which fills a button


class LicenceCopyFlow(Flow):
    """Prints copies of one's own licences."""

    id: ClassVar[str] = "copy"
    needs: ClassVar[Needs] = "person"

    def name(self) -> str:
        return _("Copy of a licence")

    def description(self) -> str:
        return _("on paper, for one purpose")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        if host.service is not None:
            await _Copy(host, screen, host.service.copies).ask_licence()


def load_licences(service: CopiesService, rows: list[OwnLicenceRow]) -> Sequence[Choice]:
    """Read the own licences into `rows`; return the choice of each: its name, with the masked number beneath."""
    rows[:] = service.list_licences()
    return [Choice(row.name, f"{_LONG_MASK.sub('****', row.number)}  {row.issuer}") for row in rows]


async def show_no_licence(screen: KioskScreen) -> None:
    """Show that the city holds no valid licence of the person."""
    sentence = mark("The city has no valid licence of yours that can be printed here. Please ask at a window.")
    await screen.show_page(NoticePage(lambda: [(translate(sentence), "warn")]))


class _Copy:
    """The steps of one copy."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: CopiesService) -> None:
        self._host = host
        self._screen = screen
        self._service = service

    async def ask_licence(self) -> None:
        rows: list[OwnLicenceRow] = []

        async def choose(index: int) -> None:
            await self._ask_purpose(rows[index])

        load = partial(load_licences, self._service, rows)
        await ask_choice(self._host, self._screen, lambda: _("Which licence do you want to copy?"), load, choose)
        if not rows:
            await show_no_licence(self._screen)

    async def _ask_purpose(self, licence: OwnLicenceRow) -> None:
        purposes = [known.id for known in await self._host.ask(self._service.list_purposes)]

        def load() -> Sequence[Choice]:
            return [Choice(known.name) for known in self._service.list_purposes()]

        async def choose(index: int) -> None:
            await self._ask_count(licence, purposes[index])

        await ask_choice(
            self._host,
            self._screen,
            lambda: _("What is the copy for? It is printed across the sheet."),
            load,
            choose,
            back=self.ask_licence,
        )

    async def _ask_count(self, licence: OwnLicenceRow, purpose: str) -> None:
        most = await self._host.ask(lambda: self._service.most_copies)

        def load() -> Sequence[Choice]:
            words = [plural_form(count, _("{count} copy"), _("{count} copies")) for count in range(1, most + 1)]
            return [Choice(word.format(count=count)) for count, word in enumerate(words, 1)]

        async def choose(index: int) -> None:
            await self._print(licence, purpose, index + 1)

        def ask() -> str:
            return _("Print {licence} now? The center records that you print it.").format(licence=licence.name)

        back = partial(self._ask_purpose, licence)
        await ask_choice(self._host, self._screen, ask, load, choose, back=back)

    async def _print(self, licence: OwnLicenceRow, purpose: str, count: int, repeats: str = "") -> None:
        await self._screen.show_page(SentencePage(lambda: _("Your copy is being printed ...")))
        try:
            copy = await self._host.ask(partial(self._service.print_copy, licence, purpose, count, repeats))
        except ClerkError as error:
            await show_failure(self._host, self._screen, error, _("You have no copy. Nothing is kept at this machine."))
            return
        if copy.is_unknown:
            await self._ask_outcome(licence, purpose, copy)
        else:
            await self._screen.show_page(NoticePage(lambda: _describe(copy)))
        self._host.restart_idle_time()

    async def _ask_outcome(self, licence: OwnLicenceRow, purpose: str, copy: PrintedCopy) -> None:
        """State that it is unknown whether the copy came out, and offer to print it again under its number."""
        missing = copy.count - copy.printed

        def load() -> Sequence[Choice]:
            return [Choice(_("It came out")), Choice(_("Print it again"), _("under the same number"))]

        def ask() -> str:
            return _("The printer did not confirm copy {number}. Did it come out?").format(number=copy.number)

        async def choose(index: int) -> None:
            if index == 1:
                await self._print(licence, purpose, missing, copy.number)
            else:
                await self._leave()

        await ask_choice(self._host, self._screen, ask, load, choose, back=self._leave, style="warn")

    async def _leave(self) -> None:
        page = NoticePage(lambda: [(_("Take your copy. Leave nothing in the printer."), "strong")])
        await self._screen.show_page(page)


def _describe(copy: PrintedCopy) -> list[tuple[str, str]]:
    """Return the sentences about a copy of which it is known how many came out."""
    if copy.printed < copy.count:
        sentence = _("{printed} of {count} copies came out. Please ask our staff for more paper, then print the rest.")
        first = (sentence.format(printed=copy.printed, count=copy.count), "warn")
    else:
        words = plural_form(copy.count, _("Take your copy."), _("Take your {count} copies."))
        first = (words.format(count=copy.count), "good")
    facts = _("{licence}, only for {purpose}, valid until {day}.")
    return [
        first,
        (facts.format(licence=copy.licence, purpose=copy.purpose, day=copy.expires_on), "strong"),
        (_("Number {number}. The receiver has it checked with the code on it.").format(number=copy.number), ""),
        (_("Leave nothing in the printer."), ""),
    ]
