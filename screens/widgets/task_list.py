"""A list of an organ's tasks, most urgent first, read page by page."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.locales import _
from clerk_app.views.department import TaskPage, TaskRow
from clerk_app.views.lists import ListQuery
from screens.widgets.columns import PAGE_SIZE, Column, ListRow
from screens.widgets.list_pages import NO_QUERY
from screens.widgets.paint import level_style
from screens.widgets.row_list import RowList


class TaskList(RowList):
    """The tasks of an organ. The cursor stays on the same task when the list is read again."""

    def __init__(
        self, *, id: str, empty: Callable[[], str], can_filter: bool = False, marks_rows: bool = False
    ) -> None:
        columns = [
            Column(lambda: _("Task"), 15, name="number"),
            Column(lambda: _("Matter"), 22, grow=3, name="matter"),
            Column(lambda: _("One thing"), 18, grow=1, priority=0),
            Column(lambda: _("State"), 12, grow=1, keep_whole=True, name="state"),
            Column(lambda: _("Time left"), 10, keep_whole=True, name="due"),
            Column(lambda: _("Promised"), 21, priority=0),
            Column(lambda: _("Held by"), 7, keep_whole=True, name="holder"),
        ]
        super().__init__(columns, id=id, empty=empty, can_filter=can_filter, marks_rows=marks_rows)
        self.tasks: dict[str, TaskRow] = {}
        self._shown_page: tuple[int, TaskPage, ListQuery] | None = None

    @property
    def page_offset(self) -> int:
        """The offset of the page that contains the cursor."""
        return self.cursor // PAGE_SIZE * PAGE_SIZE

    @property
    def current_task(self) -> TaskRow | None:
        """The task under the cursor, or None."""
        row = self.current_row
        return self.tasks.get(row.key) if row is not None else None

    @property
    def marked_tasks(self) -> tuple[TaskRow, ...]:
        """The marked tasks, in the order of the list."""
        return tuple(task for task in self.tasks.values() if task.id in self.marked)

    def clear_tasks(self) -> None:
        """Empty the list before another queue is shown."""
        self.cursor = 0
        self.tasks.clear()
        self.marked.clear()
        self._shown_page = None
        self.put_page(0, (), 0, replace=True, query=self.list_query)

    def show_page(self, offset: int, page: TaskPage, query: ListQuery = NO_QUERY) -> None:
        """Show `page` and discard all other pages, which are read again when they come into view.

        A page for another filter or order than the present one is dropped.
        """
        if (offset, page, query) != self._shown_page and query == self.list_query:
            self._shown_page = (offset, page, query)
            self.tasks.clear()
            self._put_tasks(offset, page, query, replace=True)

    def add_page(self, offset: int, page: TaskPage, query: ListQuery = NO_QUERY) -> None:
        """Add a page that came into view, unless it is for another filter or order."""
        if query == self.list_query:
            self._shown_page = None
            self._put_tasks(offset, page, query, replace=False)

    def _put_tasks(self, offset: int, page: TaskPage, query: ListQuery, *, replace: bool) -> None:
        self.tasks.update({row.id: row for row in page.rows})
        self.put_page(offset, [_list_row(row) for row in page.rows], page.total, replace=replace, query=query)


def _list_row(row: TaskRow) -> ListRow:
    cells = (row.number, row.matter, row.one_thing, row.state, row.remaining, row.due, row.holder)
    return ListRow(row.id, cells, row.urgency, styles=("strong", "", "dim", "", level_style(row.urgency), "dim", "dim"))
