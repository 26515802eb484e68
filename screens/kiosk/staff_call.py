"""The button that calls a member of staff to the kiosk. What is typed and shown stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.errors import ClerkError
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.views.kiosk import KioskService
    from screens.host import ScreenHost


async def call_staff(host: ScreenHost, service: KioskService) -> None:
    """Call a member of staff, and state whether one was called."""
    try:
        is_new = await host.ask(service.call_staff)
    except ClerkError:
        host.notify(
            _("Nobody could be called from here. Please go to the reception or to any window: they will help you."),
            severity="error",
        )
        return
    called = _("Our staff were called to this machine. Please wait here; what you have entered stays.")
    again = _("Our staff were called already and come to this machine. Please wait here.")
    host.notify(called if is_new else again)
