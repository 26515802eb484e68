"""The panel with the person at the window: ticket, portrait, licence check, facts of the licence, parties."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.counter import CounterView, TicketRow
from clerk_app.views.shared import Level
from screens.counter.person import (
    CHECK_LEVEL,
    check_lines,
    check_word,
    confirmation_request,
    confirmed_sentence,
    fact_lines,
)
from screens.theme.panels import title_panel
from screens.widgets.containers import Horizontal, VerticalScroll
from screens.widgets.paint import Line, TextBlock, fit, flow, level_lines, level_style, level_symbol, wrap
from screens.widgets.picture import PictureWidget

PORTRAIT_ROWS = 11
CARD_ROWS = 6  # of a picture of the whole licence


class ApplicantPanel(VerticalScroll, can_focus=True):
    """Portrait and name at the top, then what the code proves and the parties of the draft."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: CounterView | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="identity"):
            yield PictureWidget(id="thumbnail", classes="top")
            yield TextBlock(self._card, id="card")
        yield TextBlock(self._details, id="details")

    def show_view(self, view: CounterView) -> None:
        """Show the ticket, applicant and parties of a view."""
        self._view = view
        person = view.applicant
        portrait = self.query_one("#thumbnail", PictureWidget)
        photo = person.photo if person is not None else None
        portrait.show_picture(photo)
        is_landscape = photo is not None and photo.width > photo.height
        self.update_classes({"-no-photo": photo is None, "-landscape": is_landscape})
        if person is None:
            title_panel(self, _("Applicant"), key="5")
        else:
            title_panel(
                self, _("Applicant"), key="5", state=check_word(person.check), level=CHECK_LEVEL[person.check.result]
            )
        for block in self.query(TextBlock):
            block.refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the rows that portrait, card and details need."""
        portrait = self.query_one("#thumbnail", PictureWidget)
        beside = width - (portrait.outer_size.width if portrait.display else 0)
        card = len(list(self._card(max(10, beside))))
        rows = CARD_ROWS if self.has_class("-landscape") else PORTRAIT_ROWS
        top = max(rows, card) if portrait.display else card
        return top + len(list(self._details(width)))

    def _card(self, width: int) -> Iterable[Line]:
        view = self._view
        if view is None:
            return
        if view.serving is not None:
            yield from ticket_lines(view.serving, width)
            yield []
        person = view.applicant
        if person is None:
            yield [(_("No code was shown yet."), "dim")]
            return
        if person.name:
            yield from ([(line, "strong")] for line in wrap(person.name, width))
            yield from ([(line, "")] for line in wrap(person.number, width))
        yield from check_lines(person.check, width)
        for note in person.notes:
            yield from level_lines("warn", note, width)
        if person.confirmed:
            yield from level_lines("good", confirmed_sentence(person), width)
        elif person.needs_confirmation:
            yield from level_lines("warn", confirmation_request(person), width)

    def _details(self, width: int) -> Iterable[Line]:
        view = self._view
        if view is None:
            return
        if view.applicant is not None and view.applicant.check.facts:
            yield []
            yield from fact_lines(view.applicant.check.facts, width)
        if view.intake is not None and view.intake.parties:
            yield []
            label = min(width // 3, max((6, *(cell_len(party.role_name) for party in view.intake.parties))))
            for party in view.intake.parties:
                level: Level = "good" if party.identified else "plain"
                lead = f"{level_symbol(level)} {fit(party.role_name, label)} "
                room = width - cell_len(lead)
                facts = [(party.name or "-", "strong"), (party.number, ""), (party.known_by, "dim")]
                first, *more = flow(facts, room, "  ")
                yield [(lead, level_style(level) or "dim"), *first]
                yield from ([(" " * cell_len(lead), ""), *line] for line in more)


def ticket_lines(ticket: TicketRow, width: int) -> Iterable[Line]:
    """Return number, category, state, waiting time and priority of a ticket."""
    lead = f"{ticket.number} " if ticket.number else ""
    first, *more = wrap(ticket.category, max(1, width - cell_len(lead))) or [""]
    yield [(lead, "title"), (first, "strong")]
    yield from ([(" " * cell_len(lead), ""), (line, "strong")] for line in more)
    waited = _("waited {time}").format(time=ticket.waited)
    calls = _("called {count} times").format(count=ticket.calls) if ticket.calls > 1 else ""
    yield from flow([(ticket.state, "dim"), (waited if ticket.waited else "", "dim"), (calls, "dim")], width, "  ")
    if ticket.priority:
        yield [(f"! {ticket.priority}", "warn")]
    if ticket.route:
        yield from ([(line, "warn")] for line in wrap(ticket.route, width))
