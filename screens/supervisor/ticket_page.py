"""The waiting tickets of one category, with the reason of the place of the ticket under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.supervisor import CategoryRow, WaitingTicket
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, TextBlock, level_style, wrap
from screens.widgets.row_list import RowList


class TicketPage(Vertical):
    """The tickets in the order of calling. Space marks several for one act."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self._tickets: dict[str, WaitingTicket] = {}
        self._shown: Sequence[WaitingTicket] | None = None

    def compose(self) -> ComposeResult:
        columns = [
            Column(lambda: _("Place"), 5, align_right=True),
            Column(lambda: _("Ticket"), 6),
            Column(lambda: _("Waited"), 8, align_right=True, keep_whole=True),
            Column(lambda: _("Drawn"), 5),
            Column(lambda: _("Class"), 8, keep_whole=True),
            Column(lambda: _("Waits for"), 8, keep_whole=True),
            Column(lambda: _("Why here"), 20, grow=1),
        ]
        yield RowList(columns, id="tickets", empty=lambda: _("Nobody waits here. Esc goes back."), marks_rows=True)
        yield TextBlock(self._reason_lines, id="ticket-reason")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#tickets", RowList)

    @property
    def shown(self) -> tuple[WaitingTicket, ...]:
        """All tickets of the category."""
        return tuple(self._tickets.values())

    @property
    def chosen(self) -> tuple[WaitingTicket, ...]:
        """The marked tickets; the one under the cursor if none is marked."""
        rows = self.rows
        marked = tuple(ticket for ticket in self._tickets.values() if ticket.id in rows.marked)
        row = rows.current_row
        current = self._tickets.get(row.key) if row is not None else None
        return marked or ((current,) if current is not None else ())

    def show_tickets(self, category: CategoryRow | None, tickets: Sequence[WaitingTicket], window: str = "") -> None:
        """Show the tickets of a category, or those that a window calls; repaint only if they differ."""
        title = category.name if category is not None else _("{window} calls").format(window=window) if window else ""
        title_panel(self, title, count=len(tickets), state=self._describe_windows(category))
        add = _("a add window") if category is not None else ""
        acts = (
            _("t move  f further windows  p priority"),
            add,
            _("Space marks  / filter  s sort  Enter why  Esc back"),
        )
        show_panel_keys(self, "  ".join(filter(None, acts)))
        if tickets != self._shown:
            self._shown = tickets
            self._tickets = {ticket.id: ticket for ticket in tickets}
            self.rows.marked &= set(self._tickets)
            self.rows.show_rows([_list_row(ticket) for ticket in tickets])
            self.show_reason()

    @staticmethod
    def _describe_windows(category: CategoryRow | None) -> str:
        if category is None:
            return ""
        return _("{open} of {all} windows open").format(open=category.open_windows, all=category.windows)

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        message.stop()
        self.show_reason()

    def show_reason(self) -> None:
        """Show the reason of the ticket under the cursor below the list."""
        self.query_one("#ticket-reason", TextBlock).refresh(layout=True)

    def _reason_lines(self, width: int) -> Iterable[Line]:
        row = self.rows.current_row
        ticket = self._tickets.get(row.key) if row is not None else None
        if ticket is not None:
            yield from ([(f" {line}", "dim")] for line in wrap(f"{ticket.number}: {ticket.reason}", width - 2))


def _list_row(ticket: WaitingTicket) -> ListRow:
    reason = _("priority") if ticket.has_priority else ticket.reason
    mark = "mark" if ticket.has_priority else "dim"
    cells = (str(ticket.place), ticket.number, ticket.waited, ticket.drawn, ticket.priority, ticket.target, reason)
    return ListRow(
        ticket.id,
        cells,
        ticket.level,
        styles=("dim", "strong", level_style(ticket.level), "dim", "", "warn", mark),
        sort_keys=(ticket.place, ticket.number, -ticket.waited_seconds, ticket.drawn, ticket.priority, ticket.target,
                   reason),
    )  # fmt: skip
