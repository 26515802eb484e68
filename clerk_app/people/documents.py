"""Replicated documents of people: organs go to every machine, a staff member only to machines of their organ.

The hash of a PIN goes to no machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.ledger.access import STAFF_MACHINES
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, single_row_type
from db.engines import Transaction


def _staff_rows(tx: Transaction, staff: str) -> Rows:
    """Return the rows of a staff member without the hash of their PIN, which never leaves the center."""
    return {
        "staff": [{**row, "pin_hash": ""} for row in tx.select("staff", id=staff)],
        "pin_tries": tx.select("pin_tries", order=("machine",), staff=staff),
    }


def _visible_rows(tx: Transaction, staff: str, reader: Reader) -> Rows | None:
    row = tx.get("staff", id=staff)
    return _staff_rows(tx, staff) if row is not None and row["organ"] in reader.organs else None


def _remove_staff(tx: Transaction, staff: str) -> None:
    tx.delete("staff", id=staff)
    tx.delete("pin_tries", staff=staff)


def _list_feed_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"organ/{row['organ'] or ''}", row["id"]) for row in tx.select("staff"))


DOCUMENT_TYPES = (
    single_row_type("organ", "organs", "id", lambda _: "city"),
    DocumentType("staff", _staff_rows, _visible_rows, _remove_staff, _list_feed_documents, machines=STAFF_MACHINES),
)
