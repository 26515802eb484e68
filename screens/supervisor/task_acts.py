"""Release and reassignment of a task by a supervisor, with a reason that is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from clerk_app.locales import _
from clerk_app.views.department import TaskRow
from clerk_app.views.supervisor import SupervisorService, SupervisorView
from screens.role_screen import RoleScreen
from screens.widgets.pick import PickDialog, PickRow
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


async def _reassign(
    screen: RoleScreen, service: SupervisorService, organ: str, task: TaskRow, perform: Perform
) -> None:
    officers = await screen.host.ask(partial(service.list_officers, organ))
    rows = [PickRow(officer.id, officer.name, str(index + 1), officer.hint) for index, officer in enumerate(officers)]
    chosen = await screen.host.show(PickDialog(_("To which officer?"), rows))
    if chosen is None:
        return
    name = next(officer.name for officer in officers if officer.id == chosen)
    sentence = _("Why is the task given to {person}? The reason is recorded.").format(person=name)
    await record_reasons(
        screen,
        f"reassign {task.id}",
        _("Reassign"),
        sentence,
        lambda reason: perform(partial(service.reassign_task, task.id, chosen, reason)),
    )
