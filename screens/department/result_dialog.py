"""A dialog with the fields that an approval needs for its results: filled in by the officer, before it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from clerk_app.locales import _, format_list, mark
from clerk_app.views.case import FieldRow
from clerk_app.views.department import TaskView
from clerk_app.views.shared import Option
from screens import keys
from screens.department.recording import TaskScreen
from screens.widgets.fields_dialog import Check, FieldsDialog


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


class ResultDialog(FieldsDialog):
    """Asks for the values of the result fields of a task."""

    about = mark(
        "What the approval makes. F9, or Enter in the last field, records the approval; leaving keeps what is typed."
    )
    OTHER_KEYS = (
        keys.FIELDS,
        keys.KeyHelp("f9", "F9", mark("records the approval")),
        keys.KeyHelp("left,right", mark("Left / Right"), mark("answer before / after; its number picks it too")),
    )

    def __init__(
        self, task: TaskView, values: Mapping[str, str], check: Check, keep: Callable[[Mapping[str, str]], None]
    ) -> None:
        names = format_list(dict.fromkeys(row.needed_for for row in task.result_fields))
        explanation = _("What you fill in becomes part of it: {results}. The departments that decide later open it.")
        super().__init__(
            _("Result of the approval"),
            _("records the approval"),
            task.result_fields,
            values,
            check,
            keep,
            sentence=f"{task.row.number}  {task.row.matter}, {task.applicant}",
            explanation=explanation.format(results=names),
        )
