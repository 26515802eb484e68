"""The overview: queues by organ, the hall by category, the windows. Levels are shown as symbol, word and colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from clerk_app.locales import _, format_list
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import Alert, CategoryRow, QueueRow, SupervisorView, WindowRow
from screens.widgets.columns import Column, ListRow
from screens.widgets.paint import Line, TextBlock, fit, level_style, level_symbol, wrap
from screens.widgets.row_list import RowList

ALERT_LINES, ALERT_LINES_TALL = 2, 5  # the last line shows the number of further alerts
TALL_LINES = 32  # a screen of at least this height shows ALERT_LINES_TALL lines


class TitledList(Vertical):
    """A list beneath a heading. Its rows are painted again only when they have changed."""

    def __init__(self, heading: Callable[[], Line], columns: Sequence[Column], empty: Callable[[], str], *, id: str):
        super().__init__(id=id)
        self._heading = heading
        self.rows = RowList(columns, id=f"{id}-rows", empty=empty)
        self._rows: list[ListRow] = []
        self._shown_heading: Line = ()

    def compose(self) -> ComposeResult:
        yield TextBlock(lambda _width: [self._heading()], classes="heading")
        yield self.rows

    def show_rows(self, rows: Iterable[ListRow]) -> None:
        """Show these rows."""
        new_rows, heading = list(rows), self._heading()
        if heading != self._shown_heading:
            self._shown_heading = heading
            self.query_one(".heading", TextBlock).refresh()
        if new_rows != self._rows:
            self._rows = new_rows
            self.rows.show_rows(new_rows)


class Overview(Container):
    """Shows alerts, departments, hall and windows; on a wide screen hall and windows are on the right."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.view: SupervisorView | None = None
        self._alerts: tuple[Alert, ...] = ()

    def compose(self) -> ComposeResult:
        yield TextBlock(self._alert_lines, id="alerts")
        queues = [
            Column(lambda: _("Organ"), 16, grow=2),
            Column(lambda: _("Queue"), 5, align_right=True),
            Column(lambda: _("Oldest"), 11, align_right=True, keep_whole=True),
            Column(lambda: _("Soon"), 4, align_right=True),
            Column(lambda: _("Late"), 4, align_right=True),
            Column(lambda: _("Taken"), 5, align_right=True),
            Column(lambda: _("Returned"), 8, align_right=True),
            Column(lambda: " " + _("Outlook"), 11, grow=1),
        ]
        hall = [
            Column(lambda: _("Category"), 12, grow=1),
            Column(lambda: _("Wait"), 4, align_right=True),
            Column(lambda: _("Longest"), 10, align_right=True, keep_whole=True),
            Column(lambda: " " + _("Outlook"), 9),
            Column(lambda: _("Served"), 6, align_right=True, priority=0),
        ]
        windows = [
            Column(lambda: _("Window"), 8, grow=1),
            Column(lambda: _("State"), 6, keep_whole=True),
            Column(lambda: _("Ticket"), 6),
            Column(lambda: _("Staff"), 8, grow=1),
            Column(lambda: _("Since"), 11, align_right=True, priority=0, keep_whole=True),
        ]
        with Container(id="boards"):
            yield TitledList(self._queues_heading, queues, lambda: _("No organ has a task."), id="queues")
            with Container(id="halls"):
                yield TitledList(self._hall_heading, hall, lambda: _("No category."), id="hall")
                yield TitledList(
                    lambda: [(" " + _("Windows"), "title")], windows, lambda: _("No window."), id="windows"
                )

    def show_view(self, view: SupervisorView) -> None:
        """Show a view; repaint only what has changed."""
        self.view = view
        if view.alerts != self._alerts:
            self._alerts = view.alerts
            self.query_one("#alerts", TextBlock).refresh(layout=True)
        self.query_one("#queues", TitledList).show_rows(_queue_row(row) for row in view.queues)
        self.query_one("#hall", TitledList).show_rows(_category_row(row) for row in view.hall)
        self.query_one("#windows", TitledList).show_rows(_window_row(row) for row in view.windows)

    @property
    def lists(self) -> list[RowList]:
        """The lists in the order of Tab."""
        return [board.rows for board in self.query(TitledList)]

    def _alert_lines(self, width: int) -> Iterable[Line]:
        if not self._alerts:
            return [[(" + " + _("Nothing is late, nobody waits too long."), "good")]]
        room = ALERT_LINES_TALL if self.app.size.height >= TALL_LINES else ALERT_LINES
        lines: list[Line] = []
        shown = 0
        for alert in self._alerts:
            added = _alert_lines(alert.level, alert.text, width)
            if shown and len(lines) + len(added) + (shown + 1 < len(self._alerts)) > room:
                break
            lines, shown = [*lines, *added], shown + 1
        hidden = self._alerts[shown:]
        if hidden:
            rest = format_list((alert.text for alert in hidden), ";")
            more = _("and {count} more: {alerts}").format(count=len(hidden), alerts=rest)
            level: Level = "bad" if any(alert.level == "bad" for alert in hidden) else "warn"
            lines.append([(f" {level_symbol(level)} " + fit(more, width - 4), level_style(level))])
        return lines

    def _queues_heading(self) -> Line:
        queues = self.view.queues if self.view is not None else ()
        total = _("{count} in the queues, {taken} taken").format(
            count=sum(row.length for row in queues), taken=sum(row.claimed for row in queues)
        )
        return [
            (" " + _("Departments"), "title"),
            (f"   {total}   ", "dim"),
            ("Enter ", "cap"),
            (_("opens one"), "dim"),
        ]

    def _hall_heading(self) -> Line:
        longest = self.view.longest if self.view is not None else ""
        if self.view is not None and not self.view.day.is_open:
            return [(" " + _("Hall"), "title"), ("   " + _("closed for now"), "warn")]
        words = _("longest wait {time}").format(time=longest) if longest else _("nobody waits")
        return [(" " + _("Hall"), "title"), (f"   {words}", "dim")]


def _alert_lines(level: Level, text: str, width: int) -> list[Line]:
    first, *more = wrap(text, width - 4)
    lines = [f" {level_symbol(level)} {first}", *("   " + line for line in more)]
    return [[(line, level_style(level))] for line in lines]


def _queue_row(row: QueueRow) -> ListRow:
    words: dict[Level, str] = {
        "good": _("in time"), "warn": _("due soon"), "bad": _("overdue"), "plain": _("quiet"),
    }  # fmt: skip
    counts = (str(row.length), row.oldest, _count_text(row.due_soon), _count_text(row.overdue))
    held = (_count_text(row.claimed), _count_text(row.returned))
    colour = level_style(row.level)
    roles = ("strong", "", "dim", "warn" if row.due_soon else "dim", "bad" if row.overdue else "dim", "", "", colour)
    return ListRow(row.organ, (row.name, *counts, *held, " " + words[row.level]), row.level, styles=roles)


def _category_row(row: CategoryRow) -> ListRow:
    words: dict[Level, str] = {"good": _("short"), "warn": _("long"), "bad": _("too long"), "plain": _("quiet")}
    outlook = words[row.level] if row.has_window else _("no window")
    cells = (row.name, str(row.waiting), row.longest, " " + outlook, str(row.served))
    colour = level_style(row.level)
    return ListRow(row.id, cells, row.level, styles=("strong", "", "", colour, "dim"))


def _window_row(row: WindowRow) -> ListRow:
    cells = (row.name, row.state, row.ticket, row.person, row.since)
    return ListRow(row.id, cells, styles=("strong", "", "mark", "", "dim"))


def _count_text(number: int) -> str:
    """Return the number as text, `-` for 0."""
    return str(number) if number else "-"


def hall_state(view: SupervisorView | None) -> str:
    """Return whether the service day and each window are open, as a text to compare."""
    return f"{view.day.is_open} {[(row.id, row.is_open) for row in view.windows]}" if view is not None else ""
