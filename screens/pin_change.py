"""Change of one's own PIN, at the sign-in or later. Imported when it is used: the first paint does not wait for it."""

from __future__ import annotations

from functools import partial

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.workstation import Workstation
from screens.host import ScreenHost
from screens.pin_dialog import NewPin, PinDialog


async def change_pin(host: ScreenHost, workstation: Workstation, number: str, present: str = "") -> NewPin | None:
    """Ask the person with the staff number for a new PIN and set it; return it, or None if the person went back.

    `present` is the present PIN if it was just typed and has to be replaced; it is not asked for then.
    """
    error = ""
    while True:
        chosen = await host.show(PinDialog(present=present, error=error))
        if chosen is None:
            return None
        try:
            await host.ask(partial(workstation.change_pin, number, chosen.present, chosen.new))
        except ClerkError as refused:
            error = str(refused)
            continue
        host.notify(_("Your PIN was changed."))
        return chosen
