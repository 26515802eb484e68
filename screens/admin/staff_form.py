"""The form of a person on the staff list: number, name, role and organ. Each field has its own error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.case import FieldRow
from clerk_app.views.shared import Option
from screens import keys
from screens.widgets.dialogs import Dialog
from screens.widgets.form import Form
from screens.widgets.paint import Line, TextBlock, fit

NUMBER, NAME, ROLE, ORGAN = "number", "name", "role", "organ"


@dataclass(frozen=True)
class StaffEntry:
    """The values of the form; role and organ are ids, empty while nothing is chosen."""

    number: str = ""
    name: str = ""
    role: str = ""
    organ: str = ""


class StaffForm(Dialog[StaffEntry]):
    """Asks for the entry of a person. `entry` has what was typed, also after going back.

    `check` raises a ClerkError if a person cannot have this staff number; None for a person on the list, whose number
    stays.
    """

    about = mark("The entry of a person; nothing is recorded before F9, or Enter in the last field.")
    BINDINGS = keys.bindings((keys.SUBMIT,))
    OTHER_KEYS = (
        keys.FIELDS,
        keys.KeyHelp("f9", "F9", mark("records the entry")),
        keys.KeyHelp("left,right", mark("Left / Right"), mark("answer before / after; its number picks it too")),
    )
    DEFAULT_CSS = "StaffForm Form { height: auto; min-height: 4; max-height: 12; }"

    def __init__(
        self,
        title: str,
        entry: StaffEntry,
        roles: Sequence[Option],
        organs: Sequence[Option],
        check: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        super().__init__(title, hint=_("next field") + "   F9 " + _("records the entry"))
        self.add_class("-wide")
        self.entry = entry
        self._check = check
        self._errors: dict[str, str] = {}
        self._choices = {ROLE: tuple(roles), ORGAN: tuple(organs)}

    def dialog_body(self) -> Iterable[Widget]:
        yield Form()
        yield TextBlock(self._answer_lines, id="answers")

    def _answer_lines(self, width: int) -> Iterable[Line]:
        """Yield the answers of the field with the focus with their numbers; the field itself may be too narrow."""
        line = self.query_one(Form).current_line
        for index, choice in enumerate(line.row.options if line is not None else (), 1):
            yield [(fit(f"{index:>3} {choice.name}", width), "dim")]

    def on_form_field_entered(self, message: Form.FieldEntered) -> None:
        message.stop()
        self.query_one("#answers", TextBlock).refresh(layout=True)

    async def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # that of the base class, which would focus the first field
        super().on_mount()
        form = self.query_one(Form)
        await form.show_fields(self._rows())
        if self._check is None:
            form.focus_field(NAME)
        else:
            form.focus_first_unanswered()

    def _rows(self) -> list[FieldRow]:
        labels = ((NUMBER, _("Staff number")), (NAME, _("Name")), (ROLE, _("Role")), (ORGAN, _("Organ")))
        return [
            FieldRow(
                id=field,
                number=index,
                label=label,
                value=getattr(self.entry, field),
                kind="choice" if field in self._choices else "text",
                options=self._choices.get(field, ()),
                required=True,
                source=_("stays as it is") if field == NUMBER and self._check is None else "",
                warning="",
                error=self._errors.get(field, ""),
                needed_for="",
                locked=field == NUMBER and self._check is None,
            )
            for index, (field, label) in enumerate(labels, 1)
        ]

    def on_form_field_changed(self, message: Form.FieldChanged) -> None:
        message.stop()
        self._take_values()
        self.query_one(Form).confirm_save(message.field, saved=True)

    def on_form_finished(self, message: Form.Finished) -> None:
        message.stop()
        self.action_submit()

    def action_submit(self) -> None:
        self.host.run_in_background(self._submit())

    async def _submit(self) -> None:
        """Close with the entry, or show at each field what is missing."""
        self._take_values()
        self._errors = {
            field: _("This is needed.")
            for field in (NUMBER, NAME, ROLE, ORGAN)
            if not getattr(self.entry, field).strip()
        }
        if self._check is not None and NUMBER not in self._errors:
            try:
                await self._check(self.entry.number)
            except ClerkError as error:
                self._errors[NUMBER] = str(error)
        if not self._errors:
            self.close(self.entry)
            return
        form = self.query_one(Form)
        await form.show_fields(self._rows())
        form.focus_first_unanswered()
        self.app.bell()

    def _take_values(self) -> None:
        form = self.query_one(Form)
        self.entry = replace(self.entry, **{line.row.id: line.input.value for line in form.field_lines})
        for field, value in form.take_changes():
            del value
            form.confirm_save(field, saved=True)

    def action_step_back(self) -> None:
        self._take_values()
        super().action_step_back()
