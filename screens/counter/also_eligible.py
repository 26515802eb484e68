"""What the applicant is also eligible for (政策找人): the list, the rule, and the start of one of them."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, format_list, mark
from clerk_app.views.counter import CounterView
from screens.counter.consent import ask_consent
from screens.counter.frame import CounterFrame
from screens.counter.guide import show_guide
from screens.counter.menu_item import MenuItem
from screens.widgets.paint import join_phrases
from screens.widgets.pick import PickDialog, PickRow

_BEGIN, _GUIDE = "begin", "guide"


async def choose_eligible(screen: CounterFrame) -> None:
    """Let the clerk choose what is offered further, read the rule, and begin it."""
    if screen.view is None:
        return
    found = {row.id: row for row in screen.view.also_eligible}
    rows = [
        PickRow(row.id, row.name, str(number), join_phrases(row.verdict, row.missing, row.rule))
        for number, row in enumerate(found.values(), 1)
    ]
    chosen = await screen.host.show(PickDialog(_("Also eligible for"), rows, hint=_("shows the rule")))
    if chosen is None:
        return
    row, has_draft = found[chosen], screen.view.intake is not None
    kept = _("Begin it with the same applicant; the draft in work is kept")
    acts = [
        PickRow(_BEGIN, kept if has_draft else _("Begin it with the same applicant"), "1"),
        PickRow(_GUIDE, _("Guide and list of all materials, to be read or printed"), "2"),
    ]
    if screen.view.serving is None:
        acts = acts[1:]
    sentence = format_list((row.name, join_phrases(row.verdict, row.missing, row.rule)), ":")
    act = await screen.host.show(PickDialog(_("Also eligible for"), acts, sentence=sentence))
    if act == _BEGIN:
        await screen.save_input()
        await screen.call_and_paint(partial(screen.service.begin_also_eligible, row.id))
        await ask_consent(screen)
        screen.focus_first_part()
    elif act == _GUIDE:
        await show_guide(screen, row.id)


def _has_offers(view: CounterView) -> bool:
    return bool(view.also_eligible)


ELIGIBLE_ITEMS = (MenuItem(76, "also_eligible", mark("Also eligible for"), _has_offers, choose_eligible),)
