"""Tasks that an officer held and that ended without the officer: lapsed, withdrawn, or no longer sent to the organ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerk_app.cases.case_record import read_case
from clerk_app.cases.lapses import find_lapse_cause
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _
from clerk_app.roles.case_view import describe_lapse
from clerk_app.roles.formatting import localize
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from db.engines import Row, Transaction


def has_ended_elsewhere(row: Row | None) -> bool:
    """Return whether a task that an officer held lapsed or was withdrawn, or is no longer in this store.

    The center no longer sends a case to an organ when the organ has no open task in it.
    """
    return row is None or row["state"] in ("lapsed", "withdrawn")


def is_deemed_approved(tx: Transaction, row: Row | None) -> bool:
    """Return whether a task was approved by the lapse of time."""
    decision = tx.get("decisions", task=row["id"]) if row is not None and row["state"] == "approved" else None
    return decision is not None and decision["paper_due_at"] is not None


def describe_ended_tasks(tx: Transaction, tasks: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each of the tasks that has ended elsewhere."""
    for task in tasks:
        row = tx.get("tasks", id=task)
        if has_ended_elsewhere(row) or is_deemed_approved(tx, row):
            yield f"{format_task_number(task)}: {_describe_end(tx, row)}"


def _describe_end(tx: Transaction, row: Row | None) -> str:
    if row is None:
        return _("This task is no longer here: its matter or its case ended, or another organ decides it now.")
    if row["state"] == "approved":
        return _("It was approved by the lapse of time: the statutory date passed without a decision.")
    if row["state"] == "withdrawn":
        return _("The application was withdrawn before you decided this task.")
    try:
        case = read_case(tx, row["case_number"])
        matters = {task["id"]: task["matter"] for task in case.tasks}
        cause = matters.get(find_lapse_cause(row, tx.get("decisions", task=row["id"])), "")
        sentence = describe_lapse(case.catalogue, cause)
        return f"{localize(case.catalogue.matter(row['matter']).name)}: {sentence}"
    except UNREADABLE as error:
        report_unreadable(f"task {row['id']}", error)
        return _("This task is closed: its matter or its case ended before you decided it.")
