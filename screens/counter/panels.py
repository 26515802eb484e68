"""The panels of the counter screen: hall, identity check, intake form, receipt."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message

from clerk_app.locales import _, format_list
from clerk_app.views.case import FieldRow, IntakeView
from clerk_app.views.counter import CounterView, TicketRow
from clerk_app.views.shared import Level, Paper
from screens.counter.sidebar import confirmation_hint, person_lines
from screens.widgets.columns import Column, ListRow
from screens.widgets.form import FORMAT_HINTS, Form
from screens.widgets.paint import Line, TextBlock, fit, join_phrases, level_style, level_symbol, wrap
from screens.widgets.picture import PictureWidget
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText

NOT_GIVEN = ("missing", "expired", "not_shared")  # states of a material; with a complete form they may follow
HINT_LINES = 8
MANY_ANSWERS = 4  # a field with more answers gets five lines for them instead of two


class HallPanel(Vertical):
    """Lists the waiting tickets in the order in which they will be called, then the tickets on hold."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: CounterView | None = None

    def compose(self) -> ComposeResult:
        yield TextBlock(self._head, id="hallhead")
        columns = [
            Column(lambda: _("Ticket"), 6),
            Column(lambda: _("For"), 16, grow=3),
            Column(lambda: _("Priority"), 10, grow=1, keep_whole=True),
            Column(lambda: _("Waited"), 10, align_right=True, keep_whole=True),
            Column(lambda: _("State"), 8, grow=1, priority=0),
        ]
        yield RowList(columns, id="waiting", empty=lambda: _("Nobody waits."))

    def show_view(self, view: CounterView) -> None:
        self._view = view
        self.query_one("#hallhead", TextBlock).refresh(layout=True)
        rows = [_ticket_row(ticket) for ticket in view.waiting]
        if view.held:
            rows.append(ListRow("held", (_("On hold"),), heading=True))
            rows += [_ticket_row(ticket) for ticket in view.held]
        self.query_one("#waiting", RowList).show_rows(rows)

    def _head(self, width: int) -> Iterable[Line]:
        view = self._view
        if view is not None and view.closed:
            yield from ([(line, "warn")] for line in wrap(view.closed, width))
            yield []
        elif view is not None and view.serving is not None:
            yield [("F7 ", "cap"), (_("scans the code; a typed number does too"), "strong")]
            sentence = _("continues without a code: with papers and an identity document (F8)")
            for index, line in enumerate(wrap(sentence, width - 3)):
                yield [("   " if index else "F5 ", "cap" if not index else ""), (line, "")]
            yield []
        if view is not None:
            yield [(_("Waiting {count}").format(count=view.status.waiting), "title")]


def _ticket_row(ticket: TicketRow) -> ListRow:
    cells = (ticket.number, ticket.category, ticket.priority, ticket.waited, ticket.state)
    return ListRow(ticket.id, cells, styles=("strong", "", "warn", "", "dim"))


class PersonPanel(Horizontal, can_focus=True):
    """Photo and facts of the licence, to be compared with the person; Enter confirms that they match."""

    BINDINGS = [Binding("enter", "confirm", show=False)]

    class IdentityConfirmed(Message):
        """The clerk confirmed that person and photo match."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: CounterView | None = None

    def compose(self) -> ComposeResult:
        yield PictureWidget(id="photo", classes="top")
        yield TextBlock(self._facts, id="facts")

    def show_view(self, view: CounterView) -> None:
        self._view = view
        person = view.applicant
        photo = self.query_one("#photo", PictureWidget)
        photo.display = person is not None and person.photo is not None
        picture = person.photo if person else None
        photo.show_picture(picture)
        self.set_class(picture is not None and picture.width > picture.height, "-landscape")
        self.query_one("#facts", TextBlock).refresh(layout=True)

    def action_confirm(self) -> None:
        self.post_message(self.IdentityConfirmed())

    def _facts(self, width: int) -> Iterable[Line]:
        person = self._view.applicant if self._view else None
        if person is None:
            return
        yield from person_lines(person, width)
        yield []
        if person.confirmed:
            yield [("F5 ", "cap"), (_("chooses what they came for"), "")]
        elif person.needs_confirmation:
            yield [("Enter ", "cap"), (confirmation_hint(person), "")]
        else:
            yield [("F7 ", "cap"), (_("scans another code"), "")]


class IntakePanel(Vertical):
    """The form of a draft, with a hint on the current field or material, what is missing, and the promised dates."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.intake: IntakeView | None = None
        self._needs_check = False  # whether the person is to be compared with the photo first
        self._hint_subject: FieldRow | str = ""  # the current field, or a sentence about a material

    def compose(self) -> ComposeResult:
        yield TextBlock(self._head, id="formhead")
        yield Form(id="form")
        yield TextBlock(self._hint, id="about")
        yield TextBlock(self._remaining_lines, id="left")

    async def show_intake(self, intake: IntakeView, *, needs_check: bool = False) -> None:
        self.intake, self._needs_check = intake, needs_check
        await self.query_one(Form).show_fields(intake.fields)
        if isinstance(self._hint_subject, FieldRow):  # replace the old row: its texts may have changed, or the language
            name = self._hint_subject.id
            self._hint_subject = next((row for row in intake.fields if row.id == name), "")
        for part in ("#formhead", "#about", "#left"):
            self.query_one(part, TextBlock).refresh(layout=True)

    def show_hint(self, subject: FieldRow | str) -> None:
        """Show a hint on the current field, or a sentence about a material."""
        self._hint_subject = subject
        self.query_one("#about", TextBlock).refresh(layout=True)

    def _field_hint(self, row: FieldRow) -> str:
        """Return the hint on a field: its warning, possible answers or format, source and use.

        The label comes after the warning if the form is too narrow to show it in full.
        """
        shape = _(FORMAT_HINTS[row.kind]) if row.kind in FORMAT_HINTS else ""
        answers = "  ".join(f"{index + 1} {choice.name}" for index, choice in enumerate(row.options))
        label = "" if self.query_one(Form).fits_label(row.label) else row.label
        return join_phrases(row.warning, label, answers, shape, row.source, row.needed_for)

    def _head(self, width: int) -> Iterable[Line]:
        if self.intake is None:
            return
        saved_at = self.intake.saved_at
        saved = _("draft saved {time}").format(time=saved_at.strftime("%H:%M:%S")) if saved_at else _("not saved yet")
        yield [(fit(self.intake.one_thing, max(8, width - 26)) + " ", "title"), (saved, "dim")]

    def _hint(self, width: int) -> Iterable[Line]:
        subject = self._hint_subject
        sentence = subject if isinstance(subject, str) else self._field_hint(subject)
        style = "warn" if isinstance(subject, FieldRow) and subject.warning else "dim"
        many_answers = isinstance(subject, FieldRow) and len(subject.options) > MANY_ANSWERS
        lines = wrap(sentence, width)
        room = max(5 if many_answers else 2, min(len(lines), HINT_LINES))
        found: list[Line] = [[(line, style)] for line in [*lines[:room], *([""] * room)][:room]]
        if len(lines) > room and isinstance(subject, str):
            found[-1] = [("Enter ", "cap"), (_("shows the rest"), "dim")]
        return found

    def _remaining_lines(self, width: int) -> Iterable[Line]:
        intake = self.intake
        if intake is None:
            return
        sentence = describe_submit(intake, needs_check=self._needs_check)
        is_complete = not intake.gaps and not _list_later_materials(intake)
        yield [(("+ " if is_complete else "! ") + fit(sentence, width - 2), "good" if is_complete else "warn")]
        dates = _("Promised {promised}, statutory {statutory}")
        for line in wrap(dates.format(promised=intake.promised, statutory=intake.statutory), width):
            yield [(line, "strong")]


def describe_submit(intake: IntakeView, *, needs_check: bool) -> str:
    """Return what F9 does now: check the person, nothing while something is missing, or accept the case."""
    if intake.gaps:
        sentence = _("F9 checks the person first; {count} left: {things}")
        if not needs_check:
            sentence = _("F9 cannot accept yet, {count} left: {things}")
        return sentence.format(count=len(intake.gaps), things=join_phrases(*intake.gaps[:2]))
    later = _list_later_materials(intake)
    if later:
        return _("F9 accepts the case; may follow: {things}").format(things=format_list(later))
    return _("Nothing is missing. F9 accepts the case.")


def _list_later_materials(intake: IntakeView) -> list[str]:
    return [row.name for row in intake.materials if row.state in NOT_GIVEN or row.consent == "asked"]


class ReceiptPanel(Vertical):
    """Shows a paper as the printer prints it, with its bar code and printing state; Page Down scrolls."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.paper: Paper | None = None

    def compose(self) -> ComposeResult:
        yield TextBlock(self._state, id="printed")
        yield ScrollingText(
            lambda _width: [[(line, "")] for line in (self.paper.lines if self.paper else ())], id="paper"
        )

    def show_paper(self, paper: Paper | None) -> None:
        if paper == self.paper:
            return
        self.paper = paper
        self.query_one("#printed", TextBlock).refresh(layout=True)
        sheet = self.query_one("#paper", ScrollingText)
        widest = max((cell_len(line) for line in paper.lines), default=0) if paper else 0
        sheet.styles.width = widest + 3  # one cell at each side, and the scroll bar
        sheet.scroll_home(animate=False)
        sheet.reload()

    def _state(self, width: int) -> Iterable[Line]:
        if self.paper is None:
            return
        yield [(self.paper.title, "title")]
        if self.paper.printed:
            level: Level = "plain" if self.paper.delivery else "good"
            sentence = self.paper.delivery or _("Printed.")
            yield from ([(line, level_style(level))] for line in wrap(f"{level_symbol(level)} {sentence}", width))
        else:
            level = "warn" if self.paper.pending_reason else "bad"
            sentence = self.paper.pending_reason or self.paper.error or _("It did not come out of the printer.")
            for line in wrap(f"{level_symbol(level)} {sentence}", width):
                yield [(line, level_style(level))]
            yield [("F8 ", "cap"), (_("prints it") if self.paper.pending_reason else _("prints it again"), "")]
        if self.paper.names_in_full:
            sentence = _("Names are masked on the screen only; the paper has them in full.")
            yield from ([(line, "dim")] for line in wrap(sentence, width))
        yield []
