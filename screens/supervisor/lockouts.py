"""Lets a supervisor choose who may sign in again after too many wrong PINs."""

from __future__ import annotations

from clerk_app.locales import _
from clerk_app.views.supervisor import SupervisorService
from screens.host import ScreenHost
from screens.widgets.pick import PickDialog, PickRow


async def choose_locked_out(host: ScreenHost, service: SupervisorService) -> str | None:
    """Return the id of the person who may sign in again, or None; show a message if no account is locked."""
    people = await host.ask(service.list_lockouts)
    if not people:
        host.notify(_("Nobody is locked out."))
        return None
    rows = [PickRow(person.id, person.name, str(index + 1), person.hint) for index, person in enumerate(people)]
    return await host.show(PickDialog(_("Who may sign in again?"), rows, hint=_("ends the lock-out")))
