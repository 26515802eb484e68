"""Asks for staff number and PIN, and whatever the sign-in needs besides: the time, another PIN."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.workstation import StaffSession, Workstation
from screens.pin_change import change_pin
from screens.plain.host import LineHost
from screens.sign_in_time import ask_time


async def ask_number_and_pin(host: LineHost, workstation: Workstation) -> tuple[str, str] | None:
    """Return the staff number and PIN that were typed, or the number of a scanned badge; None to end the program."""
    while True:
        how = _("Type the staff number or scan the badge; < leaves the program.")
        number = await host.read_text(_("Staff number:"), how=how)
        if number is None:
            return None
        if not number:
            continue
        if not number.isdecimal():
            number = await host.ask(partial(workstation.find_badge, number))
        pin = await host.read_text(_("PIN:"), how=_("What you type is not shown."), hidden=True)
        if pin is not None:
            return number, pin


async def open_session(host: LineHost, workstation: Workstation, number: str, pin: str) -> StaffSession | None:
    """Sign a person in; ask for the time or another PIN if one is due. None if they went back. Raises ClerkError."""
    session = await host.ask(lambda: workstation.sign_in(number, pin))
    if session.clock is not None:
        at_time = await ask_time(host, workstation, number, pin, session.clock)
        if at_time is None:
            return None
        session = at_time
    if session.pin_due:
        chosen = await change_pin(host, workstation, number, pin)
        if chosen is None:
            return None
        session = await host.ask(lambda: workstation.sign_in(number, chosen.new))
    return session
