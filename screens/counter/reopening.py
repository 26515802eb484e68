"""F3 between two visits: a ticket that was just ended here is served again, or a draft is opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from clerk_app.locales import _
from clerk_app.views.counter import DraftRow
from screens.counter.frame import CounterFrame
from screens.counter.leaving import serve_ticket, ticket_rows
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.pick import PickDialog, PickRow


async def reopen(screen: CounterFrame) -> None:
    """Let the clerk choose a ticket that was just ended, or a draft; only drafts while no ticket was."""
    ended = screen.view.ended if screen.view is not None else ()
    if not ended:
        await choose_draft(screen)
        return
    drafts = await screen.host.ask(screen.service.list_drafts)
    rows = [*ticket_rows(ended), *_draft_rows(drafts, len(ended))]
    chosen = await screen.host.show(PickDialog(_("Tickets just ended, and drafts"), rows))
    ticket = next((ticket for ticket in ended if ticket.id == chosen), None)
    if ticket is not None:
        await serve_ticket(screen, ticket.id, ticket.number)
    else:
        await _open_draft(screen, drafts, chosen)


async def choose_draft(screen: CounterFrame) -> None:
    """Let the clerk choose a draft and open it; a draft that cannot be displayed can only be discarded."""
    drafts = await screen.host.ask(screen.service.list_drafts)
    if not drafts:
        screen.host.notify(_("There is no draft. One is kept when a visit ends before its case is accepted."))
        return
    chosen = await screen.host.show(PickDialog(_("Drafts"), _draft_rows(drafts, 0)))
    await _open_draft(screen, drafts, chosen)


def _draft_rows(drafts: Sequence[DraftRow], before: int) -> list[PickRow]:
    """Return drafts as rows of a dialog, numbered after the `before` rows above them."""
    rows = []
    for number, draft in enumerate(drafts, before + 1):
        clerk = _("clerk {name}").format(name=draft.clerk) if draft.clerk else ""
        hint = "  ".join(filter(None, (draft.applicant, clerk, draft.age)))
        rows.append(PickRow(draft.id, draft.one_thing, str(number), hint))
    return rows


async def _open_draft(screen: CounterFrame, drafts: Sequence[DraftRow], chosen: str | None) -> None:
    draft = next((draft for draft in drafts if draft.id == chosen), None)
    if draft is not None and draft.readable:
        await screen.call_and_paint(partial(screen.service.reopen_draft, draft.id))
    elif draft is not None:
        sentence = _("This draft of {age} ago cannot be displayed: what it needs is not in this store. Discard it?")
        if await screen.host.show(
            ConfirmDialog(_("Discard the draft"), sentence.format(age=draft.age), hint=_("discards it"))
        ):
            await screen.call_and_paint(partial(screen.service.discard_draft, _("It cannot be displayed."), draft.id))
