"""Asks a staff member why names and numbers are needed in full."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.locales import _
from clerk_app.views.shared import Option
from screens.host import ScreenHost
from screens.widgets.pick import PickDialog, PickRow


async def ask_unmask_purpose(host: ScreenHost, list_purposes: Callable[[], tuple[Option, ...]]) -> str | None:
    """Return the chosen purpose; None if the dialog was left. The access is recorded with it."""
    purposes = await host.ask(list_purposes)
    rows = [PickRow(purpose.id, purpose.name, str(number)) for number, purpose in enumerate(purposes, 1)]
    sentence = _("Why are names and numbers needed in full? This is recorded, and the citizen can read it.")
    return await host.show(PickDialog(_("Show names and numbers in full"), rows, sentence=sentence))
