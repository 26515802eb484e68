"""Acceptance of a case at the counter: other cases under way are shown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from clerk_app.locales import _, format_list
from clerk_app.views.shared import Option
from screens.counter.frame import CounterFrame
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.paint import join_phrases
from screens.widgets.pick import PickDialog, PickRow


async def accept_case(screen: CounterFrame) -> None:
    """Accept the case; if the applicant has another one under way, show it and ask for the reason first."""
    search = await screen.host.ask(screen.service.find_duplicates)
    others = search.cases
    if others:
        accepted = await _accept_another(screen, others)
    else:
        accepted = not search.namesakes or await _confirm_namesakes(screen, search.namesakes)
        if accepted:
            await screen.call_and_paint(screen.service.accept_case)
    if accepted and search.center_silent:
        sentence = _("The center did not answer: cases at other windows were not searched. It may object later.")
        screen.host.notify(join_phrases(sentence, search.as_of), severity="warning")


async def _confirm_namesakes(screen: CounterFrame, others: Sequence[Option]) -> bool:
    """Show cases of persons of whom only the name is known, and ask whether to accept."""
    sentence = _(
        "A person of the same name has a case for the same one thing under way: {case}. Nothing but the name is known"
        " of them. Accept this case?"
    )
    names = format_list((case.name for case in others), ";")
    dialog = ConfirmDialog(_("Same name"), sentence.format(case=names), hint=_("accepts it"))
    agreed = await screen.host.show(dialog)
    return agreed is True


async def _accept_another(screen: CounterFrame, others: Sequence[Option]) -> bool:
    """Show the other cases of the applicant; accept the case with a reason, or open one. Return whether accepted."""
    reasons = await screen.host.ask(screen.service.list_duplicate_reasons)
    open_rows = [
        PickRow(f"open:{case.id}", _("Do not accept: open {number}").format(number=case.id)) for case in others
    ]
    rows = [*open_rows, *(PickRow(reason.id, _("Accept: {why}").format(why=reason.name)) for reason in reasons)]
    numbered = [replace(row, key=str(index)) for index, row in enumerate(rows, 1)]
    same = not any(case.hint for case in others)
    found = (
        _("The same applicant has another case for the same one thing under way: {case}.")
        if same
        else _("Something of this application is under way already: {case}.")
    )
    names = (format_list(filter(None, (case.name, case.hint)), ",") for case in others)
    sentence = found.format(case=format_list(names, ";"))
    chosen = await screen.host.show(PickDialog(_("Another case of this applicant"), numbered, sentence=sentence))
    if chosen is None:
        return False
    if chosen.startswith("open:"):
        await screen.call_and_paint(partial(screen.service.open_case, chosen.removeprefix("open:")))
        return False
    await screen.call_and_paint(partial(screen.service.accept_case, [case.id for case in others], chosen))
    return True
