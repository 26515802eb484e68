"""Replication of cases: each reader receives the part of a case that it may see.

- Counters and supervisors of its site see the whole case, except who holds a task; of a received case not what it was
  applied with (`received_records`). An archived case is not sent. A
  case that has not changed for `window_case_days` is sent only while a notice is not printed or a print has not ended,
  and to machines of supervisors while it is under way or has an objection to settle; FetchCase brings it to a window.
  Only counters receive the contents of printed papers.
- At machines of departments and supervisors, an organ with a started, open task sees the fields and materials that its
  own started tasks need, results of other matters with their licences among them, their supplements, decisions and
  history, and of other tasks only the state.
- An organ whose tasks all wait for other matters sees those tasks and the fields on which the plan depends.
- An organ without open tasks sees nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from clerk_app.cases.case_entries import build_history_rows, read_entries, task_of_entry, writes_only_tasks
from clerk_app.cases.case_record import select_plan_values
from clerk_app.cases.erasure import erase_local_entries
from clerk_app.cases.identifiers import task_id_range
from clerk_app.cases.organ_data import (
    differences_for_matters,
    material_for_matters,
    needed_fields_and_materials,
    rows_of_received,
)
from clerk_app.cases.prints import OPEN_OUTCOMES
from clerk_app.cases.received_records import is_received
from clerk_app.cases.states import ENDED_CASE_STATES, ENDED_TASK_STATES
from clerk_app.catalogue import publication
from clerk_app.errors import BadData
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Rule
from clerk_app.ledger.replication.documents import Audience, DocumentType, Rows
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_ORDER: dict[str, tuple[str, ...]] = {
    "parties": ("role",),
    "representations": ("role",),
    "case_co_signatures": ("role",),
    "matters": ("position",),
    "field_values": ("field",),
    "field_differences": ("field", "source"),
    "tasks": ("id",),
    "supplements": ("id",),
    "notices": ("id",),
    "prints": ("id",),
    "issuances": ("number",),
    "deliveries": ("part",),
    "result_licences": ("task", "product"),
    "materials": ("material", "version"),
    "objections": ("number",),
    "visit_cases": ("at", "visit", "cause"),
    "extensions": ("task",),
    "referrals": ("task",),
    "external_waits": ("id",),
    "case_messages": ("sent_at", "id"),
    "similar_findings": ("task", "other"),
    "similar_searches": ("task",),
}
_BY_TASK = {"claims": "cases.claims_in_range", "decisions": "cases.decisions_in_range"}
_MACHINES = frozenset({MachineKind.COUNTER, MachineKind.DEPARTMENT, MachineKind.SUPERVISOR})
_TASK_TABLES = ("tasks", "supplements", "claims", "decisions")
_OTHER_TABLES = tuple(table for table in _ORDER if table not in _TASK_TABLES)
_MICROSECONDS_PER_DAY = 86_400_000_000
_HIDDEN_CLAIM = {"owner": None, "lease_until": None, "fence": 0}  # columns as shown to readers of other organs


def case_document_type(rules: Iterable[Rule[Any, Any]]) -> DocumentType:
    """Return the document type of cases; the history of a case lists the commands that survive a restore."""

    @cache
    def list_lasting() -> frozenset[str]:  # imports the modules of all these commands
        return frozenset(rule.kind for rule in rules if rule.survives_restore)

    def read_snapshot(tx: Transaction, number: str, before: _CaseSnapshot | None) -> _CaseSnapshot | None:
        cases = tx.select("cases", number=number)
        if not cases:
            return None
        entries = read_entries(tx, number, before.revision if before is not None else 0)
        if before is not None and (not entries or entries[0]["revision"] != before.revision):  # history was replaced
            before, entries = None, read_entries(tx, number, 0)
        return _update_snapshot(tx, cases[0], entries, list_lasting(), before)

    def replace_history(tx: Transaction, number: str) -> None:
        tx.delete("histories", case_number=number)
        tx.insert_many("histories", build_history_rows(number, read_entries(tx, number, 0), list_lasting(), 0)[:1])

    return DocumentType.by_organ(
        "case",
        read_case_rows,
        read_snapshot,
        _visible_part,
        remove_case,
        _list_feed_documents,
        complete_stored_case,
        replace_history,
        _feed_positions,
        _MACHINES,
        is_received,
    )


@dataclass(frozen=True)
class _CaseSnapshot:
    """All rows of a case, and the catalogue under which it was accepted; read once for many readers."""

    rows: Rows
    case: Row
    catalogue: Catalogue | None  # None if not in this store; the case then has an objection
    tasks_for_others: list[Row]  # the tasks of the case as other organs see them
    history_tasks: list[str]  # task id of each line of the history; empty for a line without a task
    revision: int  # revision of the last entry of the case
    changed_at: int  # legal time of this entry, microseconds UTC
    window_case_days: int  # of the policy

    @property
    def plan_fields(self) -> frozenset[str]:
        """The fields on whose values the plan depends: every reader computes it; empty without the catalogue."""
        return frozenset(field for field, _ in self.plan_arguments[2]) if self.catalogue is not None else frozenset()

    @cached_property
    def row_for_organs(self) -> Row:
        """Return the row of the case as organs see it."""
        return {**self.case, "applicant_number": None}

    @cached_property
    def prints_without_content(self) -> list[Row]:
        """Return the prints of the case as machines see them that print nothing."""
        return [{**row, "content": None} for row in self.rows["prints"]]

    @cached_property
    def representations_for_organs(self) -> list[Row]:
        """Return who acted for the applicant as organs see it: without a number."""
        return [{**row, "agent_number": None} for row in self.rows["representations"]]

    @cached_property
    def row_for_waiting_organs(self) -> Row:
        """Return the row of the case for organs whose tasks all wait: without the columns that other organs change."""
        hidden = {"window_id": "", "centre": "", "pending": 0, "promised_at": None, "statutory_at": None, "expected": 0}
        return {**self.row_for_organs, **hidden, "statutory_expected": 0, "calendar": "", "first_promised_at": None}

    @cached_property
    def plan_arguments(self) -> tuple[str, frozenset[str], tuple[tuple[str, str], ...]]:
        """Return the arguments of `cached_plan` after `catalogue`. Raise LookupError if the catalogue is missing."""
        if self.catalogue is None:
            raise LookupError(f"the catalogue of case {self.case['number']} is not in this store")
        one_thing, chosen = self.case["one_thing"], frozenset(row["matter"] for row in self.rows["matters"])
        values = {row["field"]: row["value"] or "" for row in self.rows["field_values"]}
        return one_thing, chosen, select_plan_values(self.catalogue, one_thing, chosen, values)


def _update_snapshot(
    tx: Transaction, case: Row, entries: list[Row], lasting: frozenset[str], before: _CaseSnapshot | None
) -> _CaseSnapshot:
    """Return the snapshot of the case as it is stored now.

    If `before` is None, `entries` are all entries of the case. Otherwise they begin with the last entry that `before`
    covers, and the rows of `before` that cannot have changed are reused.
    """
    number = case["number"]
    old_rows = before.rows if before is not None else {}
    new_entries = entries[1:] if before is not None else entries
    only_tasks_changed = before is not None and all(map(writes_only_tasks, new_entries))
    rows = {table: old_rows[table] if only_tasks_changed else _read_table(tx, table, number) for table in _OTHER_TABLES}
    for table in _TASK_TABLES:
        rows[table] = _reuse_equal_rows(old_rows.get(table, []), _read_table(tx, table, number))
    new_lines = build_history_rows(number, new_entries, lasting, len(old_rows.get("histories", [])))
    rows["histories"] = [*old_rows.get("histories", []), *new_lines]
    rows["cases"] = [case]
    return _CaseSnapshot(
        rows,
        case,
        before.catalogue if before is not None and before.catalogue is not None else _load_catalogue(tx, case),
        _reuse_equal_rows(
            before.tasks_for_others if before is not None else [], [_task_for_others(task) for task in rows["tasks"]]
        ),
        [*(before.history_tasks if before is not None else []), *map(task_of_entry, new_lines)],
        entries[-1]["revision"] if entries else 0,
        max(case["accepted_at"] or 0, entries[-1]["corrected_at"] if entries else 0),
        publication.read_policy(tx).window_case_days,
    )


def _reuse_equal_rows(before: list[Row], current: list[Row]) -> list[Row]:
    """Return the rows of `current`; a row equal to the row of `before` at the same position is replaced by that object.

    The encoding of the old object is already cached.
    """
    return [old if old == new else new for old, new in zip_longest(before, current) if new is not None]


def _visible_part(snapshot: _CaseSnapshot, audience: Audience) -> Rows | None:
    """Return the rows that readers of this audience may see; None if there are none."""
    organs = audience.organs
    if snapshot.case["centre"] in organs and _is_held_at_site(snapshot, audience):
        rows = _rows_for_site(snapshot, organs)
        if snapshot.case["state"] == "received":
            rows = rows_of_received(rows, snapshot.plan_fields)
        return rows if audience.serves else {**rows, "prints": snapshot.prints_without_content}
    if not audience.decides and not audience.supervises:
        return None
    own_tasks = {task["id"]: task for task in snapshot.rows["tasks"] if task["organ"] in organs}
    open_states = {task["state"] for task in own_tasks.values()}.difference(ENDED_TASK_STATES)
    if snapshot.catalogue is None or not open_states:
        return None
    if open_states == {"waiting"}:
        return _rows_for_waiting_organs(snapshot, own_tasks)
    return _rows_for_organs(snapshot, snapshot.catalogue, own_tasks, organs)


def _is_held_at_site(snapshot: _CaseSnapshot, audience: Audience) -> bool:
    """Return whether machines of the case's site hold it: until it is archived, while it is recent or under way."""
    case, days = snapshot.case, snapshot.window_case_days
    if case["state"] == "archived" or not (audience.serves or audience.supervises):
        return False
    if not days or snapshot.changed_at >= audience.today - days * _MICROSECONDS_PER_DAY:
        return True
    if any(notice["state"] == "pending" for notice in snapshot.rows["notices"]):  # its window prints it
        return True
    if any(row["outcome"] in OPEN_OUTCOMES for row in snapshot.rows["prints"]):  # a clerk answers whether it came out
        return True
    has_objection = any(objection["settled_at"] is None for objection in snapshot.rows["objections"])
    return audience.supervises and (has_objection or case["state"] not in ENDED_CASE_STATES)


def _feed_positions(tx: Transaction, snapshot: _CaseSnapshot) -> dict[str, int]:
    """Return the case's position in the change feed of each scope, by scope; empty while its catalogue is missing."""
    if snapshot.catalogue is None:
        return {}
    rows = tx.query_all("cases.feed_positions", number=snapshot.case["number"])
    return {row["scope"]: row["version"] for row in rows}


def _load_catalogue(tx: Transaction, case: Row) -> Catalogue | None:
    try:
        return publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    except BadData:
        return None


def read_case_rows(tx: Transaction, number: str) -> Rows:
    """Return all rows of a case in this store."""
    return {
        "cases": tx.select("cases", number=number),
        **{table: _read_table(tx, table, number) for table in (*_OTHER_TABLES, *_TASK_TABLES)},
        "histories": tx.select("histories", order=("revision",), case_number=number),
    }


def _read_table(tx: Transaction, table: str, number: str) -> list[Row]:
    if table in _BY_TASK:
        first, last = task_id_range(number)
        return tx.query_all(_BY_TASK[table], first=first, last=last)
    return tx.select(table, order=_ORDER[table], case_number=number)


def remove_case(tx: Transaction, number: str) -> None:
    """Delete a case from this store and subtract its tasks from the queue counters."""
    _change_queue_counts(tx, number, -1)
    first, last = task_id_range(number)
    tx.delete("cases", number=number)
    for table in _ORDER:
        tx.delete(table, case_number=number)
    tx.delete("histories", case_number=number)
    tx.execute("cases.delete_claims_in_range", first=first, last=last)
    tx.execute("cases.delete_decisions_in_range", first=first, last=last)


def complete_stored_case(tx: Transaction, number: str) -> None:
    """Add the tasks of a case that was just stored to the queue counters.

    If the authority has erased the case, erase its personal data from the local entries too.
    """
    _change_queue_counts(tx, number, 1)
    case = tx.get("cases", number=number)
    if case is not None and case["applicant_name"] is None:
        erase_local_entries(tx, number)


def _change_queue_counts(tx: Transaction, number: str, by: int) -> None:
    for task in tx.select("tasks", case_number=number):
        if task["state"] not in ENDED_TASK_STATES:
            tx.adjust_queue_count(task["organ"], task["state"], by)


def _rows_for_site(snapshot: _CaseSnapshot, organs: frozenset[str]) -> Rows:
    rows = snapshot.rows
    foreign = {task["id"] for task in rows["tasks"] if task["organ"] not in organs}
    pairs = zip(rows["tasks"], snapshot.tasks_for_others, strict=True)
    return {
        **rows,
        "tasks": [restricted if task["id"] in foreign else task for task, restricted in pairs],
        "claims": [claim for claim in rows["claims"] if claim["task"] not in foreign],
        "similar_findings": [],  # the officer of the task alone sees which cases were named
        "similar_searches": [],
    }


def _task_for_others(task: Row) -> Row:
    return {**task, **_HIDDEN_CLAIM, "state": "pooled" if task["state"] == "claimed" else task["state"]}


def _rows_for_organs(
    snapshot: _CaseSnapshot, catalogue: Catalogue, own_tasks: dict[str, Row], organs: frozenset[str]
) -> Rows:
    rows = snapshot.rows
    started = frozenset(task["matter"] for task in own_tasks.values() if task["started_at"] is not None)
    requests = [row for row in rows["supplements"] if row["task"] in own_tasks]
    fields, materials = needed_fields_and_materials(catalogue, *snapshot.plan_arguments, started, requests)
    return {
        **_rows_for_site(snapshot, organs),
        "prints": snapshot.prints_without_content,
        "parties": [],
        "representations": snapshot.representations_for_organs,
        "field_values": [row for row in rows["field_values"] if row["field"] in fields],
        "field_differences": differences_for_matters(catalogue, started, fields, materials, rows["field_differences"]),
        "supplements": requests,
        "materials": [
            material_for_matters(catalogue, started, row) for row in rows["materials"] if row["material"] in materials
        ],
        "decisions": [row for row in rows["decisions"] if row["task"] in own_tasks],
        "deliveries": [],
        "result_licences": [
            {**row, "code": None} for row in rows["result_licences"] if _is_used(catalogue, row, materials)
        ],
        "objections": [],
        "visit_cases": [],
        "extensions": [row for row in rows["extensions"] if row["task"] in own_tasks],
        "case_messages": [row for row in rows["case_messages"] if {row["sender_organ"], row["organ"]} & organs],
        "external_waits": [row for row in rows["external_waits"] if row["task"] in own_tasks],
        "similar_findings": [row for row in rows["similar_findings"] if row["task"] in own_tasks],
        "similar_searches": [row for row in rows["similar_searches"] if row["task"] in own_tasks],
        "referrals": [row for row in rows["referrals"] if {row["task"], row["successor"]} & own_tasks.keys()],
        "histories": [
            row for row, task in zip(rows["histories"], snapshot.history_tasks, strict=True) if task in own_tasks
        ],
        "cases": [snapshot.row_for_organs],
    }


def _is_used(catalogue: Catalogue, licence: Row, materials: frozenset[str]) -> bool:
    """Return whether the result that a licence is of is one of these materials."""
    return catalogue.matter(licence["matter"]).produces[licence["product"]].material in materials


def _rows_for_waiting_organs(snapshot: _CaseSnapshot, own_tasks: dict[str, Row]) -> Rows:
    """Return the rows for an organ whose open tasks all wait. No command of another organ changes them."""
    rows = snapshot.rows
    plan_fields = snapshot.plan_fields
    return {
        "cases": [snapshot.row_for_waiting_organs],
        "matters": rows["matters"],
        "field_values": [row for row in rows["field_values"] if row["field"] in plan_fields],
        "tasks": list(own_tasks.values()),
        "decisions": [row for row in rows["decisions"] if row["task"] in own_tasks],
    }


def _list_feed_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"organ/{row['organ']}", row["case_number"]) for row in tx.query_all("cases.all_case_scopes"))
