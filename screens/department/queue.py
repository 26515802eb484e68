"""An organ's queue as a list: tasks most urgent first, read by pages; and the views of it with their counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from textual import events
from textual.message import Message

from clerk_app.locales import _
from clerk_app.views import DepartmentView, Level, TaskPage, TaskRow
from screens.widgets.paint import Line, Span, cell_width, level_style, level_symbol
from screens.widgets.row_list import PAGE_SIZE, Column, ListRow, RowList
from screens.widgets.status_lines import SingleLine

QueueFilter = Literal["open", "mine", "overdue", "returned"]
QUEUE_FILTERS: tuple[QueueFilter, ...] = get_args(QueueFilter)


class TaskList(RowList):
    """Tasks of an organ. The cursor stays on its task when the list is read anew."""

    def __init__(self, *, id: str, empty: Callable[[], str]) -> None:
        columns = [
            Column(lambda: _("Task"), 15),
            Column(lambda: _("Matter"), 22, grow=3),
            Column(lambda: _("One thing"), 18, grow=1, priority=0),
            Column(lambda: _("State"), 12, grow=1, keep_whole=True),
            Column(lambda: _("Time left"), 13, keep_whole=True),
            Column(lambda: _("Promised"), 21, priority=0),
            Column(lambda: _("Held by"), 8),
        ]
        super().__init__(columns, id=id, empty=empty)
        self.tasks: dict[str, TaskRow] = {}
        self._shown_page: tuple[int, TaskPage] | None = None

    @property
    def page_offset(self) -> int:
        """Where the page under the cursor begins."""
        return self.cursor // PAGE_SIZE * PAGE_SIZE

    @property
    def current_task(self) -> TaskRow | None:
        """The task under the cursor."""
        row = self.current_row
        return self.tasks.get(row.key) if row is not None else None

    def clear_tasks(self) -> None:
        """Another queue is going to be shown."""
        self.cursor = 0
        self.tasks.clear()
        self._shown_page = None
        self.put_page(0, (), 0, replace=True)

    def show_page(self, offset: int, page: TaskPage) -> None:
        """The page under the cursor, read again: what was read of the others is read again when it comes into view."""
        if (offset, page) != self._shown_page:
            self._shown_page = (offset, page)
            self.tasks.clear()
            self._put_tasks(offset, page, replace=True)

    def add_page(self, offset: int, page: TaskPage) -> None:
        """A page that came into view."""
        self._shown_page = None
        self._put_tasks(offset, page, replace=False)

    def _put_tasks(self, offset: int, page: TaskPage, *, replace: bool) -> None:
        self.tasks.update({row.id: row for row in page.rows})
        self.put_page(offset, [_list_row(row) for row in page.rows], page.total, replace=replace)


def _list_row(row: TaskRow) -> ListRow:
    cells = (row.number, row.matter, row.one_thing, row.state, row.remaining, row.due, row.holder)
    return ListRow(row.id, cells, row.urgency, styles=("strong", "", "dim", "", level_style(row.urgency), "dim", "dim"))


class QueueTabs(SingleLine):
    """The views of the queue, each with its digit and how many tasks stand in it."""

    DEFAULT_CSS = "QueueTabs { background: $sheet; }"

    @dataclass
    class Selected(Message):
        """Someone clicked a view."""

        queue_filter: QueueFilter

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: DepartmentView | None = None
        self._queue_filter: QueueFilter = "open"
        self._ends: list[int] = []

    def show_counts(self, view: DepartmentView, queue_filter: QueueFilter) -> None:
        """Show the counts; `which` is open."""
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
        parts: list[Span] = [(" ", "")]
        self._ends = []
        for at, which in enumerate(QUEUE_FILTERS):
            name, count, level = shown[which]
            if which == self._queue_filter:
                parts.append((f" {at + 1} {name} {count} ", "lit"))
            else:
                mark = level_symbol(level) if count and level != "plain" else ""
                parts += [
                    (f" {at + 1} ", "cap"),
                    (f"{name} ", ""),
                    (f"{mark}{count} ", level_style(level) if mark else "dim"),
                ]
            parts.append(("  ", ""))
            self._ends.append(cell_width(parts))
        hint: list[Span] = [("Enter ", "cap"), (_("takes the task"), "dim"), (" ", "")]
        room = self.size.width - cell_width(parts) - cell_width(hint)
        return [*parts, (" " * room, ""), *hint] if room >= 0 else parts

    def on_click(self, event: events.Click) -> None:
        for at, end in enumerate(self._ends):
            if event.x < end:
                self.post_message(self.Selected(QUEUE_FILTERS[at]))
                return
