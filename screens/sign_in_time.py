"""The question for date and time at the sign-in, where a wrong clock of the machine refuses an offline sign-in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.workstation import StaffSession, Workstation
from screens.host import ScreenHost

if TYPE_CHECKING:
    from clerk_app.views.connection import ClockQuestion


async def ask_time(
    app: ScreenHost, workstation: Workstation, number: str, pin: str, question: ClockQuestion
) -> StaffSession | None:
    """Ask for date and time until the person is signed in with them; return None if the person went back."""
    from screens.widgets.dialogs import TextDialog  # not needed for the first paint

    value, error = question.value, ""
    while True:
        sentence = f"{error} {question.sentence}".strip()
        time = await app.show(TextDialog(_("Clock"), sentence, value=value, hint=_("sets date and time")))
        if not time:
            return None
        try:
            session = await app.ask(partial(workstation.sign_in_at, number, pin, time))
        except ClerkError as refused:
            value, error = time, str(refused)
            continue
        if session.clock is None:
            return session
        value, error = time, _("By this date too, the last sign-in with the center is too long ago.")
