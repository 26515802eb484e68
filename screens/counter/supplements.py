"""Taking in what a running case lacks: what the city holds, after consent, and papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from clerk_app.locales import _
from clerk_app.views.case import CaseView
from clerk_app.views.shared import Option
from screens.counter.frame import CounterFrame
from screens.counter.held_materials import ask_paper_reason
from screens.counter.paper_facts import ask_facts_of_supplements, drop_facts
from screens.papers.photo_reason import state_photo_reason
from screens.widgets.dialogs import TextDialog, drop_texts
from screens.widgets.pick import PickRow
from screens.widgets.pick_many import PickManyDialog


async def take_in_materials(screen: CounterFrame) -> None:
    """Take in what the case lacks: first what the city holds, then the papers that the citizen brings."""
    case = screen.view.case if screen.view else None
    held = await screen.host.ask(screen.service.list_held_supplements) if case is not None else ()
    if held and not await _use_held(screen, held):
        return
    case = screen.view.case if screen.view else None
    if case is not None:
        await _take_papers(screen, case, {option.id: option.name for option in held})


async def _use_held(screen: CounterFrame, held: Sequence[Option]) -> bool:
    """Ask which of what the city holds may be used, and take it in; return whether papers are to be asked for next."""
    rows = [PickRow(option.id, option.name, hint=option.hint) for option in held]
    title = _("Held by the city")
    sentence = _("No paper is needed for these. Does the person served agree to their use for this case?")
    dialog = PickManyDialog(title, sentence, rows, hint=_("records the consent, takes in"))
    used = await screen.host.show(dialog)
    if not used:
        return True
    await screen.call_and_paint(partial(screen.service.use_held_supplements, used))
    if screen.view is not None and screen.view.is_refusal:  # a printed code needs the second factor
        sentence = _("The code may be a print. What are the last four digits of the registered telephone number?")
        typed = await screen.host.show(TextDialog(_("Second factor"), sentence, kind="number"))
        if typed is None:
            return True
        await screen.call_and_paint(partial(screen.service.use_held_supplements, used, typed))
    return False


async def _state_photo_reasons(screen: CounterFrame, materials: Sequence[str]) -> bool:
    """Ask for the reasons of photos with findings whose pages were taken before; return whether all are stated."""
    taking = screen.service.paper_taking
    for name in materials:
        target = await screen.host.ask(partial(screen.service.find_paper_target, name))
        paper = await screen.host.ask(partial(taking.open_paper, target))
        if not await state_photo_reason(screen.host, taking, paper):
            return False
    return True


async def _take_papers(screen: CounterFrame, case: CaseView, held: dict[str, str]) -> None:
    """Record the materials that the citizen brings after a notice, or new versions after a refusal."""
    missing = [row for row in case.materials if row.state in ("missing", "expired")]
    listed = {row.id for row in missing}
    others = [option for option in case.replaceable if option.id not in listed]
    if not (missing or others):
        screen.host.notify(_("This case is not waiting for materials."))
        return
    begun = await screen.host.ask(screen.service.list_open_papers)
    rows = [PickRow(row.id, row.name, hint=begun.get(row.id, row.reason or row.needed_for)) for row in missing]
    rows += [PickRow(option.id, option.name, hint=begun.get(option.id, option.hint)) for option in others]
    rows = [replace(row, ticked=row.id in begun) for row in rows]
    title, sentence = _("Take in"), _("What did the citizen bring? The time limits continue from now.")
    if missing and not case.requested_materials:
        sentence = _("What did the citizen bring? No time limit waits for it.")
    if not missing:
        sentence = _("What did the citizen bring? The organ checks its refusal again.")
    brought = await screen.host.show(PickManyDialog(title, sentence, rows, hint=_("takes in what is ticked")))
    if not brought:
        return
    reasons: dict[str, tuple[str, str]] = {}
    for name in brought:
        if name in held:
            reason = await ask_paper_reason(screen, held[name], f"paper reason of {name} in {case.number}")
            if reason is None:
                return
            reasons[name] = reason
    if not await _state_photo_reasons(screen, [name for name in brought if name in begun]):
        return
    typed = await ask_facts_of_supplements(screen, case.number, brought)
    if typed is not None:
        await screen.call_and_paint(partial(screen.service.receive_supplements, brought, typed, reasons))
        drop_facts(screen, case.number, brought)
        drop_texts(screen, *(f"paper reason of {name} in {case.number}" for name in reasons))
