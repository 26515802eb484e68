"""The tabs above the queue: one for each list, with its count, and the officer's numbers of the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from textual import events
from textual.message import Message

from clerk_app.locales import _
from clerk_app.views.department import DepartmentView
from clerk_app.views.shared import Level
from screens.widgets.paint import Line, Span, cell_width, level_style, level_symbol
from screens.widgets.status_lines import SingleLine, target_at

TabName = Literal["open", "mine", "overdue", "returned", "decided"]
TABS: tuple[TabName, ...] = get_args(TabName)


def tab_name(tab: TabName) -> str:
    """Return the name of a tab in the current language."""
    names: dict[TabName, str] = {
        "open": _("All open"),
        "mine": _("Mine"),
        "overdue": _("Overdue"),
        "returned": _("Waiting for papers"),
        "decided": _("Decided today"),
    }
    return names[tab]


class QueueTabs(SingleLine):
    """The lists, each with the digit that selects it and its number of tasks; at the right what is due."""

    DEFAULT_CSS = "QueueTabs { background: $sheet; }"

    @dataclass
    class Selected(Message):
        """A tab was clicked."""

        tab: TabName

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: DepartmentView | None = None
        self._tab: TabName = "open"
        self._parts: list[tuple[list[Span], TabName]] = []

    def show_counts(self, view: DepartmentView, tab: TabName) -> None:
        """Show the counts, with `tab` selected."""
        self._view, self._tab = view, tab
        self.refresh()

    def spans(self) -> Line:
        view = self._view
        if view is None:
            return ()
        counts: dict[TabName, tuple[int, Level]] = {
            "open": (view.open_tasks, "plain"),
            "mine": (view.held, "plain"),
            "overdue": (view.overdue, "bad"),
            "returned": (view.returned, "warn"),
            "decided": (view.decided, "plain"),
        }
        for gap in ("  ", ""):
            self._parts = list(_tab_parts(counts, self._tab, gap))
            spans = [span for part, _tab in self._parts for span in part]
            if cell_width(spans) <= self.size.width:
                break
        due: list[Span] = []
        for label, count in ((_("due today"), view.due_today), (_("due this week"), view.due_this_week)):
            due += [(f"{label} ", "dim"), (f"{count}  ", "strong")]
        room = self.size.width - cell_width(spans) - cell_width(due)
        return [*spans, (" " * room, ""), *due] if room >= 0 else spans

    def on_click(self, event: events.Click) -> None:
        tab = target_at(self._parts, event.x)
        if tab is not None:
            self.post_message(self.Selected(tab))


def _tab_parts(
    counts: dict[TabName, tuple[int, Level]], selected: TabName, gap: str
) -> Iterable[tuple[list[Span], TabName]]:
    """Return the spans of each tab, with `gap` behind it; the first one has a blank before it where there is room."""
    for number, (tab, (count, level)) in enumerate(counts.items(), 1):
        name = _("Decided") if tab == "decided" else tab_name(tab)
        if tab == selected:
            spans: list[Span] = [(f" {number} {name} {count} ", "lit")]
        else:
            mark = level_symbol(level) if count and level != "plain" else ""
            style = level_style(level) if mark else "dim"
            spans = [(f" {number} ", "cap"), (f"{name} ", ""), (f"{mark}{count} ", style)]
        yield [(gap[:1] if number == 1 else "", ""), *spans, (gap, "")], tab
