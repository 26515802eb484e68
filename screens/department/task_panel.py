"""The panel of one task: its fields and materials, the other matters of the case with their states, the history."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.department import TaskView
from screens.department.decision_form import DecisionForm
from screens.department.preview import show_tracks
from screens.department.task_rows import RowCells, context_rows, history_label, own_rows
from screens.theme.panels import title_panel
from screens.theme.sizes import HUGE_COLUMNS, WIDE_COLUMNS
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Container, Horizontal, Vertical
from screens.widgets.paint import Line, TextBlock, flow, wrap
from screens.widgets.row_list import RowList
from screens.widgets.tracks import TrackChart

LABEL_CELLS = 20  # least cells of the first column
MATTER_ROOM = 40  # cells of number and time left in the frame


class PageRows(RowList):
    """A list whose rows are wrapped to its width."""

    class Resized(Message):
        """The list has another width."""

    width_for_rows = 0
    """Cells of a row, whether or not there is a scroll bar: otherwise wrapping and scroll bar would change in turn."""

    def on_resize(self) -> None:
        super().on_resize()
        before, self.width_for_rows = self.width_for_rows, self.region.width - self.gutter.width - 1
        if self.width_for_rows != before:
            self.post_message(self.Resized())


class TaskPanel(Horizontal):
    """The pages of a task, the case over time, and the decision form; Enter on a material opens the material.

    A narrow screen shows either the pages or the form; a wide one both, a huge one also the history apart.
    """

    BINDINGS = [
        Binding("pageup", "read(-1)", show=False),
        Binding("pagedown", "read(1)", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.shown_task: TaskView | None = None
        self._rows_of_list: dict[str, list[ListRow]] = {"own": [], "context": []}

    def compose(self) -> ComposeResult:
        with Container(id="left"):
            with Vertical(id="pages", classes="panel"):
                yield TextBlock(self._head, id="taskhead")
                yield PageRows([Column(str, LABEL_CELLS), Column(str, 20, grow=1)], id="own")
            with Vertical(id="course"):
                yield TrackChart(id="casetracks", classes="panel")
                context = PageRows([Column(str, LABEL_CELLS), Column(str, 20, grow=1)], id="context")
                context.add_class("panel")
                yield context
        yield DecisionForm(id="decision")

    @property
    def form(self) -> DecisionForm:
        """The decision form."""
        return self.query_one(DecisionForm)

    @property
    def own(self) -> PageRows:
        """The list of the task's own fields and materials."""
        return self.query_one("#own", PageRows)

    @property
    def lists(self) -> list[PageRows]:
        """The visible lists of the pages, in the order of reading."""
        return [rows for rows in self.query(PageRows) if rows.display]

    def show_task(self, task: TaskView | None) -> None:
        """Show a task. The cursor goes to the first line if this is not the task shown before."""
        different = (task.row.id if task else "") != (self.shown_task.row.id if self.shown_task else "")
        unchanged, self.shown_task = task == self.shown_task, task
        if different:
            self.remove_class("-deciding")
            for rows in self.query(PageRows):
                rows.cursor = 0
                rows.scroll_to(y=0, animate=False)
        self.form.show_task(task)
        if not unchanged:
            self._fill_lists()

    def material_at(self, row: ListRow) -> str:
        """Return the id of the material that a row shows, or an empty string if it shows something else."""
        kind, _colon, key = row.key.partition(":")
        return key.partition(":")[0] if kind == "material" else ""

    def enter_form(self, *, at_reasons: bool = False) -> None:
        """Move the focus into the form: to the acts, or to papers or reasons of the chosen act."""
        self.add_class("-deciding")
        self.screen.set_focus(self.form.stops[1] if at_reasons else self.form.acts)

    def leave_form(self) -> None:
        """Move the focus back to the pages."""
        self.form.editor.store_now()
        self.remove_class("-deciding")
        self.screen.set_focus(self.own)

    def on_descendant_focus(self) -> None:
        self.set_class(self.form.has_focus_within, "-deciding")

    def focus_next_part(self, by: int) -> None:
        """Move to the next part: fields, materials, other matters, history, tracks, form; only visible parts count."""
        narrow = self.app.size.width < WIDE_COLUMNS
        deciding = self.form.has_focus_within
        parts: list[tuple[Widget, int]] = []
        if not (narrow and deciding):
            parts += [(rows, start) for rows in self.lists for start in self._section_starts(rows)]
            parts += [(chart, 0) for chart in self.query(TrackChart) if _is_visible(chart, self)]
        if deciding or not narrow:
            parts += [(stop, 0) for stop in self.form.stops]
        current = 0
        for index, (part, start) in enumerate(parts):
            if part.has_focus and (not isinstance(part, PageRows) or start <= part.cursor):
                current = index
        if parts:
            part, start = parts[(current + by) % len(parts)]
            self.screen.set_focus(part)
            if isinstance(part, PageRows):
                part.move_to(self._rows_of_list[part.id or ""][start].key)
                part.scroll_to(y=start - 1, animate=False)

    def _fit_labels(self, rows: PageRows, task: TaskView) -> RowCells:
        """Make the first column as wide as its labels, if there is room; return the cells of both columns."""
        width = rows.width_for_rows
        labels = [pair.label for pair in task.fields] + [row.name for row in task.materials]
        labels += [row.name for row in task.siblings] + [history_label(entry) for entry in task.history]
        longest = max(map(cell_len, labels), default=0)
        cells = max(LABEL_CELLS, min(longest, width * 2 // 5))
        rows.columns = (Column(str, cells), Column(str, 20, grow=1))
        return RowCells(cells, max(8, width - cells - 6))

    def _section_starts(self, rows: PageRows) -> list[int]:
        """Return the index of the first row beneath each heading of a list."""
        shown = self._rows_of_list[rows.id or ""]
        return [index + 1 for index, row in enumerate(shown[:-1]) if row.heading]

    def on_page_rows_resized(self, message: PageRows.Resized) -> None:
        message.stop()
        self._fill_lists()

    def action_read(self, by: int) -> None:
        """Scroll the pages while the focus is in the form."""
        self.own.action_page(by)

    def _fill_lists(self) -> None:
        task = self.shown_task
        self.query_one("#taskhead", TextBlock).refresh(layout=True)
        own, context, chart = self.own, self.query_one("#context", PageRows), self.query_one(TrackChart)
        width, tracks = self.app.size.width, task.tracks if task is not None else None
        self.query_one("#course").display = width >= HUGE_COLUMNS or (width >= WIDE_COLUMNS and tracks is not None)
        context.display = width >= HUGE_COLUMNS
        if (context.has_focus and not context.display) or (chart.has_focus and not _is_visible(chart, self)):
            self.screen.set_focus(own)
        if task is None or own.width_for_rows <= 0:
            return
        row = task.row
        title_panel(self.query_one("#pages"), f"{row.number}  {row.matter}", state=row.remaining, level=row.urgency)
        show_tracks(chart, task)
        title_panel(context, _("Case and history"), count=len(task.history))
        beside = context if context.display else own
        left = list(own_rows(task, self._fit_labels(own, task)))
        right = list(context_rows(task, self._fit_labels(beside, task)))
        self._rows_of_list = (
            {"own": left, "context": right} if context.display else {"own": left + right, "context": []}
        )
        own.show_rows(self._rows_of_list["own"])
        context.show_rows(self._rows_of_list["context"])

    def _head(self, width: int) -> Iterable[Line]:
        task = self.shown_task
        if task is None:
            return
        row = task.row
        if cell_len(row.matter) > width - MATTER_ROOM:  # the frame cuts it
            yield from ([(line, "strong")] for line in wrap(row.matter, width))
        dates = _("promised {promised}, statutory {statutory}").format(promised=task.promised, statutory=task.statutory)
        lines = flow([(task.applicant, "strong"), (row.one_thing, ""), (dates, ""), *_lease_spans(task)], width)
        yield from lines


def _lease_spans(task: TaskView) -> Line:
    if not task.actions:
        return [("x " + _("You do not hold this task now."), "bad")]
    if task.lease_until is None:
        return ()
    if task.lease_over:
        at = task.lease_until.strftime("%m-%d %H:%M")
        return [("! " + _("hold ended {time}; others can take it").format(time=at), "warn")]
    return [(_("yours until {time}").format(time=task.lease_until.strftime("%H:%M")), "dim")]


def _is_visible(part: Widget, panel: Widget) -> bool:
    return all(node.display for node in part.ancestors_with_self if isinstance(node, Widget) and node is not panel)
