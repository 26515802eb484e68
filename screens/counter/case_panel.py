"""The panel of an accepted case: matters with organ, state and dates, materials, history, possible actions."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical

from clerk_app.locales import _, format_list, mark
from clerk_app.views.case import CaseAction, CaseView
from screens.counter.sidebar import material_detail
from screens.widgets.columns import Column, ListRow
from screens.widgets.paint import Line, TextBlock, fit, flow, level_style, level_symbol, wrap
from screens.widgets.row_list import RowList
from screens.widgets.tracks import TrackChart

KEY_OF_ACTION: dict[CaseAction, tuple[str, str]] = {
    "take_in": ("F6", mark("takes in")),
    "hand_over": ("F9", mark("hands over")),
    "withdraw": ("F8", mark("withdraws")),
    "not_accept": ("F8", mark("does not accept")),
    "reprint": ("F8", mark("reprints")),
}


class CasePanel(Vertical):
    """Shows a case and its matters; Enter on a material opens the material."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.case: CaseView | None = None

    def compose(self) -> ComposeResult:
        yield TextBlock(self._head, id="casehead")
        columns = [
            Column(lambda: _("Matter"), 14, grow=3),
            Column(lambda: _("Organ"), 8, grow=2, priority=0),
            Column(lambda: _("State"), 12, grow=2, keep_whole=True),
            Column(lambda: _("Promised"), 10, keep_whole=True),
            Column(lambda: _("Statutory"), 10, priority=0),
        ]
        yield TrackChart(id="casetracks", classes="panel")
        yield RowList(columns, id="caserows", can_filter=False)
        yield TextBlock(self._foot, id="casefoot")

    def show_case(self, case: CaseView) -> None:
        """Show a case."""
        rows = self.query_one("#caserows", RowList)
        if self.case is None or self.case.number != case.number:
            rows.cursor = 0
            rows.scroll_home(animate=False)
        self.case = case
        for part in self.query(TextBlock):
            part.refresh(layout=True)
        rows.show_rows(list(_case_rows(case)))
        chart = self.query_one(TrackChart)
        chart.show_tracks(case.tracks)
        chart.title_frame()
        chart.styles.height = chart.full_height
        chart.set_class(case.tracks is None, "-empty")

    def _head(self, width: int) -> Iterable[Line]:
        case = self.case
        if case is None:
            return
        yield [(f"{case.number}  ", "title"), (fit(case.one_thing, max(0, width - 16)), "strong")]
        yield [
            (f"{level_symbol(case.level)} {case.state}", level_style(case.level) or "strong"),
            (f"  {case.applicant}", ""),
        ]
        dates = _("Accepted {accepted}, promised {promised}, statutory {statutory}")
        if not case.statutory:  # all is decided
            dates = _("Accepted {accepted}, promised {promised}, results {results}")
            dates = dates if case.results_by else _("Received {accepted}")
        sentence = dates.format(
            accepted=case.accepted, promised=case.promised, statutory=case.statutory, results=case.results_by
        )
        yield from ([(line, "")] for line in wrap(sentence, width))
        if case.held:
            held = _("Not to be handed over yet: F9 says why.")
            yield [(f"{level_symbol('warn')} {held}", level_style("warn"))]

    def _foot(self, width: int) -> Iterable[Line]:
        if self.case is None:
            return
        offered: dict[str, list[str]] = {}
        for action in self.case.actions:
            key, words = KEY_OF_ACTION[action]
            offered.setdefault(key, []).append(_(words))
        parts = [
            part for key, words in offered.items() for part in ((key + " ", "cap"), (format_list(words) + "  ", "dim"))
        ]
        yield parts
        first, *more = flow([(_("closes the case"), "dim"), (self.case.as_of, "dim")], width - 4)
        yield [("Esc ", "cap"), *first]
        yield from more


def _case_rows(case: CaseView) -> Iterable[ListRow]:
    yield from _matter_rows(case)
    yield from _pending_rows(case)
    if case.materials:
        yield ListRow("h3", (_("Materials"),), heading=True)
        for row in case.materials:
            yield ListRow(f"material:{row.id}", (row.name, row.issuer, row.state_name, row.valid_to), row.level)
            if row.level == "bad" or row.state == "missing":
                yield ListRow(f"why:{row.id}", ("  " + material_detail(row),), full_width=True, dim=True)
    if case.history:
        yield ListRow("h4", (_("History"),), heading=True)
        for index, entry in enumerate(case.history):
            line = f"{entry.at.strftime('%m-%d %H:%M')}  {entry.actor}  {entry.action}"
            yield ListRow(f"history:{index}", (line,), full_width=True, dim=True)


def _matter_rows(case: CaseView) -> Iterable[ListRow]:
    for matter in case.matters:
        cells = (matter.name, matter.organ, matter.state, matter.promised, matter.statutory)
        roles = ("", "dim", level_style(matter.level), "", "dim")
        yield ListRow(f"matter:{matter.id}", cells, matter.level, styles=roles)
        if matter.reason:
            yield ListRow(f"reason:{matter.id}", ("  " + matter.reason,), full_width=True, dim=True)


def _pending_rows(case: CaseView) -> Iterable[ListRow]:
    if case.rejected:
        yield ListRow("h0", (_("To be settled (F8)"),), heading=True)
        for index, work in enumerate(case.rejected):
            yield ListRow(f"rejected:{index}", (f"{work.at}  {work.action}: {work.sentence}",), "bad", full_width=True)
    if case.requested_materials:
        yield ListRow("h1", (_("The citizen was asked to bring"),), heading=True)
        yield from (
            ListRow(f"bring:{index}", (line,), "warn", full_width=True)
            for index, line in enumerate(case.requested_materials)
        )
    if case.results:
        if case.handed_over:
            heading = _("Handed over")
        elif "hand_over" in case.actions:
            heading = _("Ready to be handed over")
        else:
            heading = _("Not to be handed over yet")
        yield ListRow("h2", (heading,), heading=True)
        if case.held:
            yield ListRow("held", (case.held,), "warn", full_width=True)
        if case.received_by:
            yield ListRow("receiver", (_("to {person}").format(person=case.received_by),), full_width=True)
        yield from (
            ListRow(f"ready:{index}", (line,), "good", full_width=True) for index, line in enumerate(case.results)
        )
