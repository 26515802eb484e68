"""A dialog with fields that are filled in before an act is recorded; each shows what is wrong with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from textual import events
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.case import FieldRow
from screens import keys
from screens.widgets.dialogs import Dialog
from screens.widgets.form import Form
from screens.widgets.paint import Line, TextBlock, fit, wrap

Check = Callable[[Mapping[str, str]], Awaitable[tuple[FieldRow, ...]]]


def keep_nothing(_values: Mapping[str, str]) -> None:
    """Store nothing of what is entered."""


class FieldsDialog(Dialog[Mapping[str, str]]):
    """Asks for the values of fields. `values` has what was entered, also after going back.

    `check` returns the fields with their errors, `keep` stores what is entered, `act` is what F9 does, in words.
    """

    about = mark("Fields are filled in; nothing is recorded before F9, or Enter in the last field.")
    BINDINGS = keys.bindings((keys.SUBMIT,))
    OTHER_KEYS = (
        keys.FIELDS,
        keys.KeyHelp("f9", "F9", mark("records it")),
        keys.KeyHelp("left,right", mark("Left / Right"), mark("answer before / after; its number picks it too")),
    )
    DEFAULT_CSS = "FieldsDialog Form { height: auto; min-height: 3; max-height: 14; margin: 1 0 0 0; }"

    def __init__(
        self,
        title: str,
        act: str,
        rows: Sequence[FieldRow],
        values: Mapping[str, str],
        check: Check,
        keep: Callable[[Mapping[str, str]], None] = keep_nothing,
        *,
        sentence: str = "",
        explanation: str = "",
    ) -> None:
        super().__init__(title, hint=_("next field") + "   F9 " + act)
        self.add_class("-wide")
        self.act = act
        self.values = dict(values)
        self.sentence = sentence
        self.explanation = explanation
        self.rows = tuple(rows)
        self._check = check
        self._keep = keep

    def dialog_body(self) -> Iterable[Widget]:
        if self.sentence or self.explanation:
            yield TextBlock(self._head_lines)
        yield Form()
        yield TextBlock(self._answer_lines, id="answers")

    def _head_lines(self, width: int) -> Iterable[Line]:
        yield from ([(line, "strong")] for line in wrap(self.sentence, width))
        yield from ([(line, "")] for line in wrap(self.explanation, width))

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
        await form.show_fields(self._shown_rows())
        form.focus_first_unanswered()

    def _shown_rows(self) -> list[FieldRow]:
        return [replace(row, value=self.values.get(row.id, "")) for row in self.rows]

    def on_form_field_changed(self, message: Form.FieldChanged) -> None:
        message.stop()
        self._take_values()

    def on_form_finished(self, message: Form.Finished) -> None:
        message.stop()
        self.action_submit()

    def action_submit(self) -> None:
        self.host.run_in_background(self._submit())

    async def _submit(self) -> None:
        """Close with the values as they are stored, or show at each field what is wrong."""
        self._take_values()
        if await self.check_values():
            self.close(self.values)
            return
        form = self.query_one(Form)
        await form.show_fields(self._shown_rows())
        form.focus_first_unanswered()
        self.app.bell()

    async def check_values(self) -> bool:
        """Check all values and take them as they are stored; return whether none has an error."""
        self.rows = await self._check(self.values)
        self.values |= {row.id: row.value for row in self.rows if not row.error}
        self._keep(self.values)
        return not any(row.error for row in self.rows)

    def set_value(self, field: str, value: str) -> None:
        """Set the value of a field, in the linear mode."""
        self.values[field] = value
        self._keep(self.values)

    def _take_values(self) -> None:
        form = self.query_one(Form)
        self.values |= {line.row.id: line.input.value for line in form.field_lines}
        for field, _value in form.take_changes():
            form.confirm_save(field, saved=True)
        self._keep(self.values)

    def action_step_back(self) -> None:
        self._take_values()
        super().action_step_back()
