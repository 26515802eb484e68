"""A case as a document: whole for the centre that accepted it; for an organ only its own part, and while it works.

A centre does not see who holds a task; an organ sees the fields, materials, supplements and history of its own tasks,
of the others only where they stand, and nothing of a case in which it has nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from clerk_app.cases.erase import forget_here
from clerk_app.cases.life import ENDED_TASK
from clerk_app.cases.record import deciding_fields, plan_of
from clerk_app.catalogue import published
from clerk_app.catalogue.model import Catalogue
from clerk_app.errors import BadData
from clerk_app.ledger.commands import Rule
from clerk_app.ledger.documents import Kind, Rows
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

    def whole(tx: Transaction, number: str) -> _Whole | None:
        found = rows(tx, number)
        if not found["cases"]:
            return None
        case = found["cases"][0]
        found["histories"] = list(_history(tx, number, lasting))
        return _Whole(found, case, _catalogue(tx, case))

    def confirmed(tx: Transaction, number: str) -> None:
        tx.remove("histories", case_number=number)
        tx.insert_many("histories", list(islice(_history(tx, number, lasting), 1)))

    return Kind.in_parts("case", rows, whole, _part, clear, _told, placed, confirmed)


@dataclass(frozen=True)
class _Whole:
    """All that is known of a case, and the catalogue that it was accepted under."""

    found: Rows
    case: Row
    catalogue: Catalogue | None  # None: it is not here, as the case's objection says


def _part(whole: _Whole, organs: frozenset[str]) -> Rows | None:
    """What somebody may hold of it who works for these organs."""
    if whole.case["centre"] in organs:
        return None if whole.case["state"] == "archived" else _of_centre(whole.found, organs)
    own = {task["id"]: task for task in whole.found["tasks"] if task["organ"] in organs}
    if whole.catalogue is None or all(task["state"] in ENDED_TASK for task in own.values()):
        return None
    return _of_organs(whole, whole.catalogue, own, organs)


def _catalogue(tx: Transaction, case: Row) -> Catalogue | None:
    try:
        return published.load(tx, case["catalogue"], case["catalogue_version"])
    except BadData:
        return None


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
    """Its tasks stand in their queues again; what was erased elsewhere is erased here."""
    _count(tx, number, 1)
    case = tx.row("cases", number=number)
    if case is not None and case["applicant_name"] is None:
        forget_here(tx, number)


def _count(tx: Transaction, number: str, by: int) -> None:
    for task in tx.rows("tasks", case_number=number):
        if task["state"] not in ENDED_TASK:
            tx.count(task["organ"], task["state"], by)


def _of_centre(found: Rows, organs: frozenset[str]) -> Rows:
    tasks = found["tasks"]
    far = {task["id"] for task in tasks if task["organ"] not in organs}
    return {
        **found,
        "tasks": [_from_afar(task) if task["id"] in far else task for task in tasks],
        "claims": [row for row in found["claims"] if row["task"] not in far],
    }


def _from_afar(task: Row) -> Row:
    return {**task, **_FAR, "state": "pooled" if task["state"] == "claimed" else task["state"]}


def _of_organs(whole: _Whole, catalogue: Catalogue, own: dict[str, Row], organs: frozenset[str]) -> Rows:
    found, one_thing = whole.found, whole.case["one_thing"]
    values = {row["field"]: row["value"] or "" for row in found["field_values"]}
    chosen = frozenset(row["matter"] for row in found["matters"])
    plan = plan_of(catalogue, one_thing, chosen, values)
    matters = {task["matter"] for task in own.values()}
    fields = {one.field.id for one in plan.fields if matters & set(one.needed_by)}
    fields |= set(deciding_fields(catalogue, one_thing, chosen))  # without them there is no plan
    materials = {name for planned in plan.active if planned.id in matters for name in planned.materials}
    return {
        **_of_centre(found, organs),
        "parties": [],
        "field_values": [row for row in found["field_values"] if row["field"] in fields],
        "supplements": [row for row in found["supplements"] if row["task"] in own],
        "materials": [row for row in found["materials"] if row["material"] in materials],
        "decisions": [row for row in found["decisions"] if row["task"] in own],
        "deliveries": [],
        "objections": [],
        "histories": [row for row in found["histories"] if _about(row) in own],
        "cases": [{**whole.case, "applicant_number": None}],
    }


class _Task(msgspec.Struct):
    """What a command says of the task that it is about."""

    task: str = ""


def _about(row: Row) -> str:
    return msgspec.json.decode(row["command"], type=_Task).task


def _history(tx: Transaction, number: str, lasting: frozenset[str]) -> Iterator[dict[str, Any]]:
    place = 0
    for row in tx.all("ledger.done_in_stream", stream=f"case/{number}"):
        if row["kind"] in lasting:
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
