"""A dialog with the fields that an approval needs for its results: filled in by the officer, before it is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from textual import events
from textual.widget import Widget

from clerk_app.locales import _, format_list, mark
from clerk_app.views.case import FieldRow
from clerk_app.views.department import TaskView
from clerk_app.views.shared import Option
from screens import keys
from screens.department.recording import TaskScreen
from screens.widgets.dialogs import Dialog
from screens.widgets.form import Form
from screens.widgets.paint import Line, TextBlock, fit, wrap

Check = Callable[[Mapping[str, str]], Awaitable[tuple[FieldRow, ...]]]


async def ask_results(screen: TaskScreen, task: TaskView) -> Mapping[str, str] | None:
    """Ask for the values of the task's result fields; None if the officer went back. Empty without such fields.

    What was entered is kept with the reasons of the task until its decision is recorded.
    """
    if not task.result_fields:
        return {}
    host, keeper = screen.host, screen.kept_reasons
    kept = await keeper.find(host, f"result {task.row.id}")
    values = {row.id: row.value for row in task.result_fields} | {value.id: value.name for value in kept.reasons}

    async def check(entered: Mapping[str, str]) -> tuple[FieldRow, ...]:
        return await host.ask(partial(screen.service.check_results, dict(entered)))

    def keep(entered: Mapping[str, str]) -> None:
        kept.reasons = [Option(field, value) for field, value in entered.items() if value]
        keeper.save(host)

    dialog = ResultDialog(task, values, check, keep)
    answer = await host.show(dialog)
    keep(dialog.values)
    return answer


class ResultDialog(Dialog[Mapping[str, str]]):
    """Asks for the values of the result fields of a task. `values` has what was entered, also after going back.

    `check` returns the fields with their errors, `keep` stores what is entered.
    """

    about = mark(
        "What the approval makes. F9, or Enter in the last field, records the approval; leaving keeps what is typed."
    )
    BINDINGS = keys.bindings((keys.SUBMIT,))
    OTHER_KEYS = (
        keys.FIELDS,
        keys.KeyHelp("f9", "F9", mark("records the approval")),
        keys.KeyHelp("left,right", mark("Left / Right"), mark("answer before / after; its number picks it too")),
    )
    DEFAULT_CSS = "ResultDialog Form { height: auto; min-height: 3; max-height: 14; margin: 1 0 0 0; }"

    def __init__(
        self, task: TaskView, values: Mapping[str, str], check: Check, keep: Callable[[Mapping[str, str]], None]
    ) -> None:
        super().__init__(_("Result of the approval"), hint=_("next field") + "   F9 " + _("records the approval"))
        self.add_class("-wide")
        self.values = dict(values)
        self.sentence = f"{task.row.number}  {task.row.matter}, {task.applicant}"
        self.rows = task.result_fields
        self._check = check
        self._keep = keep

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(self._head_lines)
        yield Form()
        yield TextBlock(self._answer_lines, id="answers")

    def _head_lines(self, width: int) -> Iterable[Line]:
        yield from ([(line, "strong")] for line in wrap(self.sentence, width))
        yield from ([(line, "")] for line in wrap(self.explanation, width))

    @property
    def explanation(self) -> str:
        """What the fields are for."""
        names = format_list(dict.fromkeys(row.needed_for for row in self.rows))
        sentence = _("What you fill in becomes part of it: {results}. The departments that decide later open it.")
        return sentence.format(results=names)

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
