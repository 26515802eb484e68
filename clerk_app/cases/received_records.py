"""The record of a received case (收件): its list of missing items, dates and draft content while it is received."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.cases.checks import require_site
from clerk_app.cases.identifiers import case_number_of
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Moment
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from db.engines import Row, Transaction

ONE_TIME = "one_time"
"""Kind of the notice of everything that is missing (一次性告知书)."""
TABLE = "received_records"
_REPLACED_TABLES = (
    "parties",
    "representations",
    "case_co_signatures",
    "matters",
    "field_values",
    "field_differences",
    "materials",
)


def get_received(tx: Transaction, number: str, moment: Moment) -> tuple[Row, Row]:
    """Return the row of a received case, locked for update, and its record.

    Raises Refused if there is none here, it does not wait any more, or the actor works at another site.
    """
    case, record = tx.get_for_update("cases", number=number), tx.get(TABLE, case_number=number)
    if case is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=number[:40])
    require_site(tx, moment, case)
    if case["state"] != "received" or record is None:
        raise Refused("not_received", "Case {number} does not wait for its acceptance any more.", number=number)
    return case, record


def find_late_start(tx: Transaction, number: str, at: int) -> int:
    """Return the receipt of a received case that nobody answered in its period; 0 within it. Microseconds UTC.

    `number` is empty for a new application.
    """
    record = tx.get(TABLE, case_number=number) if number else None
    is_late = record is not None and record["notified_at"] is None and record["answer_due_at"] < at
    return int(record["received_at"]) if record is not None and is_late else 0


def find_received(tx: Transaction, number: str) -> Row | None:
    """Return the record of a received case; None if there is none in this store."""
    return tx.get(TABLE, case_number=number)


def is_received(tx: Transaction, number: str) -> bool:
    """Return whether a case of this store is in the state *received*."""
    case = tx.get("cases", number=number)
    return case is not None and case["state"] == "received"


def mark_received_changed(tx: Transaction, number: str, site: str) -> None:
    """Mark the record of a received case as changed for the machines of its site."""
    if site:
        tx.mark_changed(f"organ/{site}", f"received/{number}")


def move_record(tx: Transaction, number: str, site: str) -> None:
    """Give the record of a received case to another site; nothing for another case."""
    for record in tx.select(TABLE, case_number=number):
        tx.update(TABLE, {"case_number": number}, site=site)
        mark_received_changed(tx, number, record["site"])
        mark_received_changed(tx, number, site)


def remove_record(tx: Transaction, number: str) -> None:
    """Delete the record of a case that leaves the state *received*, and withdraw its notices that were not printed."""
    for record in tx.select(TABLE, case_number=number):
        mark_received_changed(tx, number, record["site"])
    tx.delete(TABLE, case_number=number)
    for notice in tx.select("notices", case_number=number, kind=ONE_TIME, state="pending"):
        tx.update("notices", {"id": notice["id"]}, state="withdrawn")


def remove_received_case(tx: Transaction, number: str) -> bool:
    """Delete the rows of a received case that its acceptance or refusal replaces; return whether there was one.

    Its notices, prints, visits and objections stay.
    """
    if not is_received(tx, number):
        return False
    remove_record(tx, number)
    for table in _REPLACED_TABLES:
        tx.delete(table, case_number=number)
    tx.delete("cases", number=number)
    return True


def store_first_print(tx: Transaction, notice_id: str, at: int, until: int | None, *, expected: bool) -> None:
    """Store that a notice of everything that is missing was printed: its clock stops, and the rest can be brought.

    `at` and `until` are microseconds UTC. Nothing is stored without `until`: the notice came too late.
    """
    number = case_number_of(notice_id)
    notice, record = tx.get("notices", id=notice_id), tx.get(TABLE, case_number=number)
    if notice is None or notice["kind"] != ONE_TIME or record is None or until is None:
        return
    is_later = record["bring_until"] is None or until > record["bring_until"]
    tx.update(
        TABLE,
        {"case_number": number},
        notified_at=record["notified_at"] or at,
        bring_until=until if is_later else record["bring_until"],
        bring_expected=expected if is_later else record["bring_expected"],
    )
    mark_received_changed(tx, number, record["site"])


def _read_rows(tx: Transaction, number: str) -> Rows:
    return {TABLE: tx.select(TABLE, case_number=number)}


def _visible_rows(tx: Transaction, number: str, reader: Reader) -> Rows | None:
    """Return the record for a machine of its site; the content only for those at which it was received or opened."""
    rows = _read_rows(tx, number)[TABLE]
    if not rows or rows[0]["site"] not in reader.organs:
        return None
    record = rows[0]
    is_held = reader.node in (record["received_node"], record["opened_node"]) and MachineKind.COUNTER in reader.kinds
    return {TABLE: [record if is_held else {**record, "content": None}]}


def _delete_rows(tx: Transaction, number: str) -> None:
    tx.delete(TABLE, case_number=number)


def _list_feed_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"organ/{row['site']}", str(row["case_number"])) for row in tx.select(TABLE) if row["site"])


RECEIVED_DOCUMENT = DocumentType(
    "received",
    _read_rows,
    _visible_rows,
    _delete_rows,
    _list_feed_documents,
    machines=frozenset({MachineKind.COUNTER, MachineKind.SUPERVISOR}),
)
