"""The lists shown between two visits: the waiting tickets, and what is kept for later."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.counter import CounterView, DraftRow, TicketRow
from screens.counter.applicant_panel import ticket_lines
from screens.theme.panels import title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.row_list import RowList

TICKET_LINES = 5  # three of the ticket, two of its place in the queue


def _describe_empty_hall() -> str:
    return _("Nobody waits. A code or a case number can be scanned at any time.")


class WaitingPanel(Vertical):
    """The waiting tickets in the order of calls, then those on hold; below them the one under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: CounterView | None = None

    def compose(self) -> ComposeResult:
        columns = [
            Column(lambda: _("Ticket"), 6),
            Column(lambda: _("For"), 16, grow=3, keep_whole=True),
            Column(lambda: _("Priority"), 12, grow=1, keep_whole=True),
            Column(lambda: _("Drawn"), 5, priority=0, keep_whole=True),
            Column(lambda: _("Waited"), 6, align_right=True, keep_whole=True),
            Column(lambda: _("State"), 8, grow=1, priority=0),
        ]
        yield RowList(columns, id="waiting", empty=_describe_empty_hall)
        yield TextBlock(self._preview, id="ticket")

    def show_view(self, view: CounterView, key: str) -> None:
        """Show the tickets of a view; `key` is the number of the panel."""
        self._view = view
        rows = [_ticket_row(ticket) for ticket in view.waiting]
        if view.held:
            rows.append(ListRow("held", (_("On hold"),), heading=True))
            rows += [_ticket_row(ticket) for ticket in view.held]
        self.query_one("#waiting", RowList).show_rows(rows)
        title_panel(self, _("Waiting"), key=key, count=view.status.waiting or 0)
        self.show_ticket()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the rows of the list, its titles and the ticket under the cursor."""
        return self.query_one("#waiting", RowList).total + 1 + TICKET_LINES

    def show_ticket(self) -> None:
        """Show the ticket under the cursor; the height stays."""
        self.query_one("#ticket", TextBlock).refresh()

    def _preview(self, width: int) -> Iterable[Line]:
        row = self.query_one("#waiting", RowList).current_row
        view = self._view
        ticket = next((t for t in (*view.waiting, *view.held) if row and t.id == row.key), None) if view else None
        if ticket is not None:
            yield from ticket_lines(ticket, width)
            yield from ([(line, "dim")] for line in wrap(ticket.reason, width))


def _ticket_row(ticket: TicketRow) -> ListRow:
    cells = (ticket.number, ticket.category, ticket.priority, ticket.drawn, ticket.waited, ticket.state)
    return ListRow(ticket.id, cells, styles=("strong", "", "warn", "dim", "", "dim"))


class KeptPanel(Vertical):
    """Drafts that were kept, and papers that were not printed; Enter opens or prints the one under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")

    def compose(self) -> ComposeResult:
        columns = [
            Column(lambda: _("Kept"), 18, grow=2),
            Column(lambda: _("Applicant"), 10, grow=1, keep_whole=True),
            Column(lambda: _("Since"), 8, keep_whole=True),
            Column(lambda: _("Clerk"), 8, grow=1, priority=0),
        ]
        yield RowList(
            columns, id="keptrows", can_filter=False, empty=lambda: _("No draft is kept, and every paper was printed.")
        )

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the rows of the list and its titles."""
        return max(1, self.query_one("#keptrows", RowList).total) + 1

    def show_view(self, view: CounterView, key: str) -> None:
        """Show drafts and unprinted papers of a view; `key` is the number of the panel."""
        rows = [_draft_row(draft) for draft in view.drafts]
        if view.print_questions:
            rows.append(ListRow("questions", (_("Did it come out?"),), heading=True))
            rows += [
                ListRow(f"paper:{row.id}", (f"{row.title} {row.case_number}", row.applicant, f"{row.at:%H:%M}"), "warn")
                for row in view.print_questions
            ]
        if view.unprinted:
            rows.append(ListRow("papers", (_("To be printed"),), heading=True))
            rows += [
                ListRow(f"paper:{paper.id}", (f"{paper.title} {paper.case_number}", paper.applicant), "warn")
                for paper in view.unprinted
            ]
        self.query_one("#keptrows", RowList).show_rows(rows)
        title_panel(self, _("Drafts and papers"), key=key, count=len(rows) - sum(row.heading for row in rows))


def _draft_row(draft: DraftRow) -> ListRow:
    level = "plain" if draft.readable else "bad"
    return ListRow(
        f"draft:{draft.id}",
        (draft.one_thing, draft.applicant, draft.age, draft.clerk),
        level,  # type: ignore[arg-type]
        styles=("strong", "", "", "dim"),
    )
