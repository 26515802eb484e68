"""Entries of a case as its document needs them: which tables they write, and the lines of its history."""

from __future__ import annotations

from typing import Any

import msgspec

from clerk_app.cases.tasks.claims import ClaimTask, ReassignTask, ReleaseTask, RenewClaim, TakeBackTask
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from db.engines import Row, Transaction

# commands that write only the tables of tasks and the row of the case, see `writes_only_tasks`
_TASK_COMMANDS = frozenset(
    command.stored_name
    for command in (ClaimTask, RenewClaim, ReleaseTask, TakeBackTask, ReassignTask, DecideTask, CommitTask)
)


class _OtherWrites(msgspec.Struct):
    """What a decision on a task wrote in other tables: an objection, withdrawn notices, e-licences, results."""

    objection: int = 0
    withdrawn_notices: tuple[str, ...] = ()
    licences: Any = None
    results: tuple[Any, ...] = ()


def writes_only_tasks(entry: Row) -> bool:
    """Return whether an entry writes only the tables of tasks and the row of the case."""
    if entry["kind"] != DecideTask.stored_name:
        return entry["kind"] in _TASK_COMMANDS
    other = msgspec.json.decode(entry["decision"], type=_OtherWrites)
    return not (other.objection or other.withdrawn_notices or other.results) and other.licences is None


class _TaskReference(msgspec.Struct):
    """The task id in a command; empty for a command without a task."""

    task: str = ""


def task_of_entry(row: Row) -> str:
    """Return the task id in the command of an entry; empty for a command without a task."""
    return msgspec.json.decode(row["command"], type=_TaskReference).task


def read_entries(tx: Transaction, number: str, revision: int) -> list[Row]:
    """Return the executed entries of a case, from `revision` on."""
    return tx.query_all("cases.done_entries_from", stream=f"case/{number}", revision=revision)


def build_history_rows(number: str, entries: list[Row], lasting: frozenset[str], offset: int) -> list[Row]:
    """Return a history line for each entry of a lasting kind; the first line has the number `offset` + 1."""
    lasting_entries = [row for row in entries if row["kind"] in lasting]
    return [
        {
            "case_number": number,
            "revision": revision,
            "kind": row["kind"],
            "actor": row["actor"],
            "at": row["corrected_at"],
            "command": row["command"],
            "decision": row["decision"],
        }
        for revision, row in enumerate(lasting_entries, offset + 1)
    ]
