"""Narrowing of the queue by a value that the officer picks: due day, holder, matter."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _
from clerk_app.views.department import DepartmentService, QueueName
from screens.department.queue_page import EVERYTHING, QueuePage
from screens.host import ScreenHost
from screens.widgets.pick import PickDialog, PickRow


async def choose_selection(host: ScreenHost, service: DepartmentService, page: QueuePage) -> bool:
    """Let the officer pick how the present queue is narrowed; return whether it is narrowed differently now."""
    if page.tab == "decided":
        return False
    which: QueueName = page.tab
    options = await host.ask(partial(service.list_selections, which))
    rows = [PickRow("", _("all tasks"), "0"), *(PickRow(row.id, row.name, row.key, row.hint) for row in options)]
    chosen = await host.show(PickDialog(_("Which tasks are shown?"), rows))
    if chosen is None:
        return False
    page.selection = EVERYTHING.narrow(chosen) if chosen else EVERYTHING
    page.selection_words = next((row.name for row in options if row.id == chosen), "")
    return True
