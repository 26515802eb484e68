"""The sidebar of the counter screen: ticket, applicant with licence check, required materials, code line."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from clerk_app.locales import _, format_list
from clerk_app.views.case import Applicant, IntakeView, LicenceCheck, MaterialRow
from clerk_app.views.counter import CounterView, TicketRow
from clerk_app.views.shared import Level
from screens.widgets.columns import Column, ListRow
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, fit, join_phrases, level_lines, level_style, wrap
from screens.widgets.row_list import RowList

CHECK_LEVEL: dict[str, Level] = {"green": "good", "amber": "warn", "red": "bad"}


class Sidebar(Vertical):
    """Ticket, applicant, materials and matters; the code line at the bottom takes a typed or wedge-scanned code."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view: CounterView | None = None

    def compose(self) -> ComposeResult:
        yield TextBlock(self._card, id="card")
        yield RowList([Column(str, 10, grow=2), Column(str, 8, grow=1)], id="needs", can_filter=False)
        with Horizontal(id="codeline"):
            yield TextBlock(lambda _width: [[(" " + _("Code") + " ", "dim")]], id="codelabel")
            code = FormInput(id="code")
            code.takes_codes = True
            yield code

    def show_view(self, view: CounterView) -> None:
        """Show a view."""
        self.view = view
        self.query_one("#card", TextBlock).refresh(layout=True)
        needs = self.query_one("#needs", RowList)
        needs.display = view.intake is not None
        if view.intake is not None:
            needs.show_rows(list(_requirement_rows(view.intake)))

    def row_detail(self, row: ListRow) -> str:
        """Return one sentence with the details of the material or matter in `row`."""
        intake = self.view.intake if self.view else None
        if intake is None:
            return ""
        if row.key == "fetch:":
            return _("What the city holds for this case can be fetched now: F8.")
        for material in intake.materials:
            if row.key == f"material:{material.id}":
                return material_detail(material)
        for matter in intake.matters:
            if row.key == f"matter:{matter.id}":
                after = _("after {matters}").format(matters=matter.predecessors) if matter.predecessors else ""
                dates = _("promised {promised}, statutory {statutory}").format(
                    promised=matter.promised, statutory=matter.statutory
                )
                return join_phrases(matter.organ, matter.reason or dates, after)
        return ""

    def _card(self, width: int) -> Iterable[Line]:
        view = self.view
        if view is None:
            return
        if view.serving is None and view.applicant is None:
            yield [(" " + _("Nobody is being served."), "dim")]
            if view.status.connection_level == "good" and not view.status.waiting:
                yield [(" " + _("Nobody waits."), "dim")]
            elif view.status.connection_level == "good":
                yield [(" F2 ", "cap"), (_("calls the next of {count}").format(count=view.status.waiting), "dim")]
            else:
                yield [(" F8 ", "cap"), (fit(_("serves somebody without a ticket"), width - 5), "dim")]
        if view.serving is not None:
            yield from _ticket_lines(view.serving, width)
        if view.applicant is not None:
            yield from _applicant_lines(view.applicant, width)
        if view.intake is not None:
            label = min(width // 3, max((6, *(cell_len(party.role_name) for party in view.intake.parties))))
            for party in view.intake.parties:
                lead = f" {fit(party.role_name, label)} {party.name} "
                yield [(lead, ""), (fit(party.known_by, width - cell_len(lead)), "dim")]


def _ticket_lines(ticket: TicketRow, width: int) -> Iterable[Line]:
    calls = _("called {count} times").format(count=ticket.calls) if ticket.calls > 1 else ""
    lead = f" {ticket.number} "
    yield [(lead, "title"), (" " + fit(ticket.category, width - cell_len(lead) - 1), "strong")]
    waited = _("waited {time}").format(time=ticket.waited)
    facts = [fact for fact in (ticket.state, waited if ticket.waited else "", calls) if fact]
    joined = "  ".join(facts)
    for part in [joined] if cell_len(joined) < width else facts:  # keeps a number and its unit on one line
        yield from ([(" " + line, "dim")] for line in wrap(part, width - 1))
    if ticket.priority:
        yield from level_lines("warn", ticket.priority, width)
    yield []


def _applicant_lines(person: Applicant, width: int) -> Iterable[Line]:
    one_line = cell_len(person.name) + cell_len(person.number) + 4 <= width
    yield [(f" {person.name}", "strong"), (f"  {person.number}" if one_line else "", "dim")]
    if not one_line:
        yield [(f" {person.number}", "dim")]
    yield from list(check_lines(person.check, width))[:3]
    for note in person.notes:
        yield from level_lines("warn", note, width)
    if person.confirmed:
        yield from level_lines("good", confirmed_sentence(person), width)
    elif person.needs_confirmation:
        yield from level_lines("warn", confirmation_request(person), width)


def confirmation_request(person: Applicant) -> str:
    """Return what the clerk has to compare before the holder of a code counts as identified."""
    if person.is_organisation:
        return _("Check the agent's identity document and delegation.")
    return _("Compare face and photo.")


def confirmation_hint(person: Applicant) -> str:
    """Return what Enter confirms about the holder of a code."""
    return _("document and delegation are in order") if person.is_organisation else _("face and photo match")


def confirmed_sentence(person: Applicant) -> str:
    """Return what the clerk has confirmed about the holder of a code."""
    if person.is_organisation:
        return _("The agent's document and delegation were checked.")
    return _("Person and photo match.")


def check_word(check: LicenceCheck) -> str:
    """Return the result of the check as a word."""
    return {"green": _("valid"), "amber": _("doubtful"), "red": _("not valid")}[check.result]


def check_lines(check: LicenceCheck, width: int) -> Iterable[Line]:
    """Return the licence check as lines: symbol, word and sentence."""
    level = CHECK_LEVEL[check.result]
    yield from level_lines(level, format_list((check_word(check), check.headline), ":"), width)


def person_lines(person: Applicant, width: int) -> Iterable[Line]:
    """Return the name and number of a person, the check of their code with all warnings, and its facts."""
    if person.name:
        yield [(person.name, "strong")]
        yield [(person.number, "")]
        yield []
    yield from check_lines(person.check, width)
    for warning in person.check.warnings:
        yield from level_lines("warn", warning, width)
    yield []
    longest = max((cell_len(fact.label) for fact in person.check.facts), default=0)
    label = min(max(14, longest), width // 2)
    for fact in person.check.facts:
        for index, line in enumerate(wrap(fact.value, width - label - 1)):
            yield [(fit(fact.label if index == 0 else "", label) + " ", "dim"), (line, "")]


def _requirement_rows(intake: IntakeView) -> Iterable[ListRow]:
    held = sum(row.level == "good" and row.consent != "asked" for row in intake.materials)
    title = _("Materials {held}/{all}").format(held=held, all=len(intake.materials))
    yield ListRow("h1", (title,), heading=True)
    if intake.can_fetch_materials:
        yield ListRow("fetch:", (_("To be fetched"), "F8"), "warn", styles=("", "warn"))
    for material in intake.materials:
        asked = material.consent == "asked"
        state = _("consent?") if asked else material.state_name
        level: Level = "warn" if asked and material.level == "good" else material.level
        yield ListRow(f"material:{material.id}", (material.name, state), level, styles=("", level_style(level)))
    active = sum(row.level == "good" for row in intake.matters)
    heading = _("Matters {active}/{all}").format(active=active, all=len(intake.matters))
    yield ListRow("h2", (heading,), heading=True)
    for matter in intake.matters:
        yield ListRow(
            f"matter:{matter.id}",
            (matter.name, matter.organ if matter.level == "good" else matter.state),
            matter.level,
            dim=matter.level != "good",
            styles=("", "dim"),
        )
    if intake.savings:
        yield ListRow("h3", (_("Saved by the bundle"),), heading=True)
        for saving in intake.savings:
            change = f"{saving.before} > {saving.after}"
            yield ListRow(f"saving:{saving.name}", (saving.name, change), styles=("dim", "good"))


def material_detail(row: MaterialRow) -> str:
    """Return one sentence with the reason, issuer, validity, age, grade and use of a material."""
    grade = _("grade {grade}").format(grade=row.grade) if row.grade else ""
    until = _("valid to {date}").format(date=row.valid_to) if row.valid_to else ""
    return join_phrases(row.reason, row.holder, row.issuer, until, row.freshness, grade, row.needed_for)
