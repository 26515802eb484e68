"""One task on the screen: its own fields and materials, how the other matters of the case stand, what happened."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from clerk_app.desk import Level, MaterialRow, TaskView
from clerk_app.locales import _
from screens.role import WIDE
from screens.widgets.paint import Line, Painted, fit, mark_of, role_of, wrap
from screens.widgets.rows import Column, ListRow, RowList

LABEL = 26  # cells of the first column


class TaskPanel(Vertical):
    """A heading and rows to read; Enter on a material opens it. A wide screen shows what is around it at the right."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.shown: TaskView | None = None
        self._lines: dict[str, list[ListRow]] = {"own": [], "around": []}

    def compose(self) -> ComposeResult:
        yield Painted(self._head, id="taskhead")
        with Horizontal(id="taskrows"):
            yield RowList([Column(str, LABEL), Column(str, 20, grow=1)], id="own")
            yield RowList([Column(str, LABEL), Column(str, 20, grow=1)], id="around")

    @property
    def lists(self) -> list[RowList]:
        """The lists that are shown, from left to right."""
        return [rows for rows in self.query(RowList) if rows.display]

    def tell(self, task: TaskView | None) -> None:
        """Show a task; another one begins at its first line."""
        another = (task.row.id if task else "") != (self.shown.row.id if self.shown else "")
        same, self.shown = task == self.shown, task
        if another:
            for rows in self.query(RowList):
                rows.cursor = 0
                rows.scroll_to(y=0, animate=False)
        if not same:
            self._show()

    def material_at(self, row: ListRow) -> str:
        """The material that a row belongs to, or nothing."""
        kind, _colon, key = row.key.partition(":")
        return key.partition(":")[0] if kind == "material" else ""

    def next_part(self, by: int) -> None:
        """The cursor to the first line of the next part: fields, materials, other matters, history."""
        starts = [(rows, at) for rows in self.lists for at in _starts(self._lines[rows.id or ""])]
        here = 0
        for at, (rows, start) in enumerate(starts):
            if rows.has_focus and start <= rows.cursor:
                here = at
        if starts:
            rows, start = starts[(here + by) % len(starts)]
            self.screen.set_focus(rows)
            rows.go_to(self._lines[rows.id or ""][start].key)
            rows.scroll_to(y=start - 1, animate=False)

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        self.query_one("#taskhead", Painted).refresh(layout=True)
        own, around = self.query_one("#own", RowList), self.query_one("#around", RowList)
        wide = self.app.size.width >= WIDE
        around.display = wide
        if not wide and around.has_focus:
            self.screen.set_focus(own)
        task = self.shown
        if task is None or not self.size.width:
            return
        width = self.size.width // 2 if wide else self.size.width
        left, right = list(_own(task, width - LABEL - 6)), list(_around(task, width - LABEL - 6))
        self._lines = {"own": left, "around": right} if wide else {"own": left + right, "around": []}
        own.show_rows(self._lines["own"])
        around.show_rows(self._lines["around"])

    def _head(self, width: int) -> Iterable[Line]:
        task = self.shown
        if task is None:
            return
        row = task.row
        yield [(row.number + "  ", "title"), (fit(row.matter, max(0, width - 18)), "strong")]
        level: Level = row.urgency
        dates = _("promised {promised}, statutory {statutory}").format(promised=task.promised, statutory=task.statutory)
        yield [(f"{mark_of(level)} {row.remaining}", role_of(level) or "strong"), ("   " + dates, "")]
        yield [(f"{row.one_thing}   {task.applicant}   ", ""), *_lease(task)]


def _lease(task: TaskView) -> Line:
    if not task.acts:
        return [("x " + _("You do not hold this task now."), "bad")]
    if task.lease_until is None:
        return ()
    return [(_("yours until {time}").format(time=task.lease_until.strftime("%H:%M")), "dim")]


def _own(task: TaskView, width: int) -> Iterable[ListRow]:
    yield _heading("fields", _("What was stated"))
    for at, pair in enumerate(task.fields):
        yield from _folded(f"field:{at}", pair.label, pair.value, width)
    if not task.fields:
        yield ListRow("field:none", (_("Nothing is asked for this matter."),), across=True, dim=True)
    yield _heading("materials", _("Materials") + "   " + _("Enter opens one"))
    state = max((cell_len(row.state_name) for row in task.materials), default=0)
    for row in task.materials:
        parts = (fit(row.state_name, state), *_known(row))
        yield from _listed(f"material:{row.id}", row.name, parts, width, row.level)
    if not task.materials:
        yield ListRow("material:", (_("No material is needed for this matter."),), across=True, dim=True)


def _around(task: TaskView, width: int) -> Iterable[ListRow]:
    if task.siblings:
        yield _heading("siblings", _("Other matters of the case"))
    state = max((cell_len(row.state) for row in task.siblings), default=0)
    for row in task.siblings:
        parts = (fit(row.state, state), row.organ, row.reason)
        yield from _listed(f"matter:{row.id}", row.name, parts, width, row.level)
    yield _heading("history", _("History"))
    for at, entry in enumerate(task.history):
        who = f"{entry.at.strftime('%m-%d %H:%M')}  {entry.who}"
        yield from _folded(f"history:{at}", who, entry.what, width, roles=("dim", ""))


def _folded(
    key: str, label: str, text: str, width: int, level: Level = "plain", roles: tuple[str, str] | None = None
) -> Iterable[ListRow]:
    """A row; what does not fit in its second column goes on beneath."""
    yield from _beneath(key, label, wrap(text, width), level, roles or ("", ""))


def _listed(key: str, label: str, parts: Iterable[str], width: int, level: Level) -> Iterable[ListRow]:
    """A row of several pieces of knowledge; a piece that does not fit stands on the next line as a whole."""
    lines: list[str] = [""]
    for part in filter(None, parts):
        together = f"{lines[-1]}   {part}" if lines[-1] else part
        if cell_len(together) <= width:
            lines[-1] = together
        else:
            first, *more = wrap(part, width)
            lines += [first, *more] if lines[-1] else more
            lines[0] = lines[0] or first
    yield from _beneath(key, label, lines, level, ("", "" if level == "good" else role_of(level)))


def _beneath(key: str, label: str, lines: list[str], level: Level, roles: tuple[str, str]) -> Iterable[ListRow]:
    first, *more = lines
    yield ListRow(key, (label, first), level, roles=roles)
    yield from (ListRow(f"{key}:{at}", ("", line), roles=("", "dim")) for at, line in enumerate(more))


def _known(row: MaterialRow) -> tuple[str, ...]:
    until = _("valid to {date}").format(date=row.valid_to) if row.valid_to else ""
    grade = _("grade {grade}").format(grade=row.grade) if row.grade else ""
    return (row.why, row.issuer, until, row.freshness, grade)


def _heading(key: str, title: str) -> ListRow:
    return ListRow(key, (" " + title,), heading=True)


def _starts(rows: list[ListRow]) -> list[int]:
    """Where the parts begin: the first row beneath each heading."""
    return [at + 1 for at, row in enumerate(rows[:-1]) if row.heading]
