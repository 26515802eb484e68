"""Shows the measures of the hall's days: the page, the choice of another day, and the export."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.measures import GROUPS, DayMeasures, MeasureService
from screens.role_screen import RoleScreen
from screens.supervisor.measures_page import MeasuresAct, MeasuresPage
from screens.widgets.dialogs import ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow

_FILE = "measures_file"


async def show_measures(screen: RoleScreen, service: MeasureService) -> None:
    """Show the measures of the newest day until the user goes back; an error ends it with a message."""
    measures, group, message = await screen.host.ask(service.read_measures), GROUPS[0], ""
    while True:
        page = MeasuresPage(measures, group, message)
        act = await screen.host.show(page)
        group, message = page.group, ""
        if act is None:
            return
        if act == "write_file":
            message = await _write_file(screen, service, measures)
        else:
            day = await _find_day(screen, measures, act)
            if day:
                measures = await screen.host.ask(partial(service.read_measures, day))


async def _find_day(screen: RoleScreen, measures: DayMeasures, act: MeasuresAct) -> str:
    """Return the day that an act leads to; empty if there is none."""
    if act == "choose_day":
        rows = [PickRow(day, day, str(number)) for number, day in enumerate(measures.days, 1)]
        return await screen.host.show(PickDialog(_("Which service day?"), rows, hint=_("reads it"))) or ""
    days = [*measures.days]
    place = days.index(measures.day) if measures.day in days else 0
    wanted = place + {"earlier": 1, "later": -1}.get(act, 0)
    if not 0 <= wanted < len(days):
        screen.app.bell()
        return ""
    return days[wanted]


async def _write_file(screen: RoleScreen, service: MeasureService, measures: DayMeasures) -> str:
    """Ask for a file name and write the measures to that file; return a message, empty if no file was named."""
    title, sentence = _("Measures as CSV"), _("The file is written in UTF-8, for a spreadsheet.")
    file = await ask_text(screen, _FILE, title, sentence, value=measures.file, hint=_("writes the file"))
    if file is None:
        return ""
    message = await screen.host.ask(partial(service.write_measures, measures.day, file))
    drop_texts(screen, _FILE)
    return message
