"""Objections in the lists of a supervisor: those of one kind, window and day beyond a limit are one row.

A machine in wrong hands can raise thousands, and the others would not be found among them.
"""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.cases.dates import to_local_time
from clerk_app.locales import _, localize_name
from clerk_app.roles.objection_view import name_objection
from db.engines import Row, Transaction

MAX_OF_GROUP = 20  # objections of one kind, window and day that have a row each


@dataclass(frozen=True)
class ObjectionGroup:
    """The objections of one kind, window and day beyond the limit."""

    id: str
    window: str
    day: str
    rows: tuple[Row, ...]

    def sentence(self) -> str:
        """Return the sentence of the row for the whole group, in the current language."""
        words = _(
            "{count} more of {day} at {window}: {name}. If the machine there may have been stolen, have it excluded. "
            "One note settles all of them."
        )
        return words.format(
            count=len(self.rows), day=self.day, window=self.window, name=name_objection(self.rows[0]["reason"])
        )


def read_objections(tx: Transaction, zone: str) -> tuple[list[Row], list[ObjectionGroup]]:
    """Return the open objections that have a row each, oldest first, and the groups of the others."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    single: list[Row] = []
    for row in tx.query_all("cases.objections_to_settle"):
        case = tx.get("cases", number=row["case_number"])
        day = to_local_time(row["raised_at"], zone).strftime("%m-%d")
        group = groups.setdefault((row["reason"], str(case["window_id"]) if case is not None else "", day), [])
        group.append(row)
        if len(group) <= MAX_OF_GROUP:
            single.append(row)
    return single, [
        ObjectionGroup(f"objections:{reason}:{window}:{day}", _name_window(tx, window), day, tuple(rows[MAX_OF_GROUP:]))
        for (reason, window, day), rows in groups.items()
        if len(rows) > MAX_OF_GROUP
    ]


def _name_window(tx: Transaction, window: str) -> str:
    row = tx.get("windows", id=window) if window else None
    return localize_name(row["name"]) if row is not None else window
