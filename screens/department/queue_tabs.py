"""The tabs above the queue: one for each filter of the queue, with its count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from textual import events
from textual.message import Message

from clerk_app.locales import _
from clerk_app.views.department import DepartmentView
from clerk_app.views.shared import Level
from screens.widgets.paint import Line, Span, cell_width, level_style, level_symbol
from screens.widgets.status_lines import SingleLine

QueueFilter = Literal["open", "mine", "overdue", "returned"]
QUEUE_FILTERS: tuple[QueueFilter, ...] = get_args(QueueFilter)


class QueueTabs(SingleLine):
    """The filters of the queue, each with the digit that selects it and its number of tasks."""

    DEFAULT_CSS = "QueueTabs { background: $sheet; }"

    @dataclass
    class Selected(Message):
        """A tab was clicked."""

        queue_filter: QueueFilter

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: DepartmentView | None = None
        self._queue_filter: QueueFilter = "open"
        self._ends: list[int] = []

    def show_counts(self, view: DepartmentView, queue_filter: QueueFilter) -> None:
        """Show the counts, with `queue_filter` selected."""
        self._view, self._queue_filter = view, queue_filter
        self.refresh()

    def spans(self) -> Line:
        view = self._view
        if view is None:
            return ()
        shown: dict[QueueFilter, tuple[str, int, Level]] = {
            "open": (_("All open"), view.open_tasks, "plain"),
            "mine": (_("Mine"), view.held, "plain"),
            "overdue": (_("Overdue"), view.overdue, "bad"),
            "returned": (_("Waiting for papers"), view.returned, "warn"),
        }
        spans: list[Span] = [(" ", "")]
        self._ends = []
        for index, queue_filter in enumerate(QUEUE_FILTERS):
            name, count, level = shown[queue_filter]
            if queue_filter == self._queue_filter:
                spans.append((f" {index + 1} {name} {count} ", "lit"))
            else:
                mark = level_symbol(level) if count and level != "plain" else ""
                spans += [
                    (f" {index + 1} ", "cap"),
                    (f"{name} ", ""),
                    (f"{mark}{count} ", level_style(level) if mark else "dim"),
                ]
            spans.append(("  ", ""))
            self._ends.append(cell_width(spans))
        hint: list[Span] = [("Enter ", "cap"), (_("takes the task"), "dim"), (" ", "")]
        room = self.size.width - cell_width(spans) - cell_width(hint)
        return [*spans, (" " * room, ""), *hint] if room >= 0 else spans

    def on_click(self, event: events.Click) -> None:
        for index, end in enumerate(self._ends):
            if event.x < end:
                self.post_message(self.Selected(QUEUE_FILTERS[index]))
                return
