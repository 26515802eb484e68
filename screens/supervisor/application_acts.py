"""The applications from outside that wait, at the supervisor: the list, one of them, and the window it is given to."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.applications import ApplicationRow
from clerk_app.views.supervisor import SupervisorService
from screens.role_screen import RoleScreen
from screens.supervisor.details import DetailsDialog
from screens.supervisor.window_acts import Perform, number_rows
from screens.widgets.paint import join_phrases, level_symbol
from screens.widgets.pick import PickDialog, PickRow


async def show_applications(screen: RoleScreen, service: SupervisorService, perform: Perform) -> None:
    """List the applications that wait; show the chosen one, and give it to a window."""
    while True:
        listed = await screen.host.ask(service.list_applications)
        if not listed.rows:
            screen.host.notify(_("No application from outside waits for an answer."))
            return
        rows = [
            PickRow(row.number, row.one_thing, str(key), describe_row(row)) for key, row in enumerate(listed.rows, 1)
        ]
        sentence = _("The {shown} that are due first, of {total}.").format(shown=len(rows), total=listed.total)
        dialog = PickDialog(_("Applications from outside"), rows, hint=_("shows it"), sentence=sentence)
        number = await screen.host.show(dialog)
        if number is None:
            return
        details = await screen.host.ask(partial(service.read_application, number))
        if await screen.host.show(DetailsDialog(details)) == "assign_application":
            await _give(screen, service, number, perform)
            return


async def _give(screen: RoleScreen, service: SupervisorService, number: str, perform: Perform) -> None:
    windows = number_rows(await screen.host.ask(service.list_windows_for_applications))
    title = _("Application {number}: which window accepts or answers it?").format(number=number)
    window = await screen.host.show(PickDialog(title, windows))
    if window is not None:
        await perform(partial(service.assign_application, number, window))


def describe_row(row: ApplicationRow) -> str:
    """Return until when an application is to be answered, its age and state, and to whom it was given."""
    due = " ".join(filter(None, (level_symbol(row.level), row.due)))
    return join_phrases(due, row.age, row.state, row.assigned, row.number)
