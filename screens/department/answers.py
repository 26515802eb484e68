"""Correction of an answer from the task, with its reason."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.department import TaskView
from screens.department.recording import TaskScreen
from screens.widgets.dialogs import TextDialog
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons

CORRECT_NUMBER = 75
"""Number of the act in the menu: that of the counter."""


async def correct_answer(screen: TaskScreen, task: TaskView) -> None:
    """Ask which answer is corrected, the right one, and why; exclusions that hold because of it are named."""
    options = await screen.host.ask(screen.service.list_correctable_answers)
    title = _("Correct an answer")
    if not options:
        screen.host.notify(_("No answer that this task needs can be corrected."), severity="warning")
        return
    rows = [PickRow(option.id, option.name, str(number)) for number, option in enumerate(options, 1)]
    field = await screen.host.show(PickDialog(title, rows))
    if field is None:
        return
    name = next(option.name for option in options if option.id == field)
    value = await screen.host.show(TextDialog(title, _("The right answer: {field}").format(field=name)))
    if value:
        await record_reasons(
            screen,
            f"correct {task.row.id} {field}",
            title,
            _("Why is it corrected? For example: a revoked licence, a new paper, a mistake."),
            lambda reason: screen.call_and_paint(partial(screen.service.correct_answer, field, value, reason)),
        )
