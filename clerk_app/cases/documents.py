"""A case as a document: whole for the centre that accepted it; for an organ only its own part, and while it works.

A centre does not see who holds a task; an organ sees the fields, materials, supplements and history of its own tasks,
of the others only where they stand, and nothing of a case in which it has nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from clerk_app.cases.life import ENDED_TASK
from clerk_app.cases.record import CaseRecord, read_case
from clerk_app.catalogue.model import Condition
from clerk_app.ledger.commands import Rule
from clerk_app.ledger.documents import Kind, Reader, Rows
from db.engines import Row, Transaction

_BY_CASE = (
    ("parties", ("role",)),
    ("matters", ("position",)),
    ("field_values", ("field",)),
    ("tasks", ("id",)),
    ("supplements", ("id",)),
    ("notices", ("id",)),
    ("issuances", ("matter",)),
    ("deliveries", ()),
    ("materials", ("material", "version")),
    ("objections", ("number",)),
)
_FAR = {"owner": None, "lease_until": None, "fence": 0}  # of a task that is not the reader's own


def case_kind(rules: tuple[Rule, ...]) -> Kind:
    """Cases, with the history that the lasting commands among `rules` leave in them."""
    lasting = frozenset(rule.kind for rule in rules if rule.lasting)

    def seen(tx: Transaction, number: str, reader: Reader) -> Rows | None:
        found = rows(tx, number)
        if not found["cases"]:
            return None
        case = found["cases"][0]
        found["histories"] = list(_history(tx, number, lasting))
        if case["centre"] in reader.organs:
            return None if case["state"] == "archived" else _of_centre(found, reader)
        own = {task["id"]: task for task in found["tasks"] if task["organ"] in reader.organs}
        if all(task["state"] in ENDED_TASK for task in own.values()):
            return None
        return _of_organs(found, own, read_case(tx, number), reader)

    def confirmed(tx: Transaction, number: str) -> None:
        tx.remove("histories", case_number=number)
        tx.insert_many("histories", list(islice(_history(tx, number, lasting), 1)))

    return Kind("case", rows, seen, clear, _told, placed, confirmed)


def rows(tx: Transaction, number: str) -> Rows:
    """Everything here about a case."""
    first, last = f"{number}00", f"{number}99"
    return {
        "cases": tx.rows("cases", number=number),
        **{table: tx.rows(table, order=order, case_number=number) for table, order in _BY_CASE},
        "claims": tx.all("cases.claims_of", first=first, last=last),
        "decisions": tx.all("cases.decisions_of", first=first, last=last),
        "histories": tx.rows("histories", order=("revision",), case_number=number),
    }


def clear(tx: Transaction, number: str) -> None:
    """Takes a case out of this store, and its tasks out of the counters of their queues."""
    _count(tx, number, -1)
    first, last = f"{number}00", f"{number}99"
    tx.remove("cases", number=number)
    for table, _order in _BY_CASE:
        tx.remove(table, case_number=number)
    tx.remove("histories", case_number=number)
    tx.run("cases.clear_claims", first=first, last=last)
    tx.run("cases.clear_decisions", first=first, last=last)


def placed(tx: Transaction, number: str) -> None:
    """Its tasks stand in their queues again."""
    _count(tx, number, 1)


def _count(tx: Transaction, number: str, by: int) -> None:
    for task in tx.rows("tasks", case_number=number):
        if task["state"] not in ENDED_TASK:
            tx.count(task["organ"], task["state"], by)


def _of_centre(found: Rows, reader: Reader) -> Rows:
    tasks = found["tasks"]
    far = {task["id"] for task in tasks if task["organ"] not in reader.organs}
    return {
        **found,
        "tasks": [_from_afar(task) if task["id"] in far else task for task in tasks],
        "claims": [row for row in found["claims"] if row["task"] not in far],
    }


def _from_afar(task: Row) -> Row:
    return {**task, **_FAR, "state": "pooled" if task["state"] == "claimed" else task["state"]}


def _of_organs(found: Rows, own: dict[str, Row], case: CaseRecord, reader: Reader) -> Rows:
    matters = {task["matter"] for task in own.values()}
    fields = {one.field.id for one in case.plan.fields if matters & set(one.needed_by)} | _asked_by_rules(case)
    materials = {name for planned in case.plan.active if planned.id in matters for name in planned.materials}
    return {
        **_of_centre(found, reader),
        "parties": [],
        "field_values": [row for row in found["field_values"] if row["field"] in fields],
        "supplements": [row for row in found["supplements"] if row["task"] in own],
        "materials": [row for row in found["materials"] if row["material"] in materials],
        "decisions": [row for row in found["decisions"] if row["task"] in own],
        "deliveries": [],
        "objections": [],
        "histories": [row for row in found["histories"] if _about(row) in own],
        "cases": [{**found["cases"][0], "applicant_number": None}],
    }


def _asked_by_rules(case: CaseRecord) -> set[str]:
    """The fields on which it hangs which matters apply, and in which variant: without them there is no plan."""
    matters = [planned.matter for planned in case.plan.matters]
    conditions = [
        *(matter.applies.when for matter in matters if matter.applies is not None),
        *(variant.when for matter in matters for variant in matter.variants),
        *(one.when for one in case.plan.one_thing.exclusions if one.when is not None),
    ]
    return {name for condition in conditions for name in _fields(condition)}


def _fields(condition: Condition) -> Iterator[str]:
    if condition.field:
        yield condition.field
    for part in (*(condition.all_ or ()), *(condition.any_ or ()), *((condition.not_,) if condition.not_ else ())):
        yield from _fields(part)


class _Task(msgspec.Struct):
    """What a command says of the task that it is about."""

    task: str = ""


def _about(row: Row) -> str:
    return msgspec.json.decode(row["command"], type=_Task).task


def _history(tx: Transaction, number: str, lasting: frozenset[str]) -> Iterator[dict[str, Any]]:
    place = 0
    for row in tx.all("ledger.of_stream", stream=f"case/{number}"):
        if row["outcome"] == "done" and row["kind"] in lasting:
            place += 1
            yield {
                "case_number": number,
                "revision": place,
                "kind": row["kind"],
                "actor": row["actor"],
                "at": row["corrected_at"],
                "command": row["command"],
                "decision": row["decision"],
            }


def _told(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"organ/{row['organ']}", row["case_number"]) for row in tx.all("cases.told"))
