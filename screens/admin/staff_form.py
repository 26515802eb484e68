"""The form of a person on the staff list: number, name, role and organ. Each field has its own error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from textual import events

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.admin import StaffRow
from clerk_app.views.case import FieldRow
from clerk_app.views.shared import Option
from screens import keys
from screens.widgets.fields_dialog import FieldsDialog
from screens.widgets.form import Form

NUMBER, NAME, ROLE, ORGAN = "number", "name", "role", "organ"
FIELDS = (NUMBER, NAME, ROLE, ORGAN)


def read_entry(person: StaffRow) -> dict[str, str]:
    """Return the present entry of a person, by field; role and organ are ids."""
    return {NUMBER: person.number, NAME: person.name, ROLE: person.role, ORGAN: person.organ}


class StaffForm(FieldsDialog):
    """Asks for the entry of a person. `entry` has what was typed, also after going back.

    `check` raises a ClerkError if a person cannot have this staff number; None for a person on the list, whose number
    stays.
    """

    about = mark("The entry of a person; nothing is recorded before F9, or Enter in the last field.")
    OTHER_KEYS = (
        keys.FIELDS,
        keys.KeyHelp("f9", "F9", mark("records the entry")),
        keys.KeyHelp("left,right", mark("Left / Right"), mark("answer before / after; its number picks it too")),
    )
    DEFAULT_CSS = "StaffForm Form { min-height: 4; max-height: 12; margin: 0; }"

    def __init__(
        self,
        title: str,
        entry: Mapping[str, str],
        roles: Sequence[Option],
        organs: Sequence[Option],
        check: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        self._check_number = check
        self._choices = {ROLE: tuple(roles), ORGAN: tuple(organs)}
        values = {field: entry.get(field, "") for field in FIELDS}
        super().__init__(title, _("records the entry"), self._build_rows({}), values, self._check_entry)

    def _build_rows(self, errors: Mapping[str, str]) -> tuple[FieldRow, ...]:
        labels = (_("Staff number"), _("Name"), _("Role"), _("Organ"))
        return tuple(
            FieldRow(
                id=field,
                number=index,
                label=label,
                value="",
                kind="choice" if field in self._choices else "text",
                options=self._choices.get(field, ()),
                required=True,
                source=_("stays as it is") if field == NUMBER and self._check_number is None else "",
                warning="",
                error=errors.get(field, ""),
                needed_for="",
                locked=field == NUMBER and self._check_number is None,
            )
            for index, (field, label) in enumerate(zip(FIELDS, labels, strict=True), 1)
        )

    async def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        await super().on_mount(event)
        if self._check_number is None:
            self.query_one(Form).focus_field(NAME)

    async def _check_entry(self, values: Mapping[str, str]) -> tuple[FieldRow, ...]:
        """Return the fields, each with what is missing or wrong."""
        errors = {field: _("This is needed.") for field in FIELDS if not values[field].strip()}
        if self._check_number is not None and NUMBER not in errors:
            try:
                await self._check_number(values[NUMBER])
            except ClerkError as error:
                errors[NUMBER] = str(error)
        return tuple(replace(row, value=values[row.id]) for row in self._build_rows(errors))
