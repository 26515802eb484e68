"""The panel with the form of a draft, and help on the current field."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult

from clerk_app.locales import _, format_list
from clerk_app.views.case import FieldRow, IntakeView
from screens.counter.materials_panel import NOT_GIVEN
from screens.theme.panels import title_panel
from screens.widgets.containers import Container, Vertical
from screens.widgets.form import FORMAT_HINTS, Form
from screens.widgets.paint import Line, TextBlock, join_phrases, wrap

HINT_LINES = 8
MANY_ANSWERS = 4  # a field with more answers gets five lines for them instead of two


class IntakePanel(Vertical):
    """The form of a draft, with the one thing, how many fields are answered, and when the draft was saved."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.intake: IntakeView | None = None
        self._hint_subject: FieldRow | None = None

    def compose(self) -> ComposeResult:
        with Container(id="formrow"):
            yield Form(id="form")
            yield TextBlock(self._hint, id="about")

    async def show_intake(self, intake: IntakeView) -> None:
        """Show a draft."""
        self.intake = intake
        await self.query_one(Form).show_fields(intake.fields)
        if self._hint_subject is not None:  # replace the old row: its texts may have changed, or the language
            name = self._hint_subject.id
            self._hint_subject = next((row for row in intake.fields if row.id == name), None)
        self.query_one("#about", TextBlock).refresh(layout=True)
        answered = sum(bool(row.value) and not row.error for row in intake.fields)
        saved_at = intake.saved_at
        saved = _("draft saved {time}").format(time=saved_at.strftime("%H:%M:%S")) if saved_at else _("not saved yet")
        promised = _("promised {date}").format(date=intake.promised)
        state = f"{promised}  {saved}"
        title_panel(self, intake.one_thing, key="1", count=f"{answered}/{len(intake.fields)}", state=state)

    def show_hint(self, row: FieldRow) -> None:
        """Show help on the current field."""
        self._hint_subject = row
        self.query_one("#about", TextBlock).refresh(layout=True)

    def _field_hint(self, row: FieldRow) -> str:
        """Return the help on a field: its warning, possible answers or format, source and use.

        The label comes after the warning if the form is too narrow to show it in full.
        """
        shape = _(FORMAT_HINTS[row.kind]) if row.kind in FORMAT_HINTS else ""
        answers = "  ".join(f"{index + 1} {choice.name}" for index, choice in enumerate(row.options))
        label = "" if self.query_one(Form).fits_label(row.label) else row.label
        return join_phrases(row.warning, label, answers, shape, row.source, row.needed_for)

    def _hint(self, width: int) -> Iterable[Line]:
        row = self._hint_subject
        if row is None:
            return [[], []]
        style = "warn" if row.warning else "dim"
        lines = wrap(self._field_hint(row), width)
        room = max(5 if len(row.options) > MANY_ANSWERS else 2, min(len(lines), HINT_LINES))
        return [[(line, style)] for line in [*lines[:room], *([""] * room)][:room]]


def describe_submit(intake: IntakeView, *, needs_check: bool) -> str:
    """Return what F9 does now: check the person, nothing while something is missing, or accept the case."""
    if intake.gaps:
        sentence = _("F9 checks the person first; {count} left: {things}")
        if not needs_check:
            sentence = _("F9 cannot accept yet, {count} left: {things}")
        return sentence.format(count=len(intake.gaps), things=join_phrases(*intake.gaps[:2]))
    later = list_later_materials(intake)
    if later:
        return _("F9 accepts the case; may follow: {things}").format(things=format_list(later))
    return _("Nothing is missing. F9 accepts the case.")


def list_later_materials(intake: IntakeView) -> list[str]:
    """Return the names of the materials without which the case can be accepted, and which are not there yet."""
    return [row.name for row in intake.materials if row.state in NOT_GIVEN or row.consent == "asked"]
