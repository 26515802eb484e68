"""An organ's queue as a list: tasks most urgent first, read by pages; and the views of it with their counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from textual import events
from textual.message import Message

from clerk_app.desk import DepartmentView, Level, TaskPage, TaskRow
from clerk_app.locales import _
from screens.widgets.paint import Line, Part, mark_of, role_of, width_of
from screens.widgets.rows import PAGE, Column, ListRow, RowList
from screens.widgets.status import OneLine

Which = Literal["open", "mine", "overdue", "returned"]
WHICH: tuple[Which, ...] = get_args(Which)


class TaskList(RowList):
    """Tasks of an organ. The cursor stays on its task when the list is read anew."""

    def __init__(self, *, id: str, empty: Callable[[], str]) -> None:
        columns = [
            Column(lambda: _("Task"), 15),
            Column(lambda: _("Matter"), 22, grow=3),
            Column(lambda: _("One thing"), 18, grow=1, need=0),
            Column(lambda: _("State"), 12, grow=1, whole=True),
            Column(lambda: _("Time left"), 13, whole=True),
            Column(lambda: _("Promised"), 21, need=0),
            Column(lambda: _("Held by"), 8),
        ]
        super().__init__(columns, id=id, empty=empty)
        self.tasks: dict[str, TaskRow] = {}
        self._told: tuple[int, TaskPage] | None = None

    @property
    def page_here(self) -> int:
        """Where the page under the cursor begins."""
        return self.cursor // PAGE * PAGE

    @property
    def chosen(self) -> TaskRow | None:
        """The task under the cursor."""
        row = self.row
        return self.tasks.get(row.key) if row is not None else None

    def start_anew(self) -> None:
        """Another queue is going to be shown."""
        self.cursor = 0
        self.tasks.clear()
        self._told = None
        self.put_page(0, (), 0, anew=True)

    def tell(self, offset: int, page: TaskPage) -> None:
        """The page under the cursor, read again: what was read of the others is read again when it comes into view."""
        if (offset, page) != self._told:
            self._told = (offset, page)
            self.tasks.clear()
            self._take(offset, page, anew=True)

    def tell_more(self, offset: int, page: TaskPage) -> None:
        """A page that came into view."""
        self._told = None
        self._take(offset, page, anew=False)

    def _take(self, offset: int, page: TaskPage, *, anew: bool) -> None:
        self.tasks.update({row.id: row for row in page.rows})
        self.put_page(offset, [_task_line(row) for row in page.rows], page.total, anew=anew)


def _task_line(row: TaskRow) -> ListRow:
    cells = (row.number, row.matter, row.one_thing, row.state, row.remaining, row.due, row.holder)
    return ListRow(row.id, cells, row.urgency, roles=("strong", "", "dim", "", role_of(row.urgency), "dim", "dim"))


class Views(OneLine):
    """The views of the queue, each with its digit and how many tasks stand in it."""

    DEFAULT_CSS = "Views { background: $sheet; }"

    @dataclass
    class Picked(Message):
        """Someone clicked a view."""

        which: Which

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._view: DepartmentView | None = None
        self._which: Which = "open"
        self._ends: list[int] = []

    def tell(self, view: DepartmentView, which: Which) -> None:
        """Show the counts; `which` is open."""
        self._view, self._which = view, which
        self.refresh()

    def parts(self) -> Line:
        view = self._view
        if view is None:
            return ()
        shown: dict[Which, tuple[str, int, Level]] = {
            "open": (_("All open"), view.pooled, "plain"),
            "mine": (_("Mine"), view.mine, "plain"),
            "overdue": (_("Overdue"), view.overdue, "bad"),
            "returned": (_("Waiting for papers"), view.returned, "warn"),
        }
        parts: list[Part] = [(" ", "")]
        self._ends = []
        for at, which in enumerate(WHICH):
            name, count, level = shown[which]
            if which == self._which:
                parts.append((f" {at + 1} {name} {count} ", "lit"))
            else:
                mark = mark_of(level) if count and level != "plain" else ""
                parts += [
                    (f" {at + 1} ", "cap"),
                    (f"{name} ", ""),
                    (f"{mark}{count} ", role_of(level) if mark else "dim"),
                ]
            parts.append(("  ", ""))
            self._ends.append(width_of(parts))
        hint: list[Part] = [("Enter ", "cap"), (_("takes the task"), "dim"), (" ", "")]
        room = self.size.width - width_of(parts) - width_of(hint)
        return [*parts, (" " * room, ""), *hint] if room >= 0 else parts

    def on_click(self, event: events.Click) -> None:
        for at, end in enumerate(self._ends):
            if event.x < end:
                self.post_message(self.Picked(WHICH[at]))
                return
