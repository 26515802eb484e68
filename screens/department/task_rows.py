"""The rows of a task's pages: its fields and materials, the other matters of the case, the history."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len

from clerk_app.locales import _
from clerk_app.views.case import HistoryRow, MaterialRow
from clerk_app.views.department import TaskView
from clerk_app.views.shared import Level
from screens.widgets.columns import ListRow
from screens.widgets.paint import fit, level_style, wrap


class RowCells(NamedTuple):
    """The cells of the two columns: labels and values."""

    label: int
    value: int


def own_rows(task: TaskView, cells: RowCells) -> Iterable[ListRow]:
    """Return the fields and materials of a task; labels and values are wrapped to their `cells`."""
    yield _heading_row("fields", _("Stated details"))
    for index, pair in enumerate(task.fields):
        yield from _wrapped_rows(f"field:{index}", pair.label, pair.value, cells)
    if not task.fields:
        yield ListRow("field:none", (_("Nothing is asked for this matter."),), full_width=True, dim=True)
    yield _heading_row("materials", _("Materials") + "   " + _("Enter opens one"))
    state = max((cell_len(row.state_name) for row in task.materials), default=0)
    for row in task.materials:
        parts = (fit(row.state_name, state), *_material_facts(row))
        yield from _packed_rows(f"material:{row.id}", row.name, parts, cells, row.level)
    if not task.materials:
        yield ListRow("material:", (_("No material is needed for this matter."),), full_width=True, dim=True)


def context_rows(task: TaskView, cells: RowCells) -> Iterable[ListRow]:
    """Return the other matters of a task's case and its history; labels and values are wrapped to their `cells`."""
    if task.siblings:
        yield _heading_row("siblings", _("Other matters of the case"))
    state = max((cell_len(row.state) for row in task.siblings), default=0)
    for row in task.siblings:
        parts = (fit(row.state, state), row.organ, row.reason)
        yield from _packed_rows(f"matter:{row.id}", row.name, parts, cells, row.level)
    yield _heading_row("history", _("History"))
    for index, entry in enumerate(task.history):
        yield from _wrapped_rows(f"history:{index}", history_label(entry), entry.action, cells, styles=("dim", ""))


def history_label(entry: HistoryRow) -> str:
    """Return time and actor of an entry of the history."""
    return f"{entry.at:%m-%d %H:%M}  {entry.actor}"


def _wrapped_rows(
    key: str, label: str, text: str, cells: RowCells, level: Level = "plain", styles: tuple[str, str] | None = None
) -> Iterable[ListRow]:
    """Return a row with label and text; text that does not fit in the second column continues in further rows."""
    yield from _continued_rows(key, wrap(label, cells.label), wrap(text, cells.value), level, styles or ("", ""))


def _packed_rows(key: str, label: str, parts: Iterable[str], cells: RowCells, level: Level) -> Iterable[ListRow]:
    """Return a row with several texts; a text that does not fit in the current line starts a new one."""
    lines: list[str] = [""]
    for part in filter(None, parts):
        joined = f"{lines[-1]}   {part}" if lines[-1] else part
        if cell_len(joined) <= cells.value:
            lines[-1] = joined
        else:
            first, *more = wrap(part, cells.value)
            lines += [first, *more] if lines[-1] else more
            lines[0] = lines[0] or first
    labels = wrap(label, cells.label)
    yield from _continued_rows(key, labels, lines, level, ("", "" if level == "good" else level_style(level)))


def _continued_rows(
    key: str, labels: list[str], lines: list[str], level: Level, styles: tuple[str, str]
) -> Iterable[ListRow]:
    pairs = list(zip_longest(labels, lines, fillvalue=""))
    yield ListRow(key, pairs[0], level, styles=styles)
    label_style = styles[0]
    yield from (ListRow(f"{key}:{index}", pair, styles=(label_style, "dim")) for index, pair in enumerate(pairs[1:]))


def _material_facts(row: MaterialRow) -> tuple[str, ...]:
    until = _("valid to {date}").format(date=row.valid_to) if row.valid_to else ""
    grade = _("grade {grade}").format(grade=row.grade) if row.grade else ""
    issued = _("issued on {day}").format(day=row.issued_on) if row.issued_on else ""
    return (row.reason, row.issuer, issued, until, row.freshness, grade)


def _heading_row(key: str, title: str) -> ListRow:
    return ListRow(key, (" " + title,), heading=True)
