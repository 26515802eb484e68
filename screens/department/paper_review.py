"""Pre-review of a paper of the open task (F8 60): read on this machine, shown, and not stored."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.case import MaterialRow
from clerk_app.views.department import TaskView
from screens.department.recording import TaskScreen
from screens.papers.review import PaperReviewDialog
from screens.papers.review_rows import waiting_review
from screens.widgets.pick import PickDialog, PickRow

REVIEW_NUMBER = 60
"""Number of the act in the menu, as at the counter."""


def reviewable(task: TaskView) -> tuple[MaterialRow, ...]:
    """Return the papers of a task whose pages were taken in."""
    return tuple(row for row in task.materials if row.reading)


async def review_papers(screen: TaskScreen, task: TaskView) -> None:
    """Show the pre-review of a paper; ask which one first if there are several."""
    rows = reviewable(task)
    row = rows[0] if len(rows) == 1 else None
    if row is None:
        found = [PickRow(row.id, row.name, str(number), row.state_name) for number, row in enumerate(rows, 1)]
        chosen = await screen.host.show(PickDialog(_("Pre-review of a paper"), found))
        row = next((row for row in rows if row.id == chosen), None)
    again = False
    while row is not None:
        read = partial(screen.service.review_paper, row.id, again=again)
        draw = partial(screen.service.draw_value, row.id)
        if await screen.host.show(PaperReviewDialog(waiting_review(row), draw, read=read)) is None:
            return
        again = True
