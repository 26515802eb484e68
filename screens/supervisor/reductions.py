"""Shows the measured reductions: the page, the choice of another quarter, and the export."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.reductions import Reductions, ReductionService
from screens.role_screen import RoleScreen
from screens.supervisor.reductions_page import ReductionsAct, ReductionsPage
from screens.widgets.dialogs import ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow

_FILE = "reductions_file"


async def show_reductions(screen: RoleScreen, service: ReductionService) -> None:
    """Show the reductions of the current quarter until the user goes back; an error ends it with a message."""
    reductions, message = await screen.host.ask(service.read_reductions), ""
    while True:
        act = await screen.host.show(ReductionsPage(reductions, message))
        message = ""
        if act is None:
            return
        if act == "write_file":
            message = await _write_file(screen, service, reductions)
            continue
        period = await _find_period(screen, reductions, act)
        if period:
            reductions = await screen.host.ask(partial(service.read_reductions, period))


async def _find_period(screen: RoleScreen, reductions: Reductions, act: ReductionsAct) -> str:
    """Return the quarter that an act leads to; empty if there is none."""
    periods = [*reductions.periods]
    if act == "choose_period":
        rows = [PickRow(period, period, str(number)) for number, period in enumerate(periods, 1)]
        return await screen.host.show(PickDialog(_("Which quarter?"), rows, hint=_("reads it"))) or ""
    place = periods.index(reductions.period) if reductions.period in periods else 0
    wanted = place + {"earlier": 1, "later": -1}.get(act, 0)
    if not 0 <= wanted < len(periods):
        screen.app.bell()
        return ""
    return periods[wanted]


async def _write_file(screen: RoleScreen, service: ReductionService, reductions: Reductions) -> str:
    """Ask for a file name and write the reductions to that file; return a message, empty if no file was named."""
    title, sentence = _("Reductions as CSV"), _("The file is written in UTF-8, for a spreadsheet.")
    file = await ask_text(screen, _FILE, title, sentence, value=reductions.file, hint=_("writes the file"))
    if file is None:
        return ""
    message = await screen.host.ask(partial(service.write_reductions, reductions.period, file))
    drop_texts(screen, _FILE)
    return message
