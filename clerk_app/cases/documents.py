"""A case as a document: whole for the centre that accepted it; for an organ only its own part, and while it works.

A centre does not see who holds a task; an organ sees the fields and materials of its own tasks that have begun, their
supplements and history, of the others only where they stand, and nothing of a case in which it has nothing left to do.
While its tasks wait for others it knows only that they will come: no form, no papers, nothing of what others do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Any

import msgspec

from clerk_app.cases.claims import ClaimTask, KeepClaim, Reassign, ReleaseTask, TakeBack
from clerk_app.cases.decide import CommitTask, DecideTask
from clerk_app.cases.erase import forget_here
from clerk_app.cases.life import ENDED_TASK
from clerk_app.cases.record import asked_of, deciding_fields, made_plan
from clerk_app.catalogue import published
from clerk_app.catalogue.model import Catalogue
from clerk_app.errors import BadData
from clerk_app.ledger.commands import Rule
from clerk_app.ledger.documents import Kind, Rows
from db.engines import Row, Transaction

_ORDER: dict[str, tuple[str, ...]] = {
    "parties": ("role",),
    "matters": ("position",),
    "field_values": ("field",),
    "tasks": ("id",),
    "supplements": ("id",),
    "notices": ("id",),
    "issuances": ("matter",),
    "deliveries": (),
    "materials": ("material", "version"),
    "objections": ("number",),
}
_BY_TASK = {"claims": "cases.claims_of", "decisions": "cases.decisions_of"}
_MOVES = frozenset(
    command.stored_name for command in (ClaimTask, KeepClaim, ReleaseTask, TakeBack, Reassign, DecideTask, CommitTask)
)
"""Commands that write nothing of a case but these tables, and the case's own row."""
_MOVING = ("tasks", "supplements", "claims", "decisions")
_STANDING = tuple(table for table in _ORDER if table not in _MOVING)
_FAR = {"owner": None, "lease_until": None, "fence": 0}  # of a task that is not the reader's own


def case_kind(rules: Iterable[Rule[Any, Any]]) -> Kind:
    """Cases, with the history that the lasting commands among `rules` leave in them."""
    lasting = frozenset(rule.kind for rule in rules if rule.lasting)

    def whole(tx: Transaction, number: str, before: _Whole | None) -> _Whole | None:
        cases = tx.rows("cases", number=number)
        if not cases:
            return None
        done = _done(tx, number, before.revision if before is not None else 0)
        if before is not None and (not done or done[0]["revision"] != before.revision):  # it is not from before this
            before, done = None, _done(tx, number, 0)
        return _read(tx, cases[0], done, lasting, before)

    def confirmed(tx: Transaction, number: str) -> None:
        tx.remove("histories", case_number=number)
        tx.insert_many("histories", _history(number, _done(tx, number, 0), lasting, 0)[:1])

    return Kind.in_parts("case", rows, whole, _part, clear, _told, placed, confirmed, _places)


@dataclass(frozen=True)
class _Whole:
    """All that is known of a case, and the catalogue that it was accepted under."""

    found: Rows
    case: Row
    catalogue: Catalogue | None  # None: it is not here, as the case's objection says
    from_afar: list[Row]  # its tasks as others see them
    about: list[str]  # the task that each line of its history is about
    revision: int  # of the last entry that was done in it

    @cached_property
    def of_organs(self) -> Row:
        """The case as organs see it."""
        return {**self.case, "applicant_number": None}

    @cached_property
    def to_come(self) -> Row:
        """As those see it who still wait for others: without what these change, and where it is."""
        unsaid = {"window_id": "", "centre": "", "pending": 0, "promised_at": None, "statutory_at": None, "expected": 0}
        return {**self.of_organs, **unsaid}

    @cached_property
    def plan(self) -> tuple[str, frozenset[str], tuple[tuple[str, str], ...]]:
        """What its plan follows from, beside the catalogue."""
        assert self.catalogue is not None
        one_thing, chosen = self.case["one_thing"], frozenset(row["matter"] for row in self.found["matters"])
        values = {row["field"]: row["value"] or "" for row in self.found["field_values"]}
        return one_thing, chosen, asked_of(self.catalogue, one_thing, chosen, values)


def _read(tx: Transaction, case: Row, done: list[Row], lasting: frozenset[str], before: _Whole | None) -> _Whole:
    """The case as it is now. What still stands as `before` is taken from there; `done` begins with its last entry."""
    number = case["number"]
    known = before.found if before is not None else {}
    new = done[1:] if before is not None else done
    still = before is not None and all(row["kind"] in _MOVES for row in new)
    found = {table: known[table] if still else _rows_of(tx, table, number) for table in _STANDING}
    for table in _MOVING:
        found[table] = _the_same(known.get(table, []), _rows_of(tx, table, number))
    lines = _history(number, new, lasting, len(known.get("histories", [])))
    found["histories"] = [*known.get("histories", []), *lines]
    found["cases"] = [case]
    return _Whole(
        found,
        case,
        before.catalogue if before is not None and before.catalogue is not None else _catalogue(tx, case),
        _the_same(before.from_afar if before is not None else [], [_from_afar(task) for task in found["tasks"]]),
        [*(before.about if before is not None else []), *map(_about, lines)],
        done[-1]["revision"] if done else 0,
    )


def _the_same(before: list[Row], now: list[Row]) -> list[Row]:
    """The rows as they are now, the very same ones where nothing has changed: those are written already."""
    return [old if old == new else new for old, new in zip_longest(before, now) if new is not None]


def _part(whole: _Whole, organs: frozenset[str]) -> Rows | None:
    """What somebody may hold of it who works for these organs."""
    if whole.case["centre"] in organs:
        return None if whole.case["state"] == "archived" else _of_centre(whole, organs)
    own = {task["id"]: task for task in whole.found["tasks"] if task["organ"] in organs}
    states = {task["state"] for task in own.values()}.difference(ENDED_TASK)
    if whole.catalogue is None or not states:
        return None
    return _to_come(whole, own) if states == {"waiting"} else _of_organs(whole, whole.catalogue, own, organs)


def _places(tx: Transaction, whole: _Whole) -> dict[str, int]:
    """Where the case stands in its readers' feeds; nowhere while its catalogue may still be published."""
    if whole.catalogue is None:
        return {}
    rows = tx.all("cases.places", number=whole.case["number"])
    return {row["scope"]: row["version"] for row in rows}


def _catalogue(tx: Transaction, case: Row) -> Catalogue | None:
    try:
        return published.load(tx, case["catalogue"], case["catalogue_version"])
    except BadData:
        return None


def rows(tx: Transaction, number: str) -> Rows:
    """Everything here about a case."""
    return {
        "cases": tx.rows("cases", number=number),
        **{table: _rows_of(tx, table, number) for table in (*_STANDING, *_MOVING)},
        "histories": tx.rows("histories", order=("revision",), case_number=number),
    }


def _rows_of(tx: Transaction, table: str, number: str) -> list[Row]:
    if table in _BY_TASK:
        return tx.all(_BY_TASK[table], first=f"{number}00", last=f"{number}99")
    return tx.rows(table, order=_ORDER[table], case_number=number)


def clear(tx: Transaction, number: str) -> None:
    """Takes a case out of this store, and its tasks out of the counters of their queues."""
    _count(tx, number, -1)
    first, last = f"{number}00", f"{number}99"
    tx.remove("cases", number=number)
    for table in _ORDER:
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


def _of_centre(whole: _Whole, organs: frozenset[str]) -> Rows:
    found = whole.found
    far = {task["id"] for task in found["tasks"] if task["organ"] not in organs}
    both = zip(found["tasks"], whole.from_afar, strict=True)
    return {
        **found,
        "tasks": [seen if task["id"] in far else task for task, seen in both],
        "claims": [row for row in found["claims"] if row["task"] not in far],
    }


def _from_afar(task: Row) -> Row:
    return {**task, **_FAR, "state": "pooled" if task["state"] == "claimed" else task["state"]}


def _of_organs(whole: _Whole, catalogue: Catalogue, own: dict[str, Row], organs: frozenset[str]) -> Rows:
    found = whole.found
    begun = frozenset(task["matter"] for task in own.values() if task["started_at"] is not None)
    fields, materials = _needed(catalogue, *whole.plan, begun)
    return {
        **_of_centre(whole, organs),
        "parties": [],
        "field_values": [row for row in found["field_values"] if row["field"] in fields],
        "supplements": [row for row in found["supplements"] if row["task"] in own],
        "materials": [row for row in found["materials"] if row["material"] in materials],
        "decisions": [row for row in found["decisions"] if row["task"] in own],
        "deliveries": [],
        "objections": [],
        "histories": [row for row, task in zip(found["histories"], whole.about, strict=True) if task in own],
        "cases": [whole.of_organs],
    }


def _to_come(whole: _Whole, own: dict[str, Row]) -> Rows:
    """Of a case in which these tasks wait or have ended. Others change nothing of it: their doings are not told."""
    found = whole.found
    asked = {field for field, _value in whole.plan[2]}  # without them there is no plan
    return {
        "cases": [whole.to_come],
        "matters": found["matters"],
        "field_values": [row for row in found["field_values"] if row["field"] in asked],
        "tasks": list(own.values()),
        "decisions": [row for row in found["decisions"] if row["task"] in own],
    }


@lru_cache(maxsize=4096)
def _needed(
    catalogue: Catalogue,
    one_thing: str,
    chosen: frozenset[str],
    asked: tuple[tuple[str, str], ...],
    matters: frozenset[str],
) -> tuple[frozenset[str], frozenset[str]]:
    """The fields and materials that whoever works on these matters of a plan sees."""
    plan = made_plan(catalogue, one_thing, chosen, asked)
    fields = {one.field.id for one in plan.fields if matters & set(one.needed_by)}
    fields |= set(deciding_fields(catalogue, one_thing, chosen))  # without them there is no plan
    return frozenset(fields), frozenset(
        name for planned in plan.active if planned.id in matters for name in planned.materials
    )


class _Task(msgspec.Struct):
    """What a command says of the task that it is about."""

    task: str = ""


def _about(row: Row) -> str:
    return msgspec.json.decode(row["command"], type=_Task).task


def _done(tx: Transaction, number: str, revision: int) -> list[Row]:
    """What was done in a case, from this revision on."""
    return tx.all("cases.done_from", stream=f"case/{number}", revision=revision)


def _history(number: str, done: list[Row], lasting: frozenset[str], place: int) -> list[Row]:
    """The lines behind so many others."""
    kept = [row for row in done if row["kind"] in lasting]
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
        for revision, row in enumerate(kept, place + 1)
    ]


def _told(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"organ/{row['organ']}", row["case_number"]) for row in tx.all("cases.told"))
