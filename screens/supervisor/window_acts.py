"""Acts of the supervisor on a window: open, pause, close, change what it serves, add it for a category, message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from clerk_app.locales import _
from clerk_app.views.shared import Option
from clerk_app.views.supervisor import SupervisorService, SupervisorView, WindowRow
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import ask_text, drop_texts
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog

LONGEST_MESSAGE = 200  # characters, as in clerk_app/hall/staff_messages.py

Perform = Callable[[Callable[[], SupervisorView]], Awaitable[None]]
"""Runs a call of the service and paints its view."""


def number_rows(options: Sequence[Option]) -> list[PickRow]:
    """Return options as rows that are picked by their numbers."""
    return [PickRow(option.id, option.name, str(number), option.hint) for number, option in enumerate(options, 1)]


async def open_window(screen: RoleScreen, service: SupervisorService, row: WindowRow, perform: Perform) -> None:
    """Open a closed window for a clerk, end a pause, or cancel its closing after the visit."""
    if row.is_open and not row.is_paused and not row.closes_after:
        screen.host.notify(_("{window} is open already.").format(window=row.name))
        return
    clerk = "" if row.is_open else await choose_clerk(screen, service, row.id, row.name)
    if clerk is not None:
        await perform(partial(service.open_window, row.id, clerk))


async def choose_clerk(screen: RoleScreen, service: SupervisorService, window: str, name: str) -> str | None:
    """Ask for whom a closed window is opened; return the id of the clerk, or None."""
    clerks = await screen.host.ask(partial(service.list_clerks, window))
    if not clerks:
        screen.host.notify(_("No clerk is free: each of them works at a window."), severity="warning")
        return None
    sentence = _("The window is opened in the name of a clerk. A clerk who is still signed in there can call at once.")
    title = _("{window}: for which clerk?").format(window=name)
    return await screen.host.show(PickDialog(title, number_rows(clerks), sentence=sentence))


async def pause_or_close(screen: RoleScreen, service: SupervisorService, row: WindowRow, perform: Perform) -> None:
    """Pause a window for a reason or end its pause, close it after the present visit, or at once."""
    if not row.is_open:
        screen.host.notify(_("{window} is closed.").format(window=row.name))
        return
    reasons = () if row.is_paused else await screen.host.ask(service.list_pause_reasons)
    options = [Option(f"pause:{reason.id}", _("Pause: {reason}").format(reason=reason.name)) for reason in reasons]
    if row.is_paused:
        options = [Option("open", _("End the pause"), _("it can call again"))]
    rows = number_rows(options)
    end_hint = (
        _("{ticket} is served to its end").format(ticket=row.ticket)
        if row.ticket
        else _("closes at once: nobody is being served")
    )
    rows.append(PickRow("after", _("Close after the present visit"), str(len(rows) + 1), end_hint))
    hint = _("signs {person} out; {ticket} waits again") if row.ticket else _("signs {person} out")
    hint = hint.format(person=row.person or "?", ticket=row.ticket)
    rows.append(PickRow("close", _("Close now"), str(len(rows) + 1), hint))
    title = _("{window}: end the pause or close") if row.is_paused else _("{window}: pause or close")
    chosen = await screen.host.show(PickDialog(title.format(window=row.name), rows))
    if chosen == "open":
        await perform(partial(service.open_window, row.id))
    elif chosen == "after":
        await perform(partial(service.close_after_visit, row.id))
    elif chosen == "close":
        await perform(partial(service.close_window, row.id))
    elif chosen is not None:
        await perform(partial(service.pause_window, row.id, chosen.partition(":")[2]))


async def change_functions(screen: RoleScreen, service: SupervisorService, row: WindowRow, perform: Perform) -> None:
    """Change which categories a window serves, from its next call on."""
    functions = await screen.host.ask(partial(service.read_functions, row.id))
    rows = [
        PickRow(category.id, category.name, category.id, ticked=category.id in functions.served)
        for category in functions.categories
    ]
    title = _("{window}: what it serves").format(window=row.name)
    sentence = _("From its next call on, the window calls tickets of what is ticked.")
    chosen = await screen.host.show(PickManyDialog(title, sentence, rows))
    if chosen is not None and set(chosen) != functions.served:
        await perform(partial(service.set_functions, row.id, chosen))


async def add_window(
    screen: RoleScreen, service: SupervisorService, category: str, name: str, windows: Sequence[WindowRow],
    perform: Perform,
) -> None:  # fmt: skip
    """Let another window serve a category; a closed one is opened for a clerk."""
    offered = await screen.host.ask(partial(service.list_windows_to_add, category))
    if not offered:
        screen.host.notify(_("Each window serves this category already."))
        return
    chosen = await screen.host.show(PickDialog(_("{name}: add a window").format(name=name), number_rows(offered)))
    row = next((row for row in windows if row.id == chosen), None)
    if chosen is None or row is None:
        return
    clerk = "" if row.is_open else await choose_clerk(screen, service, row.id, row.name)
    if clerk is not None:
        await perform(partial(service.add_window, category, chosen, clerk))


async def send_message(screen: RoleScreen, service: SupervisorService, row: WindowRow, perform: Perform) -> None:
    """Send a message to who works at a window."""
    if not row.is_open:
        screen.host.notify(_("{window} is closed.").format(window=row.name))
        return
    key = f"message {row.id}"
    title = _("Message to {window}, {person}").format(window=row.name, person=row.person)
    sentence = _("At most {count} characters. It is shown there at once, and its text is erased after a day.")
    text = await ask_text(screen, key, title, sentence.format(count=LONGEST_MESSAGE), hint=_("sends it"))
    if text is not None:
        await perform(partial(service.send_message, row.id, text))
        drop_texts(screen, key)
