"""A case that exists, opened by its receipt or number: matters with organ, state and dates, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical

from clerk_app.desk import CaseView
from clerk_app.locales import _, listed, mark
from screens.counter_side import material_detail
from screens.widgets.paint import Line, Painted, fit, mark_of, role_of, wrap
from screens.widgets.rows import Column, ListRow, RowList

KEYS_OF_ACTS = {
    "take_in": ("F6", mark("takes in")),
    "hand_over": ("F9", mark("hands over")),
    "withdraw": ("F8", mark("withdraws")),
    "not_accept": ("F8", mark("does not accept")),
    "reprint": ("F8", mark("reprints")),
}


class CasePanel(Vertical):
    """The state of a case and every matter of it; Enter on a material opens it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.case: CaseView | None = None

    def compose(self) -> ComposeResult:
        yield Painted(self._head, id="casehead")
        columns = [
            Column(lambda: _("Matter"), 14, grow=3),
            Column(lambda: _("Organ"), 8, grow=2, need=0),
            Column(lambda: _("State"), 12, grow=2, whole=True),
            Column(lambda: _("Promised"), 10),
            Column(lambda: _("Statutory"), 10, need=0),
        ]
        yield RowList(columns, id="caserows")
        yield Painted(self._foot, id="casefoot")

    def tell(self, case: CaseView) -> None:
        """Show a case."""
        rows = self.query_one("#caserows", RowList)
        if self.case is None or self.case.number != case.number:
            rows.cursor = 0
            rows.scroll_home(animate=False)
        self.case = case
        for part in self.query(Painted):
            part.refresh(layout=True)
        rows.show_rows(list(_rows(case)))

    def _head(self, width: int) -> Iterable[Line]:
        case = self.case
        if case is None:
            return
        yield [(f"{case.number}  ", "title"), (fit(case.one_thing, max(0, width - 16)), "strong")]
        yield [(f"{mark_of(case.level)} {case.state}", role_of(case.level) or "strong"), (f"  {case.applicant}", "")]
        dates = _("Accepted {accepted}, promised {promised}, statutory {statutory}")
        sentence = dates.format(accepted=case.accepted, promised=case.promised, statutory=case.statutory)
        yield from ([(line, "")] for line in wrap(sentence, width))

    def _foot(self, width: int) -> Iterable[Line]:
        if self.case is None:
            return
        offered: dict[str, list[str]] = {}
        for act in self.case.acts:
            key, words = KEYS_OF_ACTS[act]
            offered.setdefault(key, []).append(_(words))
        parts = [part for key, words in offered.items() for part in ((key + " ", "cap"), (listed(words) + "  ", "dim"))]
        yield parts
        yield [("Esc ", "cap"), (fit(_("closes the case") + "  " + self.case.as_of, width - 4), "dim")]


def _rows(case: CaseView) -> Iterable[ListRow]:
    yield from _matters(case)
    yield from _to_do(case)
    if case.materials:
        yield ListRow("h3", (_("Materials"),), heading=True)
        for row in case.materials:
            yield ListRow(f"material:{row.id}", (row.name, row.issuer, row.state_name, row.valid_to), row.level)
            if row.level == "bad":
                yield ListRow(f"why:{row.id}", ("  " + material_detail(row),), across=True, dim=True)
    if case.history:
        yield ListRow("h4", (_("History"),), heading=True)
        for at, entry in enumerate(case.history):
            told = f"{entry.at.strftime('%m-%d %H:%M')}  {entry.who}  {entry.what}"
            yield ListRow(f"history:{at}", (told,), across=True, dim=True)


def _matters(case: CaseView) -> Iterable[ListRow]:
    for matter in case.matters:
        cells = (matter.name, matter.organ, matter.state, matter.promised, matter.statutory)
        roles = ("", "dim", role_of(matter.level), "", "dim")
        yield ListRow(f"matter:{matter.id}", cells, matter.level, roles=roles)
        if matter.reason:
            yield ListRow(f"reason:{matter.id}", ("  " + matter.reason,), across=True, dim=True)


def _to_do(case: CaseView) -> Iterable[ListRow]:
    if case.returned:
        yield ListRow("h0", (_("Came back from the center, to be settled (F8)"),), heading=True)
        for at, one in enumerate(case.returned):
            yield ListRow(f"returned:{at}", (f"{one.at}  {one.what}: {one.sentence}",), "bad", across=True)
    if case.open_notice:
        yield ListRow("h1", (_("The citizen was asked to bring"),), heading=True)
        yield from (ListRow(f"bring:{at}", (line,), "warn", across=True) for at, line in enumerate(case.open_notice))
    if case.results:
        heading = _("Handed over") if case.handed_over else _("Ready to be handed over")
        yield ListRow("h2", (heading,), heading=True)
        yield from (ListRow(f"ready:{at}", (line,), "good", across=True) for at, line in enumerate(case.results))
