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

from clerk_app.cases.case_record import cached_plan, plan_inputs, select_plan_values
from clerk_app.cases.erasure import erase_local_entries
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.cases.tasks.claims import ClaimTask, ReassignTask, ReleaseTask, RenewClaim, TakeBackTask
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.catalogue import publication
from clerk_app.catalogue.model import Catalogue
from clerk_app.errors import BadData
from clerk_app.ledger.commands import Rule
from clerk_app.ledger.replication.documents import DocumentType, Rows
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
_BY_TASK = {"claims": "cases.claims_in_range", "decisions": "cases.decisions_in_range"}
_TASK_COMMANDS = frozenset(
    command.stored_name
    for command in (ClaimTask, RenewClaim, ReleaseTask, TakeBackTask, ReassignTask, DecideTask, CommitTask)
)
"""Commands that write nothing of a case but these tables, and the case's own row."""
_TASK_TABLES = ("tasks", "supplements", "claims", "decisions")
_OTHER_TABLES = tuple(table for table in _ORDER if table not in _TASK_TABLES)
_HIDDEN_CLAIM = {"owner": None, "lease_until": None, "fence": 0}  # of a task that is not the reader's own


def case_document_type(rules: Iterable[Rule[Any, Any]]) -> DocumentType:
    """Cases, with the history that the lasting commands among `rules` leave in them."""
    lasting = frozenset(rule.kind for rule in rules if rule.lasting)

    def whole(tx: Transaction, number: str, before: _CaseSnapshot | None) -> _CaseSnapshot | None:
        cases = tx.select("cases", number=number)
        if not cases:
            return None
        done = _read_entries(tx, number, before.revision if before is not None else 0)
        if before is not None and (not done or done[0]["revision"] != before.revision):  # it is not from before this
            before, done = None, _read_entries(tx, number, 0)
        return _read_snapshot(tx, cases[0], done, lasting, before)

    def confirmed(tx: Transaction, number: str) -> None:
        tx.delete("histories", case_number=number)
        tx.insert_many("histories", _history_rows(number, _read_entries(tx, number, 0), lasting, 0)[:1])

    return DocumentType.by_organ(
        "case",
        read_case_rows,
        whole,
        _visible_part,
        remove_case,
        _list_feed_documents,
        complete_stored_case,
        confirmed,
        _feed_positions,
    )


@dataclass(frozen=True)
class _CaseSnapshot:
    """All that is known of a case, and the catalogue that it was accepted under."""

    rows: Rows
    case: Row
    catalogue: Catalogue | None  # None: it is not here, as the case's objection says
    tasks_for_others: list[Row]  # its tasks as others see them
    history_tasks: list[str]  # the task that each line of its history is about
    revision: int  # of the last entry that was done in it

    @cached_property
    def row_for_organs(self) -> Row:
        """The case as organs see it."""
        return {**self.case, "applicant_number": None}

    @cached_property
    def row_for_waiting_organs(self) -> Row:
        """As those see it who still wait for others: without what these change, and where it is."""
        unsaid = {"window_id": "", "centre": "", "pending": 0, "promised_at": None, "statutory_at": None, "expected": 0}
        return {**self.row_for_organs, **unsaid}

    @cached_property
    def plan_arguments(self) -> tuple[str, frozenset[str], tuple[tuple[str, str], ...]]:
        """What its plan follows from, beside the catalogue."""
        assert self.catalogue is not None
        one_thing, chosen = self.case["one_thing"], frozenset(row["matter"] for row in self.rows["matters"])
        values = {row["field"]: row["value"] or "" for row in self.rows["field_values"]}
        return one_thing, chosen, select_plan_values(self.catalogue, one_thing, chosen, values)


def _read_snapshot(
    tx: Transaction, case: Row, entries: list[Row], lasting: frozenset[str], before: _CaseSnapshot | None
) -> _CaseSnapshot:
    """The case as it is now. What still stands as `before` is taken from there; `done` begins with its last entry."""
    number = case["number"]
    known = before.rows if before is not None else {}
    new = entries[1:] if before is not None else entries
    still = before is not None and all(row["kind"] in _TASK_COMMANDS for row in new)
    found = {table: known[table] if still else _read_table(tx, table, number) for table in _OTHER_TABLES}
    for table in _TASK_TABLES:
        found[table] = _reuse_equal_rows(known.get(table, []), _read_table(tx, table, number))
    lines = _history_rows(number, new, lasting, len(known.get("histories", [])))
    found["histories"] = [*known.get("histories", []), *lines]
    found["cases"] = [case]
    return _CaseSnapshot(
        found,
        case,
        before.catalogue if before is not None and before.catalogue is not None else _load_catalogue(tx, case),
        _reuse_equal_rows(
            before.tasks_for_others if before is not None else [], [_task_for_others(task) for task in found["tasks"]]
        ),
        [*(before.history_tasks if before is not None else []), *map(_task_of_entry, lines)],
        entries[-1]["revision"] if entries else 0,
    )


def _reuse_equal_rows(before: list[Row], current: list[Row]) -> list[Row]:
    """The rows as they are now, the very same ones where nothing has changed: those are written already."""
    return [old if old == new else new for old, new in zip_longest(before, current) if new is not None]


def _visible_part(snapshot: _CaseSnapshot, organs: frozenset[str]) -> Rows | None:
    """What somebody may hold of it who works for these organs."""
    if snapshot.case["centre"] in organs:
        return None if snapshot.case["state"] == "archived" else _rows_for_site(snapshot, organs)
    own = {task["id"]: task for task in snapshot.rows["tasks"] if task["organ"] in organs}
    states = {task["state"] for task in own.values()}.difference(ENDED_TASK_STATES)
    if snapshot.catalogue is None or not states:
        return None
    return (
        _rows_for_waiting_organs(snapshot, own)
        if states == {"waiting"}
        else _rows_for_organs(snapshot, snapshot.catalogue, own, organs)
    )


def _feed_positions(tx: Transaction, snapshot: _CaseSnapshot) -> dict[str, int]:
    """Where the case stands in its readers' feeds; nowhere while its catalogue may still be published."""
    if snapshot.catalogue is None:
        return {}
    rows = tx.query_all("cases.feed_positions", number=snapshot.case["number"])
    return {row["scope"]: row["version"] for row in rows}


def _load_catalogue(tx: Transaction, case: Row) -> Catalogue | None:
    try:
        return publication.load_version(tx, case["catalogue"], case["catalogue_version"])
    except BadData:
        return None


def read_case_rows(tx: Transaction, number: str) -> Rows:
    """Everything here about a case."""
    return {
        "cases": tx.select("cases", number=number),
        **{table: _read_table(tx, table, number) for table in (*_OTHER_TABLES, *_TASK_TABLES)},
        "histories": tx.select("histories", order=("revision",), case_number=number),
    }


def _read_table(tx: Transaction, table: str, number: str) -> list[Row]:
    if table in _BY_TASK:
        return tx.query_all(_BY_TASK[table], first=f"{number}00", last=f"{number}99")
    return tx.select(table, order=_ORDER[table], case_number=number)


def remove_case(tx: Transaction, number: str) -> None:
    """Takes a case out of this store, and its tasks out of the counters of their queues."""
    _change_queue_counts(tx, number, -1)
    first, last = f"{number}00", f"{number}99"
    tx.delete("cases", number=number)
    for table in _ORDER:
        tx.delete(table, case_number=number)
    tx.delete("histories", case_number=number)
    tx.execute("cases.delete_claims_in_range", first=first, last=last)
    tx.execute("cases.delete_decisions_in_range", first=first, last=last)


def complete_stored_case(tx: Transaction, number: str) -> None:
    """Its tasks stand in their queues again; what was erased elsewhere is erased here."""
    _change_queue_counts(tx, number, 1)
    case = tx.get("cases", number=number)
    if case is not None and case["applicant_name"] is None:
        erase_local_entries(tx, number)


def _change_queue_counts(tx: Transaction, number: str, by: int) -> None:
    for task in tx.select("tasks", case_number=number):
        if task["state"] not in ENDED_TASK_STATES:
            tx.adjust_queue_count(task["organ"], task["state"], by)


def _rows_for_site(snapshot: _CaseSnapshot, organs: frozenset[str]) -> Rows:
    found = snapshot.rows
    far = {task["id"] for task in found["tasks"] if task["organ"] not in organs}
    both = zip(found["tasks"], snapshot.tasks_for_others, strict=True)
    return {
        **found,
        "tasks": [seen if task["id"] in far else task for task, seen in both],
        "claims": [row for row in found["claims"] if row["task"] not in far],
    }


def _task_for_others(task: Row) -> Row:
    return {**task, **_HIDDEN_CLAIM, "state": "pooled" if task["state"] == "claimed" else task["state"]}


def _rows_for_organs(
    snapshot: _CaseSnapshot, catalogue: Catalogue, own_tasks: dict[str, Row], organs: frozenset[str]
) -> Rows:
    found = snapshot.rows
    begun = frozenset(task["matter"] for task in own_tasks.values() if task["started_at"] is not None)
    fields, materials = _needed_fields_and_materials(catalogue, *snapshot.plan_arguments, begun)
    return {
        **_rows_for_site(snapshot, organs),
        "parties": [],
        "field_values": [row for row in found["field_values"] if row["field"] in fields],
        "supplements": [row for row in found["supplements"] if row["task"] in own_tasks],
        "materials": [row for row in found["materials"] if row["material"] in materials],
        "decisions": [row for row in found["decisions"] if row["task"] in own_tasks],
        "deliveries": [],
        "objections": [],
        "histories": [
            row for row, task in zip(found["histories"], snapshot.history_tasks, strict=True) if task in own_tasks
        ],
        "cases": [snapshot.row_for_organs],
    }


def _rows_for_waiting_organs(snapshot: _CaseSnapshot, own_tasks: dict[str, Row]) -> Rows:
    """Of a case in which these tasks wait or have ended. Others change nothing of it: their doings are not told."""
    found = snapshot.rows
    asked = {field for field, _value in snapshot.plan_arguments[2]}  # without them there is no plan
    return {
        "cases": [snapshot.row_for_waiting_organs],
        "matters": found["matters"],
        "field_values": [row for row in found["field_values"] if row["field"] in asked],
        "tasks": list(own_tasks.values()),
        "decisions": [row for row in found["decisions"] if row["task"] in own_tasks],
    }


@lru_cache(maxsize=4096)
def _needed_fields_and_materials(
    catalogue: Catalogue,
    one_thing: str,
    chosen: frozenset[str],
    plan_values: tuple[tuple[str, str], ...],
    matters: frozenset[str],
) -> tuple[frozenset[str], frozenset[str]]:
    """The fields and materials that whoever works on these matters of a plan sees."""
    plan = cached_plan(catalogue, one_thing, chosen, plan_values)
    fields = {one.field.id for one in plan.fields if matters & set(one.needed_by)}
    fields |= set(plan_inputs(catalogue, one_thing, chosen))  # without them there is no plan
    return frozenset(fields), frozenset(
        name for planned in plan.active_matters if planned.id in matters for name in planned.materials
    )


class _TaskReference(msgspec.Struct):
    """What a command says of the task that it is about."""

    task: str = ""


def _task_of_entry(row: Row) -> str:
    return msgspec.json.decode(row["command"], type=_TaskReference).task


def _read_entries(tx: Transaction, number: str, revision: int) -> list[Row]:
    """What was done in a case, from this revision on."""
    return tx.query_all("cases.done_entries_from", stream=f"case/{number}", revision=revision)


def _history_rows(number: str, entries: list[Row], lasting: frozenset[str], place: int) -> list[Row]:
    """The lines behind so many others."""
    kept = [row for row in entries if row["kind"] in lasting]
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


def _list_feed_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"organ/{row['organ']}", row["case_number"]) for row in tx.query_all("cases.all_case_scopes"))
