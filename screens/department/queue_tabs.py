"""The tabs above the queue: one for each list, with its count, and the officer's numbers of the day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from clerk_app.locales import _
from clerk_app.views.department import DepartmentView
from clerk_app.views.shared import Level
from screens.widgets.paint import Line, Span
from screens.widgets.panel_tabs import PanelTab

TabName = Literal["open", "mine", "overdue", "returned", "decided"]
TABS: tuple[TabName, ...] = get_args(TabName)


def tab_name(tab: TabName) -> str:
    """Return the name of a tab in the current language."""
    names: dict[TabName, str] = {
        "open": _("All open"),
        "mine": _("Mine"),
        "overdue": _("Overdue"),
        "returned": _("Papers, procedures"),
        "decided": _("Decided today"),
    }
    return names[tab]


def queue_tabs(view: DepartmentView | None) -> Iterable[PanelTab]:
    """Yield the lists with the number of tasks of each."""
    if view is None:
        return
    counts: dict[TabName, tuple[int, Level]] = {
        "open": (view.open_tasks, "plain"),
        "mine": (view.held, "plain"),
        "overdue": (view.overdue, "bad"),
        "returned": (view.returned, "warn"),
        "decided": (view.decided, "plain"),
    }
    for tab, (count, level) in counts.items():
        name = _("Decided") if tab == "decided" else tab_name(tab)
        yield PanelTab(tab, f"{name} {count}", level if count else "plain")


def due_counts(view: DepartmentView | None) -> Line:
    """Return how many tasks are due today and this week."""
    if view is None:
        return ()
    due: list[Span] = []
    for label, count in ((_("due today"), view.due_today), (_("due this week"), view.due_this_week)):
        due += [(f"{label} ", "dim"), (f"{count}  ", "strong")]
    return due
