"""The flow of the service guide: how to look, what was found, the guide in large text, the print of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from clerk_app.errors import ClerkError, OutOfReach
from clerk_app.locales import _, mark
from clerk_app.views.finding import Facet, FacetValue, OfferRow
from clerk_app.views.kiosk_guide import KioskGuideService
from screens.kiosk.flows.flow import Flow, Needs
from screens.kiosk.guide_pages import ChoicePage, GuidePage, LettersPage, ResultPage, StepPage

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

Back = Callable[[], Coroutine[Any, Any, None]]
FACETS: tuple[tuple[Facet, str, str, str], ...] = (
    ("life_event", mark("By event"), mark("a child, a wedding, a house ..."), mark("What is it about?")),
    ("theme", mark("By topic"), mark("household, work, business ..."), mark("Which topic?")),
    ("organ", mark("By department"), mark("if you know who does it"), mark("Which department?")),
)
"""Facet, name and description of its button, and the question of its page."""


class GuideFlow(Flow):
    """Everybody may read what the city offers, without a session."""

    id: ClassVar[str] = "guide"
    needs: ClassVar[Needs] = "nothing"

    def name(self) -> str:
        return _("What to bring")

    def description(self) -> str:
        return _("the service guide")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        if host.service is not None:
            await _GuideSteps(host, screen, host.service.guide).ask_way()


class _GuideSteps:
    """Shows the pages one after another; each goes back to the one before."""

    def __init__(self, host: KioskHost, screen: KioskScreen, service: KioskGuideService) -> None:
        self._host = host
        self._screen = screen
        self._service = service

    async def ask_way(self) -> None:
        """Ask how to look."""

        async def read_ways() -> list[tuple[str, str]]:
            ways = [(_(name), _(description)) for _facet, name, description, _question in FACETS]
            return [*ways, (_("By letters or number"), _("CS for Chu Sheng, or a number of the list"))]

        page = ChoicePage(lambda: _("What do you want to read about?"), await read_ways(), self._choose_way, read_ways)
        await self._show(page, None)

    def _choose_way(self, number: int) -> None:
        if number < len(FACETS):
            self._host.perform(self._ask_value(number))
        else:
            self._host.perform(self._show(LettersPage(self._search), self.ask_way))

    async def _ask_value(self, way: int) -> None:
        facet, _name, _description, question = FACETS[way]
        values = await self._host.ask(partial(self._service.list_values, facet))

        async def reload() -> list[tuple[str, str]]:
            return _describe_values(await self._host.ask(partial(self._service.list_values, facet)))

        def choose(number: int) -> None:
            self._host.perform(self._list_offers(way, values[number]))

        await self._show(ChoicePage(lambda: _(question), _describe_values(values), choose, reload), self.ask_way)

    async def _list_offers(self, way: int, value: FacetValue) -> None:
        read = partial(self._service.list_offers, FACETS[way][0], value.id)
        await self._show_offers(read, lambda: self._ask_value(way))

    def _search(self, page: LettersPage, text: str) -> None:
        self._host.perform(self._find(page, text))

    async def _find(self, page: LettersPage, text: str) -> None:
        try:
            found = await self._host.ask(partial(self._service.find_offers, text))
        except ClerkError as error:
            page.show_sentence(str(error))
            return
        if not found:
            page.show_sentence(_("Nothing has these letters or this number. Please try fewer, or look by event."))
            return
        await self._show_offers(lambda: found, lambda: self._show(LettersPage(self._search, typed=text), self.ask_way))

    async def _show_offers(self, read: Callable[[], tuple[OfferRow, ...]], back: Back) -> None:
        offers = await self._host.ask(read)

        async def reload() -> list[tuple[str, str]]:
            return _describe_offers(await self._host.ask(read))

        def choose(number: int) -> None:
            self._host.perform(self._show_guide(offers[number].id, lambda: self._show_offers(read, back)))

        await self._show(ChoicePage(lambda: _("Which one?"), _describe_offers(offers), choose, reload), back)

    async def _show_guide(self, offer: str, back: Back) -> None:
        read = partial(self._service.read_guide, offer)
        guide = await self._host.ask(read)

        def print_it() -> None:
            self._host.perform(self._print(offer, lambda: self._show_guide(offer, back)))

        await self._show(GuidePage(guide, print_it, partial(self._host.ask, read)), back)

    async def _print(self, offer: str, back: Back) -> None:
        await self._show(ResultPage(lambda: _("The guide is being printed ...")), back)
        try:
            printed = await self._host.ask(partial(self._service.print_guide, offer))
        except ClerkError as error:
            failure = error  # its sentence is in the language of the screen, which may be changed
            self._screen.app.bell()
            level = "bad" if isinstance(error, OutOfReach) else "warn"
            await self._show(ResultPage(lambda: f"x {failure}\n\n{_('Back shows the guide again.')}", level), back)
            return
        words = _unconfirmed if printed.is_unknown else _printed
        await self._show(ResultPage(words, "warn" if printed.is_unknown else "good"), back)

    async def _show(self, page: StepPage, back: Back | None) -> None:
        page.back = back
        await self._screen.show_page(page)


def _printed() -> str:
    return _("The guide is printed. Please take it.") + "\n\n" + _("Back shows the guide again.")


def _unconfirmed() -> str:
    return (
        _("The guide was sent to the printer, which did not confirm it. If nothing comes out, please ask our staff.")
        + "\n\n"
        + _("Back shows the guide again.")
    )


def _describe_values(values: tuple[FacetValue, ...]) -> list[tuple[str, str]]:
    return [(value.name, _("{count} services").format(count=value.count)) for value in values]


def _describe_offers(offers: tuple[OfferRow, ...]) -> list[tuple[str, str]]:
    return [(offer.name, offer.organ) for offer in offers]
