"""The situation of the department screen: the queue or a task, as sentences for F1 and the linear mode."""

from __future__ import annotations

from clerk_app.locales import _, format_list
from clerk_app.views.department import DepartmentView, TaskView
from screens.situation import Situation


def describe_situation(
    view: DepartmentView | None, task: TaskView | None, *, has_last: bool = False
) -> Situation | None:
    """Return the situation of the task on the screen, or of the queue without one; None before the first view."""
    if view is None:
        return None
    situation = _describe_queue(view, has_last=has_last) if task is None else _describe_task(task)
    undo = _("Ctrl+Z undoes the last act of the last two minutes; it asks first.")
    return situation._replace(undo=(*situation.undo, undo))


def _describe_queue(view: DepartmentView, *, has_last: bool) -> Situation:
    now = _("The queue of {organ}: {open} open, {held} yours, {overdue} overdue, {returned} waiting for papers.")
    described = now.format(
        organ=view.organ, open=view.open_tasks, held=view.held, overdue=view.overdue, returned=view.returned
    )
    following, blocked = [], []
    if view.open_tasks:
        following.append(_("F2 takes the most urgent task; Enter takes the marked one."))
    else:
        blocked.append(_("F2 has no task to take: nothing is open."))
    blocked.append(_("F9 has nothing to decide: no task is on the screen."))
    if view.ended:
        following.append(_("F8 shows your tasks that ended without a decision: {count}.").format(count=len(view.ended)))
    if view.extensions:
        words = _("F8 shows the extensions that wait for your approval: {count}.")
        following.append(words.format(count=len(view.extensions)))
    if view.next_due:
        following.append(
            _("The nearest due date is {day}; F5 shows only what is due today or this week.").format(day=view.next_due)
        )
    undo = [_("F3 opens the task again that was left with Esc.")] if has_last else []
    if view.decided:
        undo.append(_("5 lists what you decided today; Enter there corrects a decision."))
    return Situation(described, tuple(following), tuple(blocked), tuple(undo))


def _describe_task(task: TaskView) -> Situation:
    row = task.row
    now = _("Task {number}: {matter}, for {applicant}; {remaining}.").format(
        number=row.number, matter=row.matter, applicant=task.applicant, remaining=row.remaining
    )
    if not task.actions:
        return Situation(now, (_("F2 takes the next task."),), (_("F9 cannot decide: you do not hold this task now."),))
    following = [_("Read it, then F9 decides: nothing is chosen before you choose it.")]
    blocked: tuple[str, ...] = ()
    missing = [material.name for material in task.materials if material.state in ("missing", "expired")]
    if missing:
        sentence = _("Missing or expired: {materials}. F6 asks the citizen for papers.")
        following.append(sentence.format(materials=format_list(missing)))
    if task.is_masked:
        blocked = (_("Names and numbers are masked; F8 shows them in full for a recorded purpose."),)
    undo = (_("Esc goes back to the queue, the task stays yours; F8 puts it back into the queue."),)
    return Situation(now, tuple(following), blocked, undo)
