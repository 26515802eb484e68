"""Replication of an application until it has ended: to the machine at which it was opened, and to supervisors.

Machines of supervisors hold its number and dates without its content.
"""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.cases.applications.content import OPEN_STATES, OPENED
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.replication.documents import SUPERVISORS_SCOPE, DocumentType, Reader, Rows
from db.engines import Transaction


def _read_rows(tx: Transaction, number: str) -> Rows:
    return {
        "applications": tx.select("applications", number=number),
        "application_attachments": tx.select("application_attachments", application=number, order=("material",)),
    }


def _visible_rows(tx: Transaction, number: str, reader: Reader) -> Rows | None:
    rows = _read_rows(tx, number)
    found = rows["applications"]
    if not found or found[0]["state"] not in OPEN_STATES:
        return None
    row = {**found[0], "portal": number, "reference": "", "evidence": None}
    if row["state"] == OPENED and row["opened_node"] == reader.node:
        return {**rows, "applications": [row]}
    if MachineKind.SUPERVISOR in reader.kinds:
        return {"applications": [{**row, "content": None}], "application_attachments": []}
    return None


def _delete_rows(tx: Transaction, number: str) -> None:
    tx.delete("applications", number=number)
    tx.delete("application_attachments", application=number)


def _list_feed_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    for state in OPEN_STATES:
        for row in tx.select("applications", state=state):
            yield SUPERVISORS_SCOPE, row["number"]
            if state == OPENED:
                yield f"node/{row['opened_node']}", row["number"]


APPLICATION_DOCUMENT = DocumentType(
    "application",
    _read_rows,
    _visible_rows,
    _delete_rows,
    _list_feed_documents,
    machines=frozenset({MachineKind.COUNTER, MachineKind.SUPERVISOR}),
)
