"""The panels of an accepted case: its facts, its matters, and its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widget import Widget

from clerk_app.locales import _, format_list, mark
from clerk_app.views.case import CaseAction, CaseView, MatterRow
from clerk_app.views.shared import CasePaper
from screens.counter.print_lines import short_print_lines
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical, VerticalScroll
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, TextBlock, fit, flow, level_style, level_symbol, wrap
from screens.widgets.row_list import RowList
from screens.widgets.tracks import TrackChart

if TYPE_CHECKING:
    from clerk_app.views.tracks import CaseTracks

KEY_OF_ACTION: dict[CaseAction, tuple[str, str]] = {
    "take_in": ("F6", mark("takes in")),
    "hand_over": ("F9", mark("hands over")),
    "hand_over_part": ("F8", mark("hands over early")),
    "withdraw": ("F8", mark("withdraws")),
    "not_accept": ("F8", mark("does not accept")),
    "reprint": ("F8", mark("reprints")),
}


WIDE_FACTS = 70  # cells from which the dates are on one line


class CaseFactsPanel(VerticalScroll, can_focus=True):
    """Number, state, applicant and dates of a case, and what can be done with it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.case: CaseView | None = None

    def compose(self) -> ComposeResult:
        yield TextBlock(self._facts, id="casefacts")

    def show_case(self, case: CaseView) -> None:
        """Show a case."""
        self.case = case
        title_panel(self, case.number, key="4", state=case.state, level=case.level)
        self.query_one("#casefacts", TextBlock).refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the number of lines."""
        return len(list(self._facts(width)))

    def _facts(self, width: int) -> Iterable[Line]:
        case = self.case
        if case is None:
            return
        yield from ([(line, "strong")] for line in wrap(case.one_thing, width))
        if width < WIDE_FACTS:  # otherwise the title of the panel shows it whole
            yield [(f"{level_symbol(case.level)} {case.state}", level_style(case.level) or "strong")]
        facts = [
            (_("Applicant"), case.applicant),
            (_("Acts for the applicant"), case.represented_by),
            *((line.label, line.value) for line in (*case.acted_for, *case.co_signed)),
            *((party.role_name, f"{party.name} {party.number}") for party in case.receivers if party.name),
            (_("Received") if not case.promised else _("Accepted"), case.accepted),
            (_("Promised"), case.promised),
            (_("Results"), case.results_by if not case.statutory else ""),
            (_("Statutory"), case.statutory),
            (_("Joint limit"), case.joint_limit),
            (_("Messages"), case.messages),
            (_("Fees"), case.fees),
            (_("Answers now"), case.answers_now),
            (_("Visit"), case.visits),
        ]
        facts = [(name, value) for name, value in facts if value]
        label = max(cell_len(name) for name, _value in facts)
        if width >= WIDE_FACTS:  # as many in a line as fit
            yield from flow([(f"{name} {value}", "") for name, value in facts], width)
        else:
            for name, value in facts:
                yield from labelled_lines(name, value, width, label)
        if case.held:
            held = _("Not to be handed over yet: F9 names the reason.")
            yield from ([(line, level_style("warn"))] for line in wrap(f"{level_symbol('warn')} {held}", width))
        yield from self._key_lines(case, width)
        yield from ([(line, "dim")] for line in wrap(case.as_of, width) if case.as_of)

    def _key_lines(self, case: CaseView, width: int) -> Iterable[Line]:
        offered: dict[str, list[str]] = {}
        for action in case.actions:
            key, words = KEY_OF_ACTION[action]
            offered.setdefault(key, []).append(_(words))
        offered["Esc"] = [_("closes the case")]
        parts = [f"{key} {format_list(words)}" for key, words in offered.items()]
        yield from flow([(part, "dim") for part in parts], width)


class CoursePanel(Vertical):
    """The matters of a draft or case over time; as a list with dates if the schedule cannot be displayed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._subject = ""

    def compose(self) -> ComposeResult:
        columns = [
            Column(lambda: _("Matter"), 14, grow=3),
            Column(lambda: _("Organ"), 8, grow=2, priority=0),
            Column(lambda: _("State"), 12, grow=2, keep_whole=True),
            Column(lambda: _("Promised"), 10, keep_whole=True),
            Column(lambda: _("Statutory"), 10, priority=0),
        ]
        yield TrackChart(id="chart")
        yield RowList(columns, id="caserows", can_filter=False)

    @property
    def focus_target(self) -> Widget:
        """The chart, or the list that is shown instead."""
        chart = self.query_one(TrackChart)
        return chart if chart.display else self.query_one("#caserows")

    def show_course(
        self, subject: str, tracks: CaseTracks | None, matters: Sequence[MatterRow], *, key: str, dates: str
    ) -> None:
        """Show the course of the draft or case `subject`; `dates` has its promised and statutory day."""
        chart, rows = self.query_one(TrackChart), self.query_one("#caserows", RowList)
        chart.show_tracks(tracks)
        chart.display, rows.display = tracks is not None, tracks is None
        if subject != self._subject:
            self._subject = subject
            rows.cursor = 0
            rows.scroll_home(animate=False)
        rows.show_rows(list(_matter_rows(matters)))
        if tracks is None:
            title_panel(self, _("Matters"), key=key, count=len(matters), state=dates)
            show_panel_keys(self, "")
        else:
            count = f"{tracks.done}/{tracks.total}" if tracks.number else len(matters)
            title_panel(self, _("Course"), key=key, count=count, state=tracks.outlook, level=tracks.level)
            show_panel_keys(self, dates)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the rows that the chart needs."""
        chart = self.query_one(TrackChart)
        return chart.full_height - 2 if chart.display else self.query_one("#caserows", RowList).total + 1


class HistoryPanel(VerticalScroll, can_focus=True):
    """The papers of a case, with whether they were printed, and what was done with it, newest first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.case: CaseView | None = None
        self._papers: Sequence[CasePaper] = ()

    def compose(self) -> ComposeResult:
        yield TextBlock(self._lines, id="historylines")

    def show_case(self, case: CaseView, papers: Sequence[CasePaper]) -> None:
        """Show papers and history of a case."""
        self.case, self._papers = case, papers
        title_panel(self, _("Papers and history"), key="5", count=len(papers) + len(case.history))
        self.query_one("#historylines", TextBlock).refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """Return the number of lines."""
        return max(1, len(list(self._lines(width))))

    def _lines(self, width: int) -> Iterable[Line]:
        longest = max((cell_len(paper.title) for paper in self._papers), default=0)
        for paper in self._papers:
            made_at = paper.made_at.strftime("%m-%d %H:%M")
            spans = [(f"{made_at}  ", "dim"), (fit(paper.title, longest) + "  ", "strong"), (paper.state, "")]
            yield spans
            yield from (line for made in paper.prints for line in short_print_lines(made, width - 2))
        if self._papers and self.case is not None and self.case.history:
            yield []
        for entry in self.case.history if self.case is not None else ():
            lead = entry.at.strftime("%m-%d %H:%M")
            first, *more = wrap(f"{entry.actor}  {entry.action}", width - cell_len(lead) - 2)
            yield [(f"{lead}  ", "dim"), (first, "")]
            yield from ([(" " * (cell_len(lead) + 2) + line, "")] for line in more)


def _matter_rows(matters: Iterable[MatterRow]) -> Iterable[ListRow]:
    for matter in matters:
        cells = (matter.name, matter.organ, matter.state, matter.promised, matter.statutory)
        roles = ("", "dim", level_style(matter.level), "", "dim")
        yield ListRow(f"matter:{matter.id}", cells, matter.level, styles=roles)
        if matter.reason:
            yield ListRow(f"reason:{matter.id}", ("  " + matter.reason,), full_width=True, dim=True)


def matter_sentences(row: MatterRow) -> Iterable[str]:
    """Return what is known about a matter: organ and state, reason, dates, and what comes before it."""
    yield format_list((row.organ, row.state), ":")
    if row.reason:
        yield row.reason
    yield _("Promised {promised}, statutory {statutory}").format(promised=row.promised, statutory=row.statutory)
    if row.predecessors:
        yield _("after {matters}").format(matters=row.predecessors)
