"""The department's task as sentences."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _, format_list
from clerk_app.views.department import DecidedRow, TaskRow, TaskView
from screens.plain.reading import fact_lines, material_sentence, matter_sentence, with_level
from screens.widgets.paint import join_phrases


def task_sentence(row: TaskRow) -> str:
    """Return a task of the queue."""
    return with_level(row.urgency, join_phrases(row.number, row.matter, row.remaining, row.due, row.state, row.holder))


def decided_sentence(row: DecidedRow) -> str:
    """Return a decision of this day; a reason if it cannot be corrected any more."""
    return join_phrases(f"{row.at:%H:%M}", row.number, row.matter, row.applicant, row.outcome, row.obstacle)


def task_lines(task: TaskView) -> Iterable[str]:
    """Return the sentences on a task that an act may change."""
    row = task.row
    yield join_phrases(_("Task {number}").format(number=row.number), row.matter, row.one_thing, task.applicant)
    yield (
        with_level(row.urgency, row.remaining)
        + ". "
        + _("promised {promised}, statutory {statutory}").format(promised=task.promised, statutory=task.statutory)
    )
    if not task.actions:
        yield with_level("bad", _("You do not hold this task now."))
    for material in task.materials:
        if material.level in ("warn", "bad"):
            yield material_sentence(material)
    yield _("read reads all of it, material opens one, F9 decides.")


def task_pages(task: TaskView) -> Iterable[str]:
    """Return everything that the task's page shows."""
    yield _("Stated details") + ":"
    yield from fact_lines(task.fields)
    if not task.fields:
        yield _("Nothing is asked for this matter.")
    yield _("Materials:")
    yield from (material_sentence(row) for row in task.materials)
    if not task.materials:
        yield _("No material is needed for this matter.")
    if task.siblings:
        yield _("Other matters of the case") + ":"
        yield from (matter_sentence(row) for row in task.siblings)
    yield from task.waiting
    yield _("History:")
    for entry in task.history:
        yield format_list((f"{entry.at:%Y-%m-%d %H:%M}", entry.actor, entry.action))
    if task.is_masked:
        yield _("Names and numbers are masked; F8 shows them in full for a recorded purpose.")
