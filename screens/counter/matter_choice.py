"""Matters that exclude each other: choices of a draft, withdrawal and correction in an accepted case."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.counter import CounterView
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.widgets.dialogs import TextDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog
from screens.widgets.reasons import record_reasons


async def choose_matters(screen: CounterFrame) -> None:
    """Show what can be left out, the proposal first, and take the picked choice; Ctrl+Z takes it back."""
    intake = screen.view.intake if screen.view is not None else None
    if intake is None or not intake.choices:
        return
    rows = [
        PickRow(str(number), choice.name, str(number), choice.reason) for number, choice in enumerate(intake.choices, 1)
    ]
    sentence = _("These matters exclude each other. The first row is proposed.")
    picked = await screen.host.show(PickDialog(_("Matters that exclude each other"), rows, sentence=sentence))
    if picked is not None:
        await screen.call_and_paint(partial(screen.service.leave_out_matters, intake.choices[int(picked) - 1].drop))


def _has_choices(view: CounterView) -> bool:
    return view.intake is not None and bool(view.intake.choices)


async def withdraw_matters(screen: CounterFrame) -> None:
    """Ask which open matters of the case are withdrawn, and how the applicant agreed."""
    options = await screen.host.ask(screen.service.list_open_matters)
    rows = [
        PickRow(option.id, option.name, str(number), option.hint, ticked=bool(option.hint))
        for number, option in enumerate(options, 1)
    ]
    title = _("Withdraw single matters")
    chosen = await screen.host.show(PickManyDialog(title, _("The other matters continue."), rows))
    if not chosen:
        return
    case = screen.view.case.number if screen.view is not None and screen.view.case is not None else ""

    async def withdraw(reason: str) -> None:
        await screen.call_and_paint(partial(screen.service.withdraw_matters, chosen, reason))

    sentence = _("How did the applicant agree? For example: signed here, or by telephone.")
    await record_reasons(screen, f"withdraw_matters {case} {','.join(chosen)}", title, sentence, withdraw)


async def correct_answer(screen: CounterFrame) -> None:
    """Ask which answer of the case is corrected, the new one, and why."""
    options = await screen.host.ask(screen.service.list_correctable_answers)
    rows = [PickRow(option.id, option.name, str(number)) for number, option in enumerate(options, 1)]
    title = _("Correct an answer")
    field = await screen.host.show(PickDialog(title, rows))
    if field is None:
        return
    name = next(option.name for option in options if option.id == field)
    value = await screen.host.show(TextDialog(title, _("The right answer: {field}").format(field=name)))
    if not value:
        return
    case = screen.view.case.number if screen.view is not None and screen.view.case is not None else ""

    async def correct(reason: str) -> None:
        await screen.call_and_paint(partial(screen.service.correct_answer, field, value, reason))

    sentence = _("Why is it corrected? For example: a revoked licence, a new paper, a mistake.")
    await record_reasons(screen, f"correct {case} {field}", title, sentence, correct)


def _is_under_way(view: CounterView) -> bool:
    return view.case is not None and "withdraw" in view.case.actions


CHOICE_ITEMS = (
    MenuItem(73, "exclusion", mark("Matters that exclude each other"), _has_choices, choose_matters),
    MenuItem(74, "withdraw_matters", mark("Withdraw single matters"), _is_under_way, withdraw_matters),
    MenuItem(75, "correct_answer", mark("Correct an answer"), _is_under_way, correct_answer),
)
