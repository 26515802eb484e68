"""Dialogs before a visit ends: what becomes of the citizen at the window, and which ticket is served next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from clerk_app.locales import _
from clerk_app.views.counter import Leaving, RequestedTicket, TicketRow
from screens.counter.frame import CounterFrame
from screens.counter.papers import has_new_papers, offer_before_next, offer_between_visits
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.pick import PickDialog, PickRow


async def call_next(screen: CounterFrame) -> None:
    """Ask what becomes of the present visit if that is open, and call the next ticket.

    New pending papers are offered before: a clerk who always goes on with F2 has no other moment between two visits.
    If the clerk leaves the offer, or the printer fails, the visit stays and nobody is called.
    """
    leaving = await _ask_before_next(screen)
    if leaving is None:
        return
    if has_new_papers(screen) and not await offer_before_next(screen):
        return
    await screen.call_and_paint(partial(screen.service.call_next, leaving))


async def finish_visit(screen: CounterFrame) -> None:
    """End the visit; ask what becomes of a ticket for which nothing was done."""
    leaving = await _ask_if_nothing_done(screen, may_requeue=True)
    if leaving is not None:
        await screen.save_input()
        await screen.call_and_paint(partial(screen.service.finish_visit, leaving))
        await offer_between_visits(screen)


async def serve_ticket(screen: CounterFrame, ticket: str, number: str, *, take_over: bool = False) -> None:
    """Serve a certain ticket; ask first what becomes of the present visit."""
    leaving = await ask_before_ticket(screen, number)
    if leaving is not None:
        await screen.save_input()
        await screen.call_and_paint(partial(screen.service.resume, ticket, leaving, take_over=take_over))


async def serve_requested_ticket(screen: CounterFrame, ticket: RequestedTicket) -> None:
    """Serve a printed ticket that was shown; ask first if it is being served at another window."""
    if ticket.window:
        sentence = _("{number} was called at {window}. Is the citizen here? The visit there ends.")
        question = sentence.format(number=ticket.number, window=ticket.window)
        if not await screen.host.show(ConfirmDialog(_("Ticket"), question, hint=_("serves it here"))):
            return
    await serve_ticket(screen, ticket.id, ticket.number, take_over=bool(ticket.window))


async def choose_ticket(screen: CounterFrame) -> None:
    """Let the clerk choose a ticket on hold, or one that was ended a moment ago; a single one on hold is resumed."""
    view = screen.view
    if view is None or not (view.held or view.ended):
        screen.host.notify(_("No ticket is on hold."))
        return
    await _choose_among(screen, (*view.held, *view.ended), is_single_taken=not view.ended)


async def choose_held_ticket(screen: CounterFrame) -> None:
    """Let the clerk choose a ticket on hold; a single one is resumed."""
    view = screen.view
    if view is not None and view.held:
        await _choose_among(screen, view.held, is_single_taken=True)
    elif view is not None and view.ended:
        screen.host.notify(_("No ticket is on hold. F3 reopens one that was just ended."))
    else:
        screen.host.notify(_("No ticket is on hold."))


async def _choose_among(screen: CounterFrame, tickets: Sequence[TicketRow], *, is_single_taken: bool) -> None:
    chosen: TicketRow | None = tickets[0]
    if not is_single_taken or len(tickets) > 1:
        key = await screen.host.show(PickDialog(_("Take a ticket back"), ticket_rows(tickets)))
        chosen = next((ticket for ticket in tickets if ticket.id == key), None)
    if chosen is not None:
        await serve_ticket(screen, chosen.id, chosen.number)


def ticket_rows(tickets: Sequence[TicketRow]) -> list[PickRow]:
    """Return tickets as numbered rows of a dialog, with what they are for and their state."""
    return [
        PickRow(ticket.id, ticket.number, str(number), f"{ticket.category}  {ticket.state}")
        for number, ticket in enumerate(tickets, 1)
    ]


async def _ask_before_next(screen: CounterFrame) -> Leaving | None:
    """Return what becomes of the visit before the next ticket is called; None if the clerk went back."""
    if screen.mode == "intake":
        sentence = _("This case is not accepted yet. Its draft stays. Call the next ticket?")
        if not await screen.host.show(ConfirmDialog(_("Call next"), sentence, hint=_("calls the next"))):
            return None
        await screen.save_input()
        return ""
    return await _ask_if_nothing_done(screen, may_requeue=False)


async def _ask_if_nothing_done(screen: CounterFrame, *, may_requeue: bool) -> Leaving | None:
    view = screen.view
    if view is None or view.serving is None or not view.nothing_done:
        return ""
    rows: dict[Leaving, str] = {
        "hold": _("Put it on hold"),
        "unserved": _("End it without service"),
        "finish": _("It was served: advice was given, nothing was recorded"),
        "no_show": _("Nobody came"),
    }
    if may_requeue:
        rows["requeue"] = _("Put it back to its place in the queue")
    return await _pick_leaving(screen, _("Nothing was done for {number} yet."), view.serving.number, rows)


async def ask_before_ticket(screen: CounterFrame, number: str) -> Leaving | None:
    """Return what becomes of the present visit before ticket `number` is served; None if the clerk went back."""
    view = screen.view
    if view is None or view.serving is None:
        return ""
    if view.nothing_done:
        return await _ask_if_nothing_done(screen, may_requeue=True)
    if not view.serving.number:
        sentence = _("Somebody without a ticket is being served. End this visit and serve {number}? A draft stays.")
        question = sentence.format(number=number)
        return "finish" if await screen.host.show(ConfirmDialog(_("Ticket"), question, hint=_("ends it"))) else None
    rows: dict[Leaving, str] = {"hold": _("Put it on hold"), "finish": _("It was served: end it. A draft stays.")}
    return await _pick_leaving(screen, _("{number} is still being served."), view.serving.number, rows)


async def _pick_leaving(screen: CounterFrame, title: str, number: str, rows: dict[Leaving, str]) -> Leaving | None:
    picks = [PickRow(leaving, name, str(index + 1)) for index, (leaving, name) in enumerate(rows.items())]
    chosen = await screen.host.show(PickDialog(title.format(number=number), picks))
    return next((leaving for leaving in rows if leaving == chosen), None)
