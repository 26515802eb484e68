"""The lists of the supervisor's board: ticket categories, departments, alerts and events, with the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from rich.cells import cell_len
from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.hall import HallEvent
from clerk_app.views.plots import DayPlot
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import Alert, CategoryRow, QueueRow, SupervisorView
from screens.supervisor.alert_strip import place_key
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.paint import level_style
from screens.widgets.plot import spark
from screens.widgets.row_list import RowList

_RANKS: dict[Level, int] = {"bad": 0, "warn": 1, "good": 2, "plain": 3}
NAME_FIRST = 2  # priority of a column of names, which is as wide as its longest name
WAIT_QUARTERS, LOAD_HOURS = 8, 10  # intervals of the two rows of blocks


class ListPanel(Vertical):
    """A list in a frame. Its rows are painted again only when they have changed."""

    def __init__(self, columns: Sequence[Column], empty: Callable[[], str], *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.rows = RowList(columns, id=f"{id}-rows", empty=empty)
        self._rows: list[ListRow] = []

    def compose(self) -> ComposeResult:
        yield self.rows

    def show_rows(self, rows: Iterable[ListRow]) -> None:
        """Show these rows; names in the first column are not cut while other columns can give way."""
        new_rows = list(rows)
        if new_rows != self._rows:
            self._rows = new_rows
            longest = max((cell_len(row.cells[0]) for row in new_rows), default=0)
            first, *others = self.rows.columns
            if first.priority == NAME_FIRST and first.width != longest:
                self.rows.columns = (replace(first, width=longest), *others)
            self.rows.show_rows(new_rows)


def category_columns() -> list[Column]:
    """Return the columns of the ticket categories."""
    return [
        Column(lambda: _("Category"), 12, priority=NAME_FIRST),
        Column(lambda: _("Wait"), 4, align_right=True),
        Column(lambda: _("Longest"), 8, align_right=True, keep_whole=True),
        Column(lambda: _("Estimate"), 9, keep_whole=True),
        Column(lambda: _("Served"), 6, align_right=True),
        Column(lambda: _("Windows"), 7, align_right=True),
        Column(lambda: _("Last 2 hours"), 12, grow=1, priority=0),
    ]


def category_rows(view: SupervisorView) -> list[ListRow]:
    """Return the rows of the ticket categories, the worst first."""
    plots = view.plots.categories if view.plots is not None else None
    return [
        _category_row(row, _spark(plots, row.id, WAIT_QUARTERS))
        for row in sorted(view.hall, key=lambda row: _RANKS[row.level])
    ]


def _category_row(row: CategoryRow, history: str) -> ListRow:
    words: dict[Level, str] = {"good": _("short"), "warn": _("long"), "bad": _("too long"), "plain": _("quiet")}
    outlook = words[row.level] if row.has_window else _("no window")
    if row.has_window and row.waiting and row.wait[1]:  # better than a word: what somebody who comes now can expect
        outlook = _("{low}-{high} min").format(low=row.wait[0], high=row.wait[1])
    windows = f"{row.open_windows}/{row.windows}"
    cells = (row.name, str(row.waiting), row.longest, outlook, str(row.served), windows, history)
    colour = level_style(row.level)
    return ListRow(row.id, cells, row.level, styles=("strong", "", "", colour, "", "dim", "mark"))


def department_columns() -> list[Column]:
    """Return the columns of the departments."""
    return [
        Column(lambda: _("Organ"), 12, priority=NAME_FIRST),
        Column(lambda: _("Queue"), 5, align_right=True),
        Column(lambda: _("Oldest"), 6, align_right=True, keep_whole=True),
        Column(lambda: _("Soon"), 4, align_right=True),
        Column(lambda: _("Late"), 4, align_right=True),
        Column(lambda: _("Taken"), 5, align_right=True),
        Column(lambda: _("Returned"), 8, align_right=True),
        Column(lambda: _("Outlook"), 8, keep_whole=True),
        Column(lambda: _("Load today"), 10, grow=1, priority=0),
    ]


def department_rows(view: SupervisorView) -> list[ListRow]:
    """Return the rows of the departments, the worst first."""
    plots = view.plots.organs if view.plots is not None else None
    return [
        _queue_row(row, _spark(plots, row.organ, LOAD_HOURS))
        for row in sorted(view.queues, key=lambda row: _RANKS[row.level])
    ]


def _queue_row(row: QueueRow, load: str) -> ListRow:
    words: dict[Level, str] = {
        "good": _("in time"), "warn": _("due soon"), "bad": _("overdue"), "plain": _("quiet"),
    }  # fmt: skip
    counts = (str(row.length), row.oldest, _count_text(row.due_soon), _count_text(row.overdue))
    held = (_count_text(row.claimed), _count_text(row.returned))
    colour = level_style(row.level)
    soon, late = "warn" if row.due_soon else "dim", "bad" if row.overdue else "dim"
    roles = ("strong", "", "dim", soon, late, "", "", colour, "mark")
    return ListRow(row.organ, (row.name, *counts, *held, words[row.level], load), row.level, styles=roles)


def event_columns() -> list[Column]:
    """Return the columns of alerts and events."""
    return [
        Column(lambda: _("Time"), 5),
        Column(lambda: _("What"), 50, grow=1),
        Column(lambda: _("Go to"), 5, priority=0),
    ]


def event_rows(view: SupervisorView) -> list[ListRow]:
    """Return the alerts that hold now, then what happened today, newest first."""
    alerts = [_alert_row(index, alert) for index, alert in enumerate(view.alerts)]
    return [*alerts, *(_event_row(event) for event in view.events)]


def _alert_row(index: int, alert: Alert) -> ListRow:
    style = level_style(alert.level)
    cells = (_("now"), alert.text, f"[{place_key(alert.place)}]")
    return ListRow(f"alert:{index}", cells, alert.level, styles=(style, style, style))


def _event_row(event: HallEvent) -> ListRow:
    key = f"[{place_key(event.place)}]" if event.place is not None else ""
    return ListRow(f"event:{event.id}", (event.time, event.text, key), event.level, styles=("dim", "", "dim"))


def find_event(view: SupervisorView, key: str) -> Alert | HallEvent | None:
    """Return the alert or event of a row of `event_rows`, by its key; None if it is no longer there."""
    kind, _colon, rest = key.partition(":")
    if kind == "alert" and rest.isdigit():
        return view.alerts[int(rest)] if int(rest) < len(view.alerts) else None
    return next((event for event in view.events if event.id == rest), None)


def _spark(plots: Mapping[str, DayPlot] | None, key: str, cells: int) -> str:
    """Return the newest values of a plot as blocks; empty without one."""
    plot = plots.get(key) if plots is not None else None
    return spark(plot.bars, cells) if plot is not None else ""


def _count_text(number: int) -> str:
    """Return the number as text, `-` for 0."""
    return str(number) if number else "-"
