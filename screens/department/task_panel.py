"""The panel of one task: its fields and materials, the other matters of the case with their states, the history."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from clerk_app.locales import _
from clerk_app.views.case import MaterialRow
from clerk_app.views.department import TaskView
from clerk_app.views.shared import Level
from screens.theme.sizes import WIDE_COLUMNS
from screens.widgets.columns import Column, ListRow
from screens.widgets.paint import Line, TextBlock, fit, flow, level_style, level_symbol, wrap
from screens.widgets.row_list import RowList

LABEL_CELLS = 26  # cells of the first column


class TaskPanel(Vertical):
    """Shows a task as a heading and rows; Enter on a material opens the material.

    A wide screen shows the other matters and the history in a second list at the right.
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.shown_task: TaskView | None = None
        self._rows_of_list: dict[str, list[ListRow]] = {"own": [], "siblings": []}

    def compose(self) -> ComposeResult:
        yield TextBlock(self._head, id="taskhead")
        with Horizontal(id="taskrows"):
            yield RowList([Column(str, LABEL_CELLS), Column(str, 20, grow=1)], id="own")
            yield RowList([Column(str, LABEL_CELLS), Column(str, 20, grow=1)], id="siblings")

    @property
    def lists(self) -> list[RowList]:
        """The visible lists, from left to right."""
        return [rows for rows in self.query(RowList) if rows.display]

    def show_task(self, task: TaskView | None) -> None:
        """Show a task. The cursor goes to the first line if this is not the task shown before."""
        different = (task.row.id if task else "") != (self.shown_task.row.id if self.shown_task else "")
        unchanged, self.shown_task = task == self.shown_task, task
        if different:
            for rows in self.query(RowList):
                rows.cursor = 0
                rows.scroll_to(y=0, animate=False)
        if not unchanged:
            self._fill_lists()

    def material_at(self, row: ListRow) -> str:
        """Return the id of the material that a row shows, or an empty string if it shows something else."""
        kind, _colon, key = row.key.partition(":")
        return key.partition(":")[0] if kind == "material" else ""

    def focus_next_section(self, by: int) -> None:
        """Move the cursor to the first line of the next section: fields, materials, other matters, history."""
        starts = [(rows, index) for rows in self.lists for index in _section_starts(self._rows_of_list[rows.id or ""])]
        current = 0
        for index, (rows, start) in enumerate(starts):
            if rows.has_focus and start <= rows.cursor:
                current = index
        if starts:
            rows, start = starts[(current + by) % len(starts)]
            self.screen.set_focus(rows)
            rows.move_to(self._rows_of_list[rows.id or ""][start].key)
            rows.scroll_to(y=start - 1, animate=False)

    def on_resize(self) -> None:
        self._fill_lists()

    def _fill_lists(self) -> None:
        self.query_one("#taskhead", TextBlock).refresh(layout=True)
        own, around = self.query_one("#own", RowList), self.query_one("#siblings", RowList)
        wide = self.app.size.width >= WIDE_COLUMNS
        around.display = wide
        if not wide and around.has_focus:
            self.screen.set_focus(own)
        task = self.shown_task
        if task is None or not self.size.width:
            return
        width = self.size.width // 2 if wide else self.size.width
        left, right = list(_own_rows(task, width - LABEL_CELLS - 6)), list(_context_rows(task, width - LABEL_CELLS - 6))
        self._rows_of_list = {"own": left, "siblings": right} if wide else {"own": left + right, "siblings": []}
        own.show_rows(self._rows_of_list["own"])
        around.show_rows(self._rows_of_list["siblings"])

    def _head(self, width: int) -> Iterable[Line]:
        task = self.shown_task
        if task is None:
            return
        row = task.row
        yield [(row.number + "  ", "title"), (fit(row.matter, max(0, width - 18)), "strong")]
        level: Level = row.urgency
        dates = _("promised {promised}, statutory {statutory}").format(promised=task.promised, statutory=task.statutory)
        yield from flow(
            [(f"{level_symbol(level)} {row.remaining}", level_style(level) or "strong"), (dates, "")], width
        )
        yield from flow([(row.one_thing, ""), (task.applicant, ""), *_lease_spans(task)], width)


def _lease_spans(task: TaskView) -> Line:
    if not task.actions:
        return [("x " + _("You do not hold this task now."), "bad")]
    if task.lease_until is None:
        return ()
    if task.lease_over:
        at = task.lease_until.strftime("%m-%d %H:%M")
        return [("! " + _("hold ended {time}; others can take it").format(time=at), "warn")]
    return [(_("yours until {time}").format(time=task.lease_until.strftime("%H:%M")), "dim")]


def _own_rows(task: TaskView, width: int) -> Iterable[ListRow]:
    yield _heading_row("fields", _("Stated details"))
    for index, pair in enumerate(task.fields):
        yield from _wrapped_rows(f"field:{index}", pair.label, pair.value, width)
    if not task.fields:
        yield ListRow("field:none", (_("Nothing is asked for this matter."),), full_width=True, dim=True)
    yield _heading_row("materials", _("Materials") + "   " + _("Enter opens one"))
    state = max((cell_len(row.state_name) for row in task.materials), default=0)
    for row in task.materials:
        parts = (fit(row.state_name, state), *_material_facts(row))
        yield from _packed_rows(f"material:{row.id}", row.name, parts, width, row.level)
    if not task.materials:
        yield ListRow("material:", (_("No material is needed for this matter."),), full_width=True, dim=True)


def _context_rows(task: TaskView, width: int) -> Iterable[ListRow]:
    if task.siblings:
        yield _heading_row("siblings", _("Other matters of the case"))
    state = max((cell_len(row.state) for row in task.siblings), default=0)
    for row in task.siblings:
        parts = (fit(row.state, state), row.organ, row.reason)
        yield from _packed_rows(f"matter:{row.id}", row.name, parts, width, row.level)
    yield _heading_row("history", _("History"))
    for index, entry in enumerate(task.history):
        who = f"{entry.at.strftime('%m-%d %H:%M')}  {entry.actor}"
        yield from _wrapped_rows(f"history:{index}", who, entry.action, width, styles=("dim", ""))


def _wrapped_rows(
    key: str, label: str, text: str, width: int, level: Level = "plain", styles: tuple[str, str] | None = None
) -> Iterable[ListRow]:
    """Return a row with label and text; text that does not fit in the second column continues in further rows."""
    yield from _continued_rows(key, label, wrap(text, width), level, styles or ("", ""))


def _packed_rows(key: str, label: str, parts: Iterable[str], width: int, level: Level) -> Iterable[ListRow]:
    """Return a row with several texts; a text that does not fit in the current line starts a new one."""
    lines: list[str] = [""]
    for part in filter(None, parts):
        joined = f"{lines[-1]}   {part}" if lines[-1] else part
        if cell_len(joined) <= width:
            lines[-1] = joined
        else:
            first, *more = wrap(part, width)
            lines += [first, *more] if lines[-1] else more
            lines[0] = lines[0] or first
    yield from _continued_rows(key, label, lines, level, ("", "" if level == "good" else level_style(level)))


def _continued_rows(key: str, label: str, lines: list[str], level: Level, styles: tuple[str, str]) -> Iterable[ListRow]:
    first, *more = lines
    yield ListRow(key, (label, first), level, styles=styles)
    yield from (ListRow(f"{key}:{index}", ("", line), styles=("", "dim")) for index, line in enumerate(more))


def _material_facts(row: MaterialRow) -> tuple[str, ...]:
    until = _("valid to {date}").format(date=row.valid_to) if row.valid_to else ""
    grade = _("grade {grade}").format(grade=row.grade) if row.grade else ""
    return (row.reason, row.issuer, until, row.freshness, grade)


def _heading_row(key: str, title: str) -> ListRow:
    return ListRow(key, (" " + title,), heading=True)


def _section_starts(rows: list[ListRow]) -> list[int]:
    """Return the index of the first row beneath each heading."""
    return [index + 1 for index, row in enumerate(rows[:-1]) if row.heading]
