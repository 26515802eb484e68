"""The panel with the materials and matters of a draft, or the materials of a case, and details of the marked one."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message

from clerk_app.locales import _
from clerk_app.views.case import CaseView, IntakeView, MaterialRow
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import Level
from screens.theme.panels import title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, TextBlock, join_phrases, level_style, wrap
from screens.widgets.row_list import RowList

HINT_LINES = 4
NOT_GIVEN = ("missing", "expired", "not_shared", "scan")  # states of a material; with a complete form they may follow


class MaterialsPanel(Vertical):
    """A check list: symbol, name and state of each material; below it the details of the row under the cursor."""

    BINDINGS = [Binding("ctrl+k", "review", show=False)]

    class ReviewRequested(Message):
        """The pre-review of a material was asked for."""

        def __init__(self, material: str) -> None:
            super().__init__()
            self.material = material

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: CounterView | None = None
        self._shown = ""  # the draft or case whose rows are shown

    def compose(self) -> ComposeResult:
        yield RowList([Column(str, 10, grow=1), Column(str, 8, keep_whole=True)], id="needs", can_filter=False)
        yield TextBlock(self._hint, id="needhint")

    def show_view(self, view: CounterView) -> None:
        """Show the materials of the draft, or of the open case."""
        self._view = view
        needs = self.query_one("#needs", RowList)
        shown = view.case.number if view.case is not None else view.intake.draft if view.intake is not None else ""
        if shown != self._shown:  # Space in the rows of another draft would change what was marked in the one before
            self._shown = shown
            needs.show_rows([])
        if view.case is not None:
            needs.show_rows(list(_case_material_rows(view.case)))
            self._show_title(view.case.materials)
        elif view.intake is not None:
            needs.show_rows(list(_requirement_rows(view.intake)))
            self._show_title(view.intake.materials)
        self.show_row_detail()

    def action_review(self) -> None:
        row = self.query_one("#needs", RowList).current_row
        kind, _colon, material = (row.key if row is not None else "").partition(":")
        if kind == "material":
            self.post_message(self.ReviewRequested(material))

    def show_row_detail(self) -> None:
        """Show the details of the row under the cursor; the height stays, so that nothing is laid out."""
        self.query_one("#needhint", TextBlock).refresh()

    def row_detail(self, row: ListRow) -> str:
        """Return one sentence with the details of the material or matter in `row`."""
        view = self._view
        if view is None:
            return ""
        if row.key == "fetch:":
            return _("What the city holds for this case can be fetched now: F8.")
        for material in materials_of(view):
            if row.key == f"material:{material.id}":
                return material_detail(material)
        fees = view.intake.fees if view.intake is not None else None
        for number, fee in enumerate(fees.rows if fees is not None else ()):
            if row.key == f"fee:{number}":
                return join_phrases(_("may be due, an answer decides it") * (not fee.certain), fee.basis, fee.matters)
        for matter in view.intake.matters if view.intake is not None else ():
            if row.key == f"matter:{matter.id}":
                after = _("after {matters}").format(matters=matter.predecessors) if matter.predecessors else ""
                dates = _("promised {promised}, statutory {statutory}").format(
                    promised=matter.promised, statutory=matter.statutory
                )
                return join_phrases(matter.organ, matter.reason or dates, after)
        return ""

    def _show_title(self, materials: tuple[MaterialRow, ...]) -> None:
        missing = sum(row.state in NOT_GIVEN for row in materials)
        state = _("{count} missing").format(count=missing) if missing else ""
        title_panel(
            self,
            _("Materials"),
            key="2",
            count=count_materials(materials),
            state=state,
            level="warn" if state else "plain",
        )

    def _hint(self, width: int) -> Iterable[Line]:
        row = self.query_one("#needs", RowList).current_row
        lines = wrap(self.row_detail(row), width) if row is not None else []
        found: list[Line] = [[(line, "dim")] for line in lines[:HINT_LINES]]
        if len(lines) > HINT_LINES:
            found[-1] = [("Enter ", "cap"), (_("shows the rest"), "dim")]
        return found


def materials_of(view: CounterView) -> tuple[MaterialRow, ...]:
    """Return the materials of the open case, otherwise those of the draft."""
    if view.case is not None:
        return view.case.materials
    return view.intake.materials if view.intake is not None else ()


def count_materials(materials: tuple[MaterialRow, ...]) -> str:
    """Return how many of the materials can be used, and how many are needed."""
    held = sum(row.level == "good" and row.consent != "asked" for row in materials)
    return f"{held}/{len(materials)}"


def _requirement_rows(intake: IntakeView) -> Iterable[ListRow]:
    if intake.can_fetch_materials:
        yield ListRow("fetch:", (_("To be fetched"), "F8"), "warn", styles=("", "warn"))
    yield from _material_rows(intake.materials)
    active = sum(row.level == "good" for row in intake.matters)
    heading = _("Matters {active}/{all}").format(active=active, all=len(intake.matters))
    yield ListRow("h2", (heading,), heading=True)
    for matter in intake.matters:
        yield ListRow(
            f"matter:{matter.id}",
            (matter.name, matter.state),
            matter.level,
            dim=matter.level != "good",
            styles=("", "dim"),
        )
    if intake.fees is not None and intake.fees.rows:
        yield ListRow("h4", (_("Fees"), intake.fees.total), heading=True)
        for number, fee in enumerate(intake.fees.rows):
            amount = fee.amount if fee.certain else _("{amount}?").format(amount=fee.amount)
            yield ListRow(f"fee:{number}", (fee.name, amount), styles=("", "" if fee.certain else "warn"))
    if intake.savings:
        yield ListRow("h3", (_("Saved by the bundle"),), heading=True)
        for saving in intake.savings:
            change = f"{saving.before} > {saving.after}"
            yield ListRow(f"saving:{saving.name}", (saving.name, change), styles=("dim", "good"))


def _material_rows(materials: Iterable[MaterialRow]) -> Iterable[ListRow]:
    for material in materials:
        asked = material.consent == "asked"
        state = _("consent?") if asked else material.state_name
        level: Level = "warn" if asked and material.level == "good" else material.level
        yield ListRow(f"material:{material.id}", (material.name, state), level, styles=("", level_style(level)))


def _case_material_rows(case: CaseView) -> Iterable[ListRow]:
    yield from _material_rows(case.materials)


def material_detail(row: MaterialRow) -> str:
    """Return one sentence with the reason, holder, issuer, validity, age, grade, organ and use of a material."""
    grade = _("grade {grade}").format(grade=row.grade) if row.grade else ""
    until = _("valid to {date}").format(date=row.valid_to) if row.valid_to else ""
    answers = _("{organ} answers for it").format(organ=row.answers_for_it) if row.answers_for_it else ""
    issued = _("issued on {day}").format(day=row.issued_on) if row.issued_on else ""
    facts = (row.issuer, issued, until, row.freshness, grade, answers)
    return join_phrases(row.reason, row.reading_headline, row.holder, *facts, row.needed_for)
