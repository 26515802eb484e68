"""Release and reassignment of tasks by a supervisor, with a reason that is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import monotonic

from clerk_app.locales import _, plural_form
from clerk_app.views.department import TaskRow
from clerk_app.views.shared import Option
from clerk_app.views.supervisor import SupervisorService, SupervisorView
from screens.role_screen import RoleScreen
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.progress import TimeLeft, describe_progress
from screens.widgets.reasons import record_reasons

Perform = Callable[[Callable[[], SupervisorView]], Awaitable[None]]
"""Runs a call of the service and paints its view."""


async def manage_task(
    screen: RoleScreen, service: SupervisorService, organ: str, task: TaskRow, perform: Perform
) -> None:
    """Release a task from its officer or reassign it to another; both record a reason that the supervisor types."""
    chosen = await screen.host.show(PickDialog(f"{task.number}  {task.matter}", task_acts(task)))
    if chosen == "release":
        sentence = _("Why is the task taken back from {person}? The reason is recorded.")
        await record_reasons(
            screen,
            f"release {task.id}",
            _("Release"),
            sentence.format(person=task.holder),
            lambda reason: perform(partial(service.release_task, task.id, reason)),
        )
    elif chosen == "reassign":
        await _reassign(screen, service, organ, task, perform)


def task_acts(task: TaskRow) -> list[PickRow]:
    """Return what can be done with a task."""
    release = PickRow("release", _("Release: take it back from {person}").format(person=task.holder), "1")
    return [*([release] if task.holder else []), PickRow("reassign", _("Reassign to another officer"), "2")]


async def manage_tasks(
    screen: RoleScreen, service: SupervisorService, organ: str, tasks: Sequence[TaskRow], perform: Perform
) -> bool:
    """Release several tasks or reassign them to one officer, for one reason; return whether that was recorded."""
    held = [task for task in tasks if task.holder]
    rows = [
        PickRow(
            "reassign",
            _("Reassign to another officer"),
            "2",
            plural_form(len(tasks), _("{count} task"), _("{count} tasks")).format(count=len(tasks)),
        )
    ]
    if held:
        hint = plural_form(len(held), _("{count} task"), _("{count} tasks")).format(count=len(held))
        rows.insert(0, PickRow("release", _("Release: take them back from their officers"), "1", hint))
    act = await screen.host.show(PickDialog(_("{count} marked").format(count=len(tasks)), rows))
    if act is None:
        return False
    officer = await _choose_officer(screen, service, organ) if act == "reassign" else None
    if act == "reassign" and officer is None:
        return False

    async def record(reason: str) -> None:
        chosen = tasks if officer is not None else held
        left = TimeLeft()
        for done, task in enumerate(chosen):
            seconds = left.add_sample(monotonic(), done, len(chosen))
            screen.host.notify(describe_progress(done, len(chosen), seconds))
            if officer is not None:
                await perform(partial(service.reassign_task, task.id, officer.id, reason))
            else:
                await perform(partial(service.release_task, task.id, reason))

    many = len(tasks if officer else held)
    if officer is not None:
        title, sentence = (
            _("Reassign"),
            plural_form(
                many,
                _("Why is {count} task given to {person}? The reason is recorded."),
                _("Why are {count} tasks given to {person}? The reason is recorded."),
            ),
        )
    else:
        title, sentence = (
            _("Release"),
            plural_form(
                many,
                _("Why is {count} task taken back? The reason is recorded."),
                _("Why are {count} tasks taken back? The reason is recorded."),
            ),
        )
    words = sentence.format(count=many, person=officer.name if officer else "")
    return await record_reasons(screen, f"{act} several {organ}", title, words, record)


async def _choose_officer(screen: RoleScreen, service: SupervisorService, organ: str) -> Option | None:
    officers = await screen.host.ask(partial(service.list_officers, organ))
    rows = [PickRow(officer.id, officer.name, str(index + 1), officer.hint) for index, officer in enumerate(officers)]
    chosen = await screen.host.show(PickDialog(_("To which officer?"), rows))
    return next((officer for officer in officers if officer.id == chosen), None)


async def _reassign(
    screen: RoleScreen, service: SupervisorService, organ: str, task: TaskRow, perform: Perform
) -> None:
    officer = await _choose_officer(screen, service, organ)
    if officer is None:
        return
    sentence = _("Why is the task given to {person}? The reason is recorded.").format(person=officer.name)
    await record_reasons(
        screen,
        f"reassign {task.id}",
        _("Reassign"),
        sentence,
        lambda reason: perform(partial(service.reassign_task, task.id, officer.id, reason)),
    )
