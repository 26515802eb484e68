"""Received cases at the counter: receive an incomplete draft, and complete one that waits."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.counter import CounterView
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.received_acts import choose_received_act, choose_received_case
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.paint import join_phrases
from screens.widgets.reasons import record_reasons

_OPEN, _SHOW = "open", "show"


async def receive(screen: CounterFrame) -> None:
    """Ask once, name whom it concerns and what is missing, then receive the draft and print the notice."""
    view = screen.view
    if view is None or view.intake is None:
        return
    title = _("Receive and print what is missing")
    who = next((row.name for row in view.intake.parties if row.name), _("the applicant is not known yet"))
    sentence = _("{who}: {count} things are missing. The notice names them all, once, and has the case number.").format(
        who=who, count=len(view.intake.gaps)
    )
    late = await screen.host.ask(screen.service.list_late_items)
    if late:
        why = _(
            "This was visible at the first notice: {things}. Why is it asked for only now? It is kept with the case."
        )
        await record_reasons(
            screen,
            f"late notice {view.intake.draft}",
            title,
            why.format(things=join_phrases(*late)),
            lambda reason: screen.call_and_paint(partial(screen.service.receive_case, reason)),
        )
    elif await screen.host.show(ConfirmDialog(title, sentence, hint=_("receives and prints"))):
        await screen.call_and_paint(screen.service.receive_case)


async def choose_received(screen: CounterFrame) -> None:
    """List the received cases of this site that wait, and perform an act on the chosen one."""
    row = await choose_received_case(screen, screen.service)
    if row is None:
        return
    own = ((_OPEN, _("Open it as a draft")), (_SHOW, _("Show the case and its papers")))
    chosen = await choose_received_act(screen, screen.service, row, screen.call_and_paint, own)
    if chosen == _OPEN:
        await screen.call_and_paint(partial(screen.service.open_received, row.number))
    elif chosen == _SHOW:
        await screen.call_and_paint(partial(screen.service.open_case, row.number))


def _can_receive(view: CounterView) -> bool:
    intake = view.intake
    return intake is not None and bool(intake.gaps) and intake.application is None and not intake.is_masked


RECEIVED_ITEMS = (
    MenuItem(64, "receive", mark("Receive and print what is missing"), _can_receive, receive),
    MenuItem(65, "received", mark("Received, not accepted yet"), lambda _view: True, choose_received),
)
