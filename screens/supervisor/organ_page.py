"""The tasks of one organ, with the details of the task under the cursor."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.department import TaskRow
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import QueueRow
from screens.supervisor.task_acts import task_acts
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, level_style, level_symbol, wrap
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText
from screens.widgets.task_list import TaskList


class OrganPage(Horizontal):
    """The list of tasks; a wide screen has the details at its right."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._shown: TaskRow | None = None

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="organ-panel", classes="panel"):
            yield TaskList(
                id="tasks",
                empty=lambda: _("This queue is empty. Esc goes back to the overview."),
                can_filter=True,
                marks_rows=True,
            )
        yield ScrollingText(self._detail_lines, id="task-details", classes="panel")

    @property
    def tasks(self) -> TaskList:
        """The list."""
        return self.query_one(TaskList)

    def show_organ(self, row: QueueRow | None) -> None:
        """Write the figures of the organ into the frame, and the details of the current task."""
        if row is None:
            return
        panel, details = self.query_one("#organ-panel"), self.query_one("#task-details", ScrollingText)
        counts = _("{count} in the queue, {taken} taken, {returned} wait for papers").format(
            count=row.length, taken=row.claimed, returned=row.returned
        )
        late = _("{count} overdue").format(count=row.overdue)
        level: Level = "bad" if row.overdue else "plain"
        title_panel(panel, row.name, state=f"{late}  {counts}" if row.overdue else counts, level=level)
        show_panel_keys(panel, _("Enter releases or reassigns  Space marks  / filter  s sort  Esc goes back"))
        title_panel(details, _("Task"))
        self._show_details()

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        message.stop()
        self._show_details()

    def _show_details(self) -> None:
        if self.tasks.current_task != self._shown:
            self._shown = self.tasks.current_task
            self.query_one("#task-details", ScrollingText).reload()

    def _detail_lines(self, width: int) -> Iterable[Line]:
        task = self._shown
        if task is None:
            return
        style = level_style(task.urgency)
        yield [(task.number, "title")]
        yield from ([(line, "strong")] for line in wrap(task.matter, width))
        yield []
        facts = (
            (_("One thing"), task.one_thing, ""),
            (_("State"), task.state, ""),
            (_("Time left"), f"{level_symbol(task.urgency)} {task.remaining}".strip(), style),
            (_("Promised"), task.due, ""),
            (_("Held by"), task.holder or _("nobody"), ""),
        )
        cells = max(cell_len(label) for label, _value, _style in facts)
        for label, value, value_style in filter(_has_value, facts):
            yield from labelled_lines(label, value, width, cells, gap=2, style=value_style)
        yield []
        yield [(_("What can be done (Enter)"), "title")]
        for act in task_acts(task):
            yield from ([(line, "")] for line in wrap(f"{act.key} {act.name}", width))


def _has_value(fact: tuple[str, str, str]) -> bool:
    """Return whether a fact is known: a task whose clock is stopped has no due date."""
    return bool(fact[1])
