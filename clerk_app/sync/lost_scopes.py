"""Removes from a node what it may not hold any more: documents of scopes that its center no longer sends to it.

The bytes of removed rows stay in the store's files until the files are purged. A row of `cursors` with the scope
PURGE_SCOPE records that this is due, so that it also happens after a crash.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from clerk_app.ledger.access import is_public_machine
from clerk_app.ledger.replication.documents import DocumentTypes, Rows
from clerk_app.sync.window_rows import own_node
from db.engines import Store, Transaction

PURGE_SCOPE = "-"
"""Scope of the row of `cursors` that exists while the store's files have to be purged."""


def find_lost_documents(
    tx: Transaction, document_types: DocumentTypes, before: Mapping[str, int], now: Collection[str]
) -> dict[str, Rows | None]:
    """Return the names of the documents of lost scopes, each with None, if a scope of `before` is not in `now`.

    `before` are the cursors of a request, `now` the scopes of its response; a response without scopes loses none.
    """
    if not now or set(before) <= set(now):
        return {}
    scopes: dict[str, set[str]] = {}
    for document_type in document_types:
        if not document_type.write_once:
            for scope, key in document_type.list_all(tx):
                scopes.setdefault(f"{document_type.name}/{key}", set()).add(scope)
    return {name: None for name, found in scopes.items() if found.isdisjoint(now)}


def finish_scope_loss(tx: Transaction) -> None:
    """Make the node read its remaining feeds again from the start, because it may see less of their documents too.

    A machine that stands in public also erases the personal parts of its answered entries.
    """
    tx.execute("ledger.delete_feed_cursors")
    if is_public_machine(own_node(tx)["kind"]):
        tx.execute("ledger.erase_answered_personal")
    request_purge(tx)


def request_purge(tx: Transaction) -> None:
    """Record that the store's files have to be purged of removed rows."""
    tx.upsert("cursors", ("scope",), scope=PURGE_SCOPE, version=0)


def purge_removed_rows(store: Store) -> bool:
    """Purge the store's files if this is due; return whether it was done.

    It stays due while a reader still uses an old version of a row.
    """
    with store.read() as tx:
        is_due = tx.get("cursors", scope=PURGE_SCOPE) is not None
    if not is_due or not store.purge_old_versions():
        return False
    with store.write() as tx:
        tx.delete("cursors", scope=PURGE_SCOPE)
    return True
