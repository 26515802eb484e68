"""Choosing one of today's cases of this window, and finding a person or a case at the center."""

from __future__ import annotations

from functools import partial

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.text.search_terms import parse_search_terms
from screens.counter.applications import open_application
from screens.counter.find_dialog import FindDialog, FoundCasesDialog
from screens.counter.frame import CounterFrame
from screens.counter.own_cases import FIND, OwnCasesDialog
from screens.widgets.dialogs import TextDialog


async def choose_or_find(screen: CounterFrame) -> None:
    """Show today's cases of this window, and open the chosen one, or find another one at the center."""
    cases = await screen.host.ask(screen.service.list_own_cases)
    chosen = await screen.host.show(OwnCasesDialog(cases))
    if chosen == FIND:
        await find_case(screen)
    elif chosen is not None:
        await screen.call_and_paint(partial(screen.service.open_case, chosen))


async def find_case(screen: CounterFrame) -> None:
    """Find a person or a case at the center, and open the chosen case."""
    purposes = await screen.host.ask(screen.service.list_search_purposes)
    typed = error = ""
    while True:
        request = await screen.host.show(FindDialog(purposes, typed=typed, error=error))
        if request is None:
            return
        typed = request.text
        if parse_search_terms(typed).kind == "application":
            await open_application(screen, parse_search_terms(typed).number)
            return
        try:
            found = await screen.host.ask(partial(screen.service.find_cases, request.text, request.purpose))
        except ClerkError as refused:
            error = str(refused)
            continue
        if found.cases:
            break
        error = _("The center has found no case for this.")
    chosen = await screen.host.show(FoundCasesDialog(found))
    if chosen is not None:
        await screen.call_and_paint(partial(screen.service.open_case, chosen))
        if screen.view is not None and screen.view.remote_case == chosen:
            await transfer_case(screen)


async def transfer_case(screen: CounterFrame) -> None:
    """Ask for the second factor of a case of another service centre, and transfer the case here."""
    number = screen.view.remote_case if screen.view else ""
    sentence = _(
        "Case {number} of another service centre will continue here. Last four characters of the applicant's number?"
    )
    last = await screen.host.show(TextDialog(_("Transfer a case here"), sentence.format(number=number)))
    if last:
        await screen.call_and_paint(partial(screen.service.transfer_case, last))
