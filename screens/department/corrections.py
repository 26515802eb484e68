"""Correction of a decision of this day: a reason, then the new task of the matter."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.department import DecidedRow
from screens.department.recording import TaskScreen
from screens.widgets.reasons import record_reasons


async def correct_decision(screen: TaskScreen, row: DecidedRow) -> None:
    """Ask why a decision is corrected, and open the task that decides the matter again."""
    if row.obstacle:
        screen.host.notify(row.obstacle, severity="warning")
        return
    sentence = _(
        "{number} {matter}, {applicant}: {outcome}. Why is it corrected? The matter is checked again; until it is"
        " decided, this decision holds. The reason stays with the case."
    ).format(number=row.number, matter=row.matter, applicant=row.applicant, outcome=row.outcome)
    await record_reasons(
        screen,
        f"correct {row.id}",
        _("Correct the decision"),
        sentence,
        lambda reason: screen.call_and_paint(partial(screen.service.reopen_decision, row.id, reason)),
    )
