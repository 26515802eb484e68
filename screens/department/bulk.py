"""Approval of several tasks of one matter: the officer ticks, confirms once with one note, and sees the progress."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.department import TaskView
from screens.department.bulk_dialogs import BulkDialog, BulkNoteDialog, BulkProgressDialog
from screens.department.recording import TaskScreen
from screens.widgets.dialogs import drop_texts
from screens.widgets.pick import PickDialog, PickRow

BULK_NUMBER = 77


async def approve_of_queue(screen: TaskScreen) -> None:
    """Let the officer pick a matter of the queue, then approve several of its tasks."""
    matters = await screen.host.ask(screen.service.list_bulk_matters)
    if not matters:
        screen.host.notify(_("No matter of this queue may be approved several at once: the catalogue marks which may."))
        return
    chosen: str | None = matters[0].id
    if len(matters) > 1:
        rows = [
            PickRow(matter.id, matter.name, matter.key, hint=_("{count} tasks").format(count=matter.hint))
            for matter in matters
        ]
        chosen = await screen.host.show(PickDialog(_("Approve several tasks of one matter"), rows))
    if chosen is not None:
        await _approve_several(screen, chosen)


async def approve_with_others(screen: TaskScreen, task: TaskView) -> None:
    """Let the officer approve several tasks of the matter of the open task."""
    await _approve_several(screen, task.bulk_matter)


async def _approve_several(screen: TaskScreen, matter: str) -> None:
    service, host = screen.service, screen.host
    found = await host.ask(partial(service.list_bulk_tasks, matter))
    if not (found.tasks or found.alone):
        host.notify(_("No task of this matter is free, and you hold none."))
        return
    ticked: tuple[str, ...] = ()
    key = f"bulk {matter}"
    while True:
        chosen = await host.show(BulkDialog(found, ticked))
        if chosen is None:
            return
        ticked = chosen
        dialog = BulkNoteDialog(found.name, len(ticked), screen.kept_texts.get(key, ""))
        note = await host.show(dialog)
        screen.kept_texts[key] = dialog.typed
        if note is not None:
            break
    progress = await host.ask(partial(service.begin_bulk, matter, ticked, note))
    drop_texts(screen, key)
    await host.show(BulkProgressDialog(found.name, service, progress))
    await screen.call_and_paint(service.end_bulk)
