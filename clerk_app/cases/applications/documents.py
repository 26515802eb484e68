"""Replication of an application: only the machine at which it was opened gets it, and only until it has ended."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.cases.applications.content import OPENED
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from db.engines import Transaction


def _read_rows(tx: Transaction, number: str) -> Rows:
    return {
        "applications": tx.select("applications", number=number),
        "application_attachments": tx.select("application_attachments", application=number, order=("material",)),
    }


def _visible_rows(tx: Transaction, number: str, reader: Reader) -> Rows | None:
    rows = _read_rows(tx, number)
    found = rows["applications"]
    if not found or found[0]["state"] != OPENED or found[0]["opened_node"] != reader.node:
        return None
    return {**rows, "applications": [{**found[0], "portal": number, "reference": ""}]}


def _delete_rows(tx: Transaction, number: str) -> None:
    tx.delete("applications", number=number)
    tx.delete("application_attachments", application=number)


def _list_feed_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"node/{row['opened_node']}", row["number"]) for row in tx.select("applications", state=OPENED))


APPLICATION_DOCUMENT = DocumentType(
    "application",
    _read_rows,
    _visible_rows,
    _delete_rows,
    _list_feed_documents,
    machines=frozenset({MachineKind.COUNTER}),
)
