"""The set-up navigator (设立导航): situation, one thing, few questions, and what applies."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, format_list, mark
from clerk_app.views.counter import CounterView
from clerk_app.views.navigation import Navigation
from screens.counter.frame import CounterFrame
from screens.counter.guide import show_guide
from screens.counter.menu_item import MenuItem
from screens.widgets.dialogs import ReadDialog
from screens.widgets.pick import PickDialog, PickRow

_UNKNOWN, _BEGIN, _GUIDE, _AGAIN = "?", "begin", "guide", "again"


async def navigate(screen: CounterFrame) -> None:
    """Lead from a situation to a draft with the answers; the guide can be read and printed instead."""
    await navigate_offer(screen, await _choose_offer(screen))


async def navigate_offer(screen: CounterFrame, offer: str | None) -> None:
    """Ask the questions of an offer, and begin its draft if the clerk wants that; a draft in work is kept."""
    while offer is not None:
        answers = await _ask_questions(screen, offer)
        if answers is None:
            return
        has_draft = screen.view is not None and screen.view.intake is not None
        kept = _("Begin another draft with these answers; the draft in work is kept")
        rows = [
            PickRow(_BEGIN, kept if has_draft else _("Begin the draft with these answers"), "1"),
            PickRow(_GUIDE, _("Guide and list of all materials, to be read or printed"), "2"),
            PickRow(_AGAIN, _("Answer the questions once more"), "3"),
        ]
        if screen.view is None or screen.view.serving is None:
            rows = rows[1:]
        act = await screen.host.show(PickDialog(_("Navigator"), rows))
        if act == _BEGIN:
            await screen.save_input()
            await screen.call_and_paint(partial(screen.service.begin_navigated, offer, answers))
        elif act == _GUIDE:
            await show_guide(screen, offer)
        if act != _AGAIN:
            return


async def _choose_offer(screen: CounterFrame) -> str | None:
    events = await screen.host.ask(partial(screen.service.list_facet_values, "", {}, "life_event"))
    rows = [PickRow(event.id, event.name, str(number)) for number, event in enumerate(events, 1)]
    event = await screen.host.show(PickDialog(_("Navigator"), rows, sentence=_("What is it about?")))
    if event is None:
        return None
    page = await screen.host.ask(partial(screen.service.find_offers, "", {"life_event": event}))
    rows = [PickRow(row.id, row.name, str(number), row.kind) for number, row in enumerate(page.rows, 1)]
    return await screen.host.show(PickDialog(_("Navigator"), rows, sentence=_("What does the applicant want?")))


async def _ask_questions(screen: CounterFrame, offer: str) -> dict[str, str] | None:
    """Ask the questions that decide which matters apply, and show the result; None if the clerk goes back."""
    answers: dict[str, str] = {}
    skipped: set[str] = set()
    while True:
        found = await screen.host.ask(partial(screen.service.navigate, offer, dict(answers), tuple(skipped)))
        if not found.question:
            await screen.host.show(_build_result(found))
            return answers
        rows = [PickRow(option.id, option.name, str(number)) for number, option in enumerate(found.options, 1)]
        rows.append(PickRow(_UNKNOWN, _("Not known"), str(len(rows) + 1)))
        answer = await screen.host.show(PickDialog(found.one_thing, rows, sentence=found.question))
        if answer is None:
            return None
        if answer == _UNKNOWN:
            skipped.add(found.field)
        else:
            answers[found.field] = answer


def _build_result(found: Navigation) -> ReadDialog:
    sentences = [
        format_list((judgement.name, format_list(filter(None, (judgement.verdict, judgement.rule)), ";")), ":")
        for judgement in found.judgements
    ]
    return ReadDialog(found.one_thing, sentences=sentences)


def _always(_view: CounterView) -> bool:
    return True


NAVIGATOR_ITEMS = (MenuItem(72, "navigate", mark("Navigator: from a situation to what applies"), _always, navigate),)
