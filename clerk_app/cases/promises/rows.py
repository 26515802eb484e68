"""Rows of promises: inserted with an acceptance, settled by what is brought, and replicated to who follows them up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from clerk_app.cases.promises.offers import GAP, MATERIAL, MadePromise
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Entry
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

OPEN, KEPT, REPORTED, BROKEN, ENDED = "open", "kept", "reported", "broken", "ended"
"""States: to be followed up; kept; reported as false; false; or of no use, because nothing was approved in reliance."""
OPEN_STATES = (OPEN, REPORTED)

_ENDED_UNAPPROVED = ("refused", "lapsed", "withdrawn")
_MACHINES = frozenset({MachineKind.COUNTER, MachineKind.DEPARTMENT, MachineKind.SUPERVISOR})
_LATER: Row = {
    "extended_days": 0,
    "extended_reason": "",
    "state": OPEN,
    "reported_by": "",
    "reported_at": None,
    "reason": "",
    "evidence": "",
    "settled_by": "",
    "settled_at": None,
    "note": "",
}


def insert_promises(
    tx: Transaction,
    case: Row,
    promises: Iterable[MadePromise],
    entry: Entry[Any, Any],
    first: int = 1,
) -> None:
    """Insert promises of a case, numbered from `first`. `case` has the columns of its row that they repeat.

    A promise that this store has is kept: a rebase applies an entry to its case again after the promise was settled.
    """
    for number, promise in enumerate(promises, first):
        key = f"{case['number']}/{number}"
        if tx.get("promises", id=key) is not None:
            continue
        row = {
            **_LATER,
            "id": key,
            "case_number": case["number"],
            "kind": promise.kind,
            "subject": promise.subject,
            "matters": encode_json_list(promise.matters),
            "organ": promise.organ,
            "site": case["centre"],
            "one_thing": case["one_thing"],
            "catalogue": case["catalogue"],
            "catalogue_version": case["catalogue_version"],
            "applicant_name": case["applicant_name"],
            "sheet": promise.sheet,
            "signed_at": promise.signed_at,
            "seen_by": entry.moment.actor.id,
            "made_at": entry.moment.corrected_at,
            "due_at": promise.due_at,
            "expected": promise.expected,
        }
        tx.insert("promises", **row)
        mark_promise_changed(tx, row)


def mark_promise_changed(tx: Transaction, promise: Row) -> None:
    """Announce the change of a promise to its organ and to the service centre of its case."""
    for place in dict.fromkeys((promise["organ"], promise["site"])):
        if place:
            tx.mark_changed(f"organ/{place}", f"promise/{promise['id']}")


def update_promise(tx: Transaction, promise: Row, **changes: object) -> None:
    """Update a promise and announce it."""
    tx.update("promises", {"id": promise["id"]}, **changes)
    mark_promise_changed(tx, promise)


def read_promises(tx: Transaction, case: str) -> list[Row]:
    """Return the promises of a case."""
    return tx.query_all("promises.of_case", number=case)


def get_promise(tx: Transaction, promise: str) -> Row:
    """Return a promise, locked for update. Raises Refused if this store does not have it."""
    row = tx.get_for_update("promises", id=promise)
    if row is None:
        raise Refused("no_promise_here", "There is no such promise here.")
    return row


def recover_promise_act(tx: Transaction, entry: Entry[Any, Any], _: bool) -> Any:
    """Return the lost decision of an act on a promise. Raise Refused while a restored center lacks the promise."""
    get_promise(tx, entry.command.promise)
    return entry.decision


def keep_brought(tx: Transaction, case: str, materials: Collection[str], entry: Entry[Any, Any]) -> None:
    """Settle the promises of a case to bring materials, or that replaced them, which are taken in now."""
    for row in read_promises(tx, case):
        if row["kind"] in (GAP, MATERIAL) and row["subject"] in materials and row["state"] in OPEN_STATES:
            settled = {"settled_by": entry.moment.actor.id, "settled_at": entry.moment.corrected_at}
            update_promise(tx, row, state=KEPT, **settled)


def end_unneeded(tx: Transaction, case: str, at: int) -> None:
    """End the open promises of a case of which no matter was approved or still can be."""
    promises = [row for row in read_promises(tx, case) if row["state"] in OPEN_STATES]
    if not promises:
        return
    states: dict[str, str] = {}
    for task in tx.select("tasks", case_number=case, order=("id",)):
        if task["recheck_of"] is None or task["state"] in ("approved", "refused"):
            states[task["matter"]] = task["state"]
    for row in promises:
        found = [states.get(matter, "") for matter in decode_json_list(row["matters"])]
        if found and all(state in _ENDED_UNAPPROVED for state in found):
            update_promise(tx, row, state=ENDED, settled_at=at)


def list_open_gaps(promises: Iterable[Row], matter: str) -> list[Row]:
    """Return the promises to bring a material on which a matter relies, and that are not kept."""
    return [
        row
        for row in promises
        if row["kind"] == GAP and row["state"] in OPEN_STATES and matter in decode_json_list(row["matters"])
    ]


def _read_rows(tx: Transaction, promise: str) -> Rows:
    return {"promises": tx.select("promises", id=promise)}


def _visible_rows(tx: Transaction, promise: str, reader: Reader) -> Rows | None:
    rows = _read_rows(tx, promise)
    return rows if {row[place] for row in rows["promises"] for place in ("organ", "site")} & reader.organs else None


def _delete_rows(tx: Transaction, promise: str) -> None:
    tx.delete("promises", id=promise)


def _list_all(tx: Transaction) -> Iterator[tuple[str, str]]:
    for row in tx.select("promises"):
        for place in dict.fromkeys((row["organ"], row["site"])):
            if place:
                yield f"organ/{place}", str(row["id"])


PROMISE_DOCUMENT = DocumentType("promise", _read_rows, _visible_rows, _delete_rows, _list_all, machines=_MACHINES)
