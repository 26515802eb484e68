"""Dialogs of the counter about the hall: a certain ticket, transfer, further windows, pause, functions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from clerk_app.locales import _
from clerk_app.views.shared import Option
from screens.counter.frame import CounterFrame
from screens.counter.leaving import ask_before_ticket
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog


def _rows(options: Iterable[Option]) -> list[PickRow]:
    return [PickRow(option.id, option.name, option.key, option.hint) for option in options]


async def pick_ticket(screen: CounterFrame) -> None:
    """Let the clerk choose a waiting ticket, and call it before its turn."""
    waiting = screen.view.waiting if screen.view else ()
    if not waiting:
        screen.host.notify(_("Nobody waits for this window."))
        return
    rows = [
        PickRow(ticket.id, ticket.number, str(number), f"{ticket.category}  {ticket.priority}  {ticket.waited}")
        for number, ticket in enumerate(waiting, 1)
    ]
    chosen = await screen.host.show(PickDialog(_("Call a certain ticket"), rows))
    if chosen is not None:
        await call_before_turn(screen, chosen)


async def call_before_turn(screen: CounterFrame, ticket: str) -> None:
    """Ask for the reason, and what becomes of the present visit; call a waiting ticket."""
    waiting = screen.view.waiting if screen.view else ()
    number = next((row.number for row in waiting if row.id == ticket), "")
    reasons = _rows(await screen.host.ask(screen.service.list_pick_reasons))
    title = _("Why is {number} called before its turn?").format(number=number)
    reason = await screen.host.show(PickDialog(title, reasons, hint=_("is recorded")))
    leaving = await ask_before_ticket(screen, number) if reason is not None else None
    if reason is not None and leaving is not None:
        await screen.save_input()
        await screen.call_and_paint(partial(screen.service.pick_ticket, ticket, reason, leaving))


async def transfer_ticket(screen: CounterFrame) -> None:
    """Let the clerk choose a queue, a window or a person for the ticket, and whether it comes back."""
    targets = _rows(await screen.host.ask(screen.service.list_transfer_targets))
    target = await screen.host.show(PickDialog(_("Transfer the ticket"), targets))
    if target is None:
        return
    ways = [
        PickRow("go", _("It ends there"), "1"),
        PickRow("back", _("It comes back to this window afterwards"), "2"),
    ]
    way = await screen.host.show(PickDialog(_("Transfer the ticket"), ways))
    if way is not None:
        await screen.save_input()
        transfer = partial(screen.service.transfer_ticket, target, comes_back=way == "back")
        await screen.call_and_paint(transfer)


async def set_stations(screen: CounterFrame) -> None:
    """Let the clerk tick the queues in which the ticket waits after this window."""
    chosen = await _pick_categories(screen, _("Further windows"), _("Where does the ticket wait after this window?"))
    if chosen:
        await screen.call_and_paint(partial(screen.service.set_stations, chosen))


async def set_functions(screen: CounterFrame) -> None:
    """Let the clerk tick what the window serves from the next call on."""
    chosen = await _pick_categories(screen, _("Functions of this window"), _("What does this window serve?"))
    if chosen:
        await screen.call_and_paint(partial(screen.service.set_functions, chosen))


async def _pick_categories(screen: CounterFrame, title: str, sentence: str) -> tuple[str, ...] | None:
    options = _rows(await screen.host.ask(screen.service.list_functions))
    return await screen.host.show(PickManyDialog(title, sentence, options))


async def pause_window(screen: CounterFrame) -> None:
    """Ask for the reason of the pause."""
    reasons = _rows(await screen.host.ask(screen.service.list_pause_reasons))
    reason = await screen.host.show(PickDialog(_("Pause this window"), reasons))
    if reason is not None:
        await screen.call_and_paint(partial(screen.service.pause_window, reason))


async def close_after_visit(screen: CounterFrame) -> None:
    """Ask before the window is set to close after this visit."""
    question = _("Close this window when this visit ends? A second time takes it back.")
    if await screen.host.show(ConfirmDialog(_("Close after this visit"), question)):
        await screen.call_and_paint(screen.service.close_after_visit)


async def walk_in(screen: CounterFrame) -> None:
    """Serve someone without a ticket."""
    await screen.call_and_paint(screen.service.serve_walk_in)
