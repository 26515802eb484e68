"""Tasks that an officer has held and not finished, kept over a restart: `held_tasks.json` in the folder of the office.

A hold may end while the officer is absent, and the task may end then without a decision. The officer reads so at the
next sign-in at this machine, until it is acknowledged. The file has ids of tasks only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress

from clerk_app.composition.office import Office
from clerk_app.json_file import read_json_object
from clerk_app.roles.department.ended_tasks import has_ended_elsewhere
from db.engines import Row, Transaction
from db.files import replace_file

HELD_TASKS_FILE = "held_tasks.json"


class HeldTasks:
    """The tasks that one officer has held or returned, until somebody has decided them; a damaged file is empty."""

    def __init__(self, office: Office, staff: str) -> None:
        self._path = office.folder / HELD_TASKS_FILE
        self._staff = staff
        own = read_json_object(self._path).get(staff)
        self._tasks = frozenset(filter(_is_text, own)) if isinstance(own, list) else frozenset[str]()

    def find_ended(self, tx: Transaction) -> list[str]:
        """Return the tasks that have ended elsewhere and are not acknowledged; add those that the officer holds now."""
        held = {row["id"] for row in tx.query_all("cases.tasks_claimed_by", staff=self._staff)}
        rows = {task: tx.get("tasks", id=task) for task in self._tasks - held}
        self._keep(held | {task for task, row in rows.items() if not self._is_settled(row)})
        return sorted(task for task, row in rows.items() if has_ended_elsewhere(row))

    def drop(self, tasks: Iterable[str]) -> None:
        """Remove tasks that the officer has finished, or whose end is acknowledged."""
        self._keep(self._tasks - set(tasks))

    def _is_settled(self, row: Row | None) -> bool:
        """Return whether another officer has decided a task, or holds it now."""
        if row is None:
            return False
        return row["state"] in ("approved", "refused") or row["owner"] not in (None, "", self._staff)

    def _keep(self, tasks: Iterable[str]) -> None:
        kept = frozenset(tasks)
        if kept == self._tasks:
            return
        self._tasks = kept
        content = read_json_object(self._path)
        content.pop(self._staff, None)
        if kept:
            content[self._staff] = sorted(kept)
        with suppress(OSError):  # a folder that cannot be written: they last until the program ends
            replace_file(self._path, json.dumps(content).encode())


def _is_text(value: object) -> bool:
    return isinstance(value, str)
