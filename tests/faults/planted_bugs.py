"""Bugs to be planted in a copy of the source: edits by regular expression inside a named function.

An edit names the function, so that it still applies when other code of the module moves.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """Replaces the only match of `pattern` in the source of one function."""

    path: str
    function: str
    """Name, or Class.method."""
    pattern: str
    replacement: str

    def apply(self, source: str) -> str:
        """Return the edited source. Raises ValueError if the function is missing or the pattern has not one match."""
        first, last = _find_function(source, self.function)
        lines = source.splitlines(keepends=True)
        body, count = re.subn(self.pattern, self.replacement, "".join(lines[first:last]))
        if count != 1:
            raise ValueError(f"{self.path}, {self.function}: {count} matches of {self.pattern!r}")
        edited = "".join([*lines[:first], body, *lines[last:]])
        ast.parse(edited)
        return edited


@dataclass(frozen=True)
class PlantedBug:
    """One bug: what it breaks, and the edits that make it."""

    name: str
    edits: tuple[Edit, ...]

    def plant(self, root: Path) -> None:
        """Apply the edits to the source under `root`."""
        for edit in self.edits:
            path = root / edit.path
            path.write_text(edit.apply(path.read_text("utf-8")), "utf-8")


def _find_function(source: str, name: str) -> tuple[int, int]:
    """Return the first line (from 0) of a function and the line after its end."""
    nodes: list[ast.stmt] = ast.parse(source).body
    *classes, last = name.split(".")
    for part in classes:
        nodes = next((node.body for node in nodes if isinstance(node, ast.ClassDef) and node.name == part), [])
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and node.name == last:
            return node.lineno - 1, node.end_lineno or node.lineno
    raise ValueError(f"there is no function {name}")


PLANTED_BUGS = (
    PlantedBug(
        "claim_without_lease_check",
        (
            Edit(
                "clerk_app/cases/tasks/claims.py",
                "_decide_claim",
                r"has_expired_claim\(task, moment\.decided_at\)",
                'task["state"] == "claimed"',
            ),
        ),
    ),
    PlantedBug(  # closing depends on tasks that are counted from the rows, instead of the counter of the decision
        "counting_siblings",
        (
            Edit(
                "clerk_app/cases/tasks/consequences.py",
                "store_consequences",
                r'(?s)\w+ = tx\.query_one\("cases\.decrease_pending".*?if (\w+)\.closes:',
                'siblings = [row for row in tx.select("tasks", case_number=\\1.case)'
                ' if row["state"] in ("pooled", "claimed")]\n'
                '    tx.update("cases", {"number": \\1.case}, pending=len(siblings))\n'
                "    if not siblings:",
            ),
        ),
    ),
    PlantedBug(  # one cursor for all scopes
        "cursor_by_one_sequence",
        (
            Edit(
                "clerk_app/center/response_builder.py",
                "_collect_changes",
                r"cursors\.get\(scope, 0\)",
                "max(cursors.values(), default=0)",
            ),
        ),
    ),
    PlantedBug(  # an answered entry is never sent again, even if the restored center does not have it
        "forgetting_at_the_acknowledgement",
        (
            Edit(
                "clerk_app/sync/rebase.py",
                "_mark_answered",
                r'tx\.execute\(\s*"ledger\.mark_unanswered_after", node=node, [^)]*\.last_number\s*\)',
                "pass",
            ),
            Edit(
                "clerk_app/sync/rebase.py",
                "_reset_for_new_epoch",
                r'tx\.execute\(\s*"ledger\.mark_unanswered_before"[^)]*\)',
                "pass",
            ),
        ),
    ),
    PlantedBug(  # a repeated call gets a new number, so that the center cannot recognise it
        "retry_without_number",
        (
            Edit(
                "clerk_app/sync/center_client.py",
                "CenterClient._call_center",
                r"( +)except OutOfReach:\n",
                r"\g<0>\1    self._open_call = (sealed.digest, actor, self._next_call_number())\n",
            ),
        ),
    ),
)
