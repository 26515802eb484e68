"""The list of the officer's decisions of this day."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.locales import _
from clerk_app.views.department import DecidedRow
from screens.widgets.columns import Column, ListRow
from screens.widgets.paint import level_style
from screens.widgets.row_list import RowList


class DecidedList(RowList):
    """Decisions with time, number, outcome, matter and masked applicant, the last one first."""

    def __init__(self, *, id: str, empty: Callable[[], str]) -> None:
        columns = [
            Column(lambda: _("Time"), 5, keep_whole=True),
            Column(lambda: _("Task"), 15),
            Column(lambda: _("Decision"), 8, keep_whole=True),
            Column(lambda: _("Matter"), 16, grow=2),
            Column(lambda: _("Applicant"), 8, grow=1),
            Column(lambda: _("Correction"), 10, keep_whole=True),
        ]
        super().__init__(columns, id=id, empty=empty)
        self.decided: dict[str, DecidedRow] = {}

    @property
    def current_decision(self) -> DecidedRow | None:
        """The decision under the cursor, or None."""
        row = self.current_row
        return self.decided.get(row.key) if row is not None else None

    def show_decided(self, rows: tuple[DecidedRow, ...]) -> None:
        """Show these decisions; the cursor stays on its row."""
        if tuple(self.decided.values()) != rows:
            self.decided = {row.id: row for row in rows}
            self.show_rows([_list_row(row) for row in rows])


def _list_row(row: DecidedRow) -> ListRow:
    correction = _("not now") if row.obstacle else _("possible")
    cells = (f"{row.at:%H:%M}", row.number, row.outcome, row.matter, row.applicant, correction)
    return ListRow(row.id, cells, row.level, styles=("dim", "strong", level_style(row.level), "", "", "dim"))
