"""Rows of finished cases for the measured reductions, selected from the table classes. They have no personal data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlmodel import col, select

from db.engines import Row, Transaction
from db.tables.cases import Case, Delivery, Issuance, Matter
from db.tables.hall import VisitCase
from db.tables.licences import Material
from db.tables.tasks import Supplement, Task

_BATCH = 500  # cases whose rows are read together

_PARTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "tasks": (Task, ("id", "matter", "organ", "state", "started_at", "ended_at", "committed_at")),
    "supplements": (Supplement, ("task", "kind", "notified_at", "answered_at", "counted", "term_ended")),
    "issuances": (Issuance, ("issued_at",)),
    "materials": (Material, ("how",)),
    "visits": (VisitCase, ("visit", "cause", "at")),
    "deliveries": (Delivery, ("at",)),
    "matters": (Matter, ("matter", "variant", "dropped")),
}


class FinishedRows(NamedTuple):
    """A case whose results were handed over, and its rows by table."""

    case: Row
    parts: dict[str, list[Row]]


def read_finished_cases(tx: Transaction, begin: int, end: int, centre: str, many: int) -> Iterator[FinishedRows]:
    """Yield the cases whose results were handed over from `begin` to before `end`, the newest first, at most `many`.

    Times are in microseconds UTC. With `centre`, only those that this service centre accepted.
    """
    names = (
        "number",
        "one_thing",
        "catalogue",
        "catalogue_version",
        "accepted_at",
        "promised_at",
        "first_promised_at",
        "visit",
    )
    query = select(*(col(getattr(Case, name)) for name in names))
    query = query.where(col(Case.delivered_at) >= begin, col(Case.delivered_at) < end)
    query = query.where(col(Case.centre) == centre) if centre else query
    cases = iter(tx.run_query(query.order_by(col(Case.delivered_at).desc(), col(Case.number)).limit(many)))
    while batch := list(islice(cases, _BATCH)):
        numbers = [case["number"] for case in batch]
        parts = {name: _read_part(tx, table, columns, numbers) for name, (table, columns) in _PARTS.items()}
        for case in batch:
            yield FinishedRows(case, {name: rows[case["number"]] for name, rows in parts.items()})


def _read_part(
    tx: Transaction, table: type[Any], columns: Sequence[str], numbers: Sequence[str]
) -> dict[str, list[Row]]:
    query = select(col(table.case_number), *(col(getattr(table, name)) for name in columns))
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in tx.run_query(query.where(col(table.case_number).in_(numbers))):
        rows[row["case_number"]].append(row)
    return rows


class EndedTask(NamedTuple):
    """A decided task with what paused it, and the variant of its matter (-1: none) under the catalogue of its case."""

    task: Row
    supplements: list[Row]
    variant: int
    one_thing: str
    catalogue: str
    catalogue_version: int


def read_ended_tasks(tx: Transaction, organs: Sequence[str], begin: int, end: int, many: int) -> Iterator[EndedTask]:
    """Yield the tasks of some organs that were decided from `begin` to before `end`, the newest first, at most `many`.

    Times are in microseconds UTC. Re-checks and referred tasks are left out: their periods are not those of the plan.
    """
    task_names = ("id", "case_number", "matter", "organ", "promised_days", "started_at", "ended_at", "committed_at")
    case_names = ("one_thing", "catalogue", "catalogue_version")
    columns: list[Any] = [col(getattr(Task, name)) for name in task_names]
    columns += [*(col(getattr(Case, name)) for name in case_names), col(Matter.variant)]
    query = select(*columns).join(Case, col(Case.number) == col(Task.case_number))
    same_matter = (col(Matter.case_number) == col(Task.case_number)) & (col(Matter.matter) == col(Task.matter))
    query = query.join(Matter, same_matter).where(col(Task.ended_at).is_not(None))
    query = query.where(col(Task.organ).in_(organs), col(Task.ended_at) >= begin, col(Task.ended_at) < end)
    query = query.where(col(Task.state).in_(("approved", "refused")), col(Task.recheck_of).is_(None))
    query = query.where(col(Task.referred_from) == "")
    rows = iter(tx.run_query(query.order_by(col(Task.ended_at).desc(), col(Task.id)).limit(many)))
    while batch := list(islice(rows, _BATCH)):
        pauses = _read_part(tx, *_PARTS["supplements"], [row["case_number"] for row in batch])
        for row in batch:
            own = [pause for pause in pauses[row["case_number"]] if pause["task"] == row["id"]]
            yield EndedTask(row, own, row["variant"], *(row[name] for name in case_names))
