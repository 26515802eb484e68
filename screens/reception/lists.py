"""The lists of the reception: the tickets issued here, and the windows of the hall."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.reception import IssuedRow, ReceptionView, TicketAnswer
from screens.theme.panels import title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, TextBlock, fit, wrap
from screens.widgets.row_list import RowList


class IssuedPanel(Vertical):
    """The tickets issued here, newest first, with state and slip."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._rows: tuple[IssuedRow, ...] = ()

    def compose(self) -> ComposeResult:
        columns = [
            Column(lambda: _("Ticket"), 6, keep_whole=True),
            Column(lambda: _("At"), 5, keep_whole=True),
            Column(lambda: _("Category"), 10, grow=1),
            Column(lambda: _("Class"), 10, keep_whole=True),
            Column(lambda: _("State"), 14, keep_whole=True),
            Column(lambda: _("Slip"), 12, keep_whole=True),
        ]
        yield RowList(columns, id="issued", empty=lambda: _("No ticket was issued here yet."))

    @property
    def list(self) -> RowList:
        """The list."""
        return self.query_one("#issued", RowList)

    @property
    def current(self) -> IssuedRow | None:
        """The ticket under the cursor."""
        row = self.list.current_row
        return next((known for known in self._rows if row is not None and known.id == row.key), None)

    def show_view(self, view: ReceptionView) -> None:
        """Show the tickets of a view; after an issue the cursor is on the newest one."""
        is_new = bool(view.issued) and (not self._rows or view.issued[0].id != self._rows[0].id)
        self._rows = view.issued
        title_panel(self, _("Issued here"), count=len(view.issued))
        self.list.show_rows([_issued_list_row(row) for row in view.issued])
        if is_new:
            self.list.move_to(view.issued[0].id)


def _issued_list_row(row: IssuedRow) -> ListRow:
    cells = (row.number, row.time, row.category, row.class_name, row.state, row.slip)
    return ListRow(row.id, cells, row.level, styles=("strong", "dim", "", "warn", "", "dim"))


def answer_lines(answer: TicketAnswer) -> Callable[[int], Iterable[Line]]:
    """Return the lines of an answer for a width."""

    def lines(width: int) -> Iterable[Line]:
        yield [(answer.number, "title")]
        for index, sentence in enumerate(answer.sentences):
            yield from ([(line, "" if index else "strong")] for line in wrap(sentence, width))

    return lines


class AppointmentsPanel(TextBlock):
    """The appointments of today; those that are expected first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: ReceptionView | None = None

    def show_view(self, view: ReceptionView) -> None:
        """Show the appointments of a view."""
        self._view = view
        expected = sum(row.is_expected for row in view.appointments)
        title_panel(self, _("Appointments today"), count=f"{expected}/{len(view.appointments)}")
        self.display = bool(view.appointments)
        self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        rows = self._view.appointments if self._view is not None else ()
        for row in sorted(rows, key=lambda row: not row.is_expected):
            style = "" if row.is_expected else "dim"
            yield [
                (f"{row.time} ", "strong" if row.is_expected else "dim"),
                (fit(f" {row.ticket or row.state}", 12), style),
                (fit(f" {row.category}", width - 24), "dim"),
            ]


class WindowsPanel(TextBlock):
    """The windows of the hall: what each serves, and its state or its ticket."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: ReceptionView | None = None

    def show_view(self, view: ReceptionView) -> None:
        """Show the windows of a view."""
        self._view = view
        is_open = sum(window.is_open for window in view.windows)
        title_panel(self, _("Windows"), count=f"{is_open}/{len(view.windows)}")
        self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        windows = self._view.windows if self._view is not None else ()
        for window in windows:
            style = "" if window.is_open else "dim"
            yield [
                (fit(window.name, 12), "strong" if window.is_open else "dim"),
                (fit(f" {window.ticket or window.state}", 12), style),
                (fit(f" {window.letters}", width - 24), "dim"),
            ]
