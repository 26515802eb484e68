"""How the fields of a dialog, those of a result or of papers, are asked line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from clerk_app.locales import _
from clerk_app.views.case import FieldRow
from screens.plain.form import fill_form
from screens.plain.host import LineHost
from screens.scan_receiver import ANSWER_FIRST
from screens.widgets.fields_dialog import FieldsDialog


class _DialogForm:
    """The form of a `FieldsDialog`, as `fill_form` uses it."""

    def __init__(self, host: LineHost, dialog: FieldsDialog) -> None:
        self.line_host = host
        self._dialog = dialog
        self._answered: set[str] = set()

    def form_fields(self) -> Sequence[FieldRow]:
        """Return the fields with what was entered; only of those that were answered, the errors."""
        dialog = self._dialog
        return [
            replace(row, value=dialog.values.get(row.id, ""), error=row.error if row.id in self._answered else "")
            for row in dialog.rows
        ]

    async def save_field(self, field: str, value: str) -> None:
        """Take the value of a field and check it."""
        self._answered.add(field)
        self._dialog.set_value(field, value)
        await self._dialog.check_values()


async def fill_fields(host: LineHost, dialog: FieldsDialog) -> Mapping[str, str] | None:
    """Ask for the fields; return their values, or None if one is missing or the officer ended the form."""
    host.write(dialog.heading, *filter(None, (dialog.sentence, dialog.explanation)))

    async def refuse_code(_text: str) -> None:
        host.write(_(ANSWER_FIRST))

    await fill_form(_DialogForm(host, dialog), refuse_code)
    if not await dialog.check_values():
        host.notify(_("Not recorded: something is missing. What was entered is kept."), severity="warning")
        return None
    return dialog.values if await host.confirm((), dialog.act) else None
