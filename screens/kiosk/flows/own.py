"""Flows of a session that read only: own cases, what the city holds for a matter, who saw my data."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any

from clerk_app.locales import _
from clerk_app.views.kiosk import KioskService, KioskView
from clerk_app.views.kiosk_own import AccessList, HeldView, OfferedThing, OwnCases
from screens.kiosk.buttons import ButtonItem
from screens.kiosk.case_page import CaseStatePage
from screens.kiosk.flows.flow import Flow
from screens.kiosk.flows.pages import ChoicePage, Step, TextPage
from screens.kiosk.host import KioskHost
from screens.kiosk.pages import constant_text
from screens.kiosk.screen import KioskScreen
from screens.kiosk.text_pages import hang_lines
from screens.widgets.paint import Line, level_style, level_symbol, wrap


class OwnCasesFlow(Flow):
    """The cases of the session: a list, and the state of each; of a receipt its case at once."""

    id = "cases"

    def name(self) -> str:
        return _("My cases")

    def description(self) -> str:
        return _("state, and what to do next")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        service, view = _parts(host)
        cases = await host.ask(service.own.list_cases)
        if len(cases.rows) == 1:
            await _show_case(host, screen, cases.rows[0].number, None)
            return
        again = partial(self.start, host, screen)
        page = ChoicePage(
            view,
            cases,
            question=_cases_question,
            items=_case_items,
            choose=lambda button: _show_case(host, screen, button.removeprefix("case-"), again),
            read=service.own.list_cases,
        )
        await screen.show_page(page)


async def _show_case(host: KioskHost, screen: KioskScreen, number: str, back: Step | None) -> None:
    service, _view = _parts(host)
    read = partial(service.own.read_case, number)
    await screen.show_page(CaseStatePage(await host.ask(read), read, back))


def _cases_question(cases: OwnCases) -> str:
    if not cases.rows:
        return _("The city has no case of yours.")
    if cases.more:
        return _("Your newest cases; {count} older ones are not listed. Touch one.").format(count=cases.more)
    return _("Your cases. Touch one.")


def _case_items(cases: OwnCases) -> Sequence[ButtonItem]:
    return [
        ButtonItem(
            f"case-{row.number}",
            constant_text(row.one_thing),
            constant_text(" · ".join(filter(None, (row.number, row.waits or row.state)))),
        )
        for row in cases.rows
    ]


class HeldFlow(Flow):
    """What the city holds of the person for a matter, and what has to be brought."""

    id = "held"
    needs = "person"

    def name(self) -> str:
        return _("What the city has of me")

    def description(self) -> str:
        return _("for a matter: what I need not bring")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        service, _view = _parts(host)
        again = partial(self.start, host, screen)
        await _show_choice(host, screen, service.own.list_themes, partial(self._show_things, host, screen, again))

    async def _show_things(self, host: KioskHost, screen: KioskScreen, back: Step, theme: str) -> None:
        service, _view = _parts(host)
        again = partial(self._show_things, host, screen, back, theme)
        read = partial(service.own.list_things, theme)
        await _show_choice(host, screen, read, partial(self._show_held, host, screen, again), back)

    async def _show_held(self, host: KioskHost, screen: KioskScreen, back: Step, thing: str) -> None:
        service, _view = _parts(host)
        read = partial(service.own.list_held, thing)
        await screen.show_page(TextPage(await host.ask(read), held_lines, read, back))


async def _show_choice(
    host: KioskHost,
    screen: KioskScreen,
    read: Callable[[], tuple[OfferedThing, ...]],
    choose: Callable[[str], Coroutine[Any, Any, None]],
    back: Step | None = None,
) -> None:
    """Show what the city offers; `choose` gets the id of what was chosen."""
    _service, view = _parts(host)
    things = await host.ask(read)

    async def choose_button(button: str) -> None:
        await choose(things[int(button.removeprefix("thing-"))].id)

    await screen.show_page(
        ChoicePage(
            view, things, question=_thing_question, items=_thing_items, choose=choose_button, read=read, back=back
        )
    )


def _thing_question(things: tuple[OfferedThing, ...]) -> str:
    return _("What is it about? Touch it, or press its number.") if things else _("Nothing is offered here now.")


def _thing_items(things: tuple[OfferedThing, ...]) -> Sequence[ButtonItem]:
    return [
        ButtonItem(f"thing-{number}", constant_text(thing.name), constant_text(thing.description))
        for number, thing in enumerate(things)
    ]


def held_lines(held: HeldView, width: int) -> Iterable[Line]:
    """Yield the materials, first those that need not be brought."""
    yield from ([(line, "title")] for line in wrap(held.one_thing, width))
    sentence = _("Which of these papers you need depends on your case. Nothing is used without your consent.")
    yield from ([(line, "dim")] for line in wrap(sentence, width))
    for is_held, title in ((True, _("You need not bring:")), (False, _("To bring, or to show by others:"))):
        rows = [row for row in held.rows if row.is_held is is_held]
        if rows:
            yield []
            yield [(title, "title")]
        for row in rows:
            yield from hang_lines(f"{level_symbol(row.level)} ", level_style(row.level), row.name, "strong", width)
            for text in (row.state, "   ".join(row.facts)):
                yield from ([("    " + line, "")] for line in wrap(text, width - 4) if line)


class AccessesFlow(Flow):
    """Who saw the data of the person."""

    id = "accesses"
    needs = "person"

    def name(self) -> str:
        return _("Who saw my data")

    def description(self) -> str:
        return _("when, which office, and why")

    async def start(self, host: KioskHost, screen: KioskScreen) -> None:
        service, _view = _parts(host)
        read = service.own.list_accesses
        await screen.show_page(TextPage(await host.ask(read), access_lines, read))


def access_lines(accesses: AccessList, width: int) -> Iterable[Line]:
    """Yield each access: time and place, what was done, for which case and purpose."""
    yield from ([(line, "title")] for line in wrap(_("Who saw my data"), width))
    if not accesses.rows:
        yield from ([(line, "")] for line in wrap(_("Nobody has seen your data."), width))
    for row in accesses.rows:
        yield []
        yield [(f"{row.at}  ", "dim"), (row.place, "strong")]
        text = "   ".join((row.action, *row.details))
        yield from ([("    " + line, "warn" if row.is_refused else "")] for line in wrap(text, width - 4))
    if accesses.more:
        sentence = _("{count} older ones are not listed here. Ask at a window for all of them.")
        yield []
        yield from ([(line, "dim")] for line in wrap(sentence.format(count=accesses.more), width))


def _parts(host: KioskHost) -> tuple[KioskService, KioskView]:
    """Return service and front page, which exist as long as a flow runs."""
    assert host.service is not None
    assert host.view is not None
    return host.service, host.view
