"""Finds the documents of a store that no reader can be sent: damaged rows, or rows that a forged entry wrote."""

from __future__ import annotations

from clerk_app.composition.registry import all_document_types
from clerk_app.ledger.replication.documents import DocumentType, Reader, encode_rows
from db.engines import Store, Transaction
from db.errors import StoreError

_ORGAN_SCOPE = "organ/"


def find_unreadable_documents(store: Store) -> list[str]:
    """Return the names of the documents that cannot be read or are too large to be sent.

    Each is read for one organ of each of its scopes.
    """
    found: dict[str, None] = {}  # an ordered set
    with store.read() as tx:
        for document_type in all_document_types():
            for scope, key in document_type.list_all(tx):
                if not _is_readable(tx, document_type, scope, key):
                    found[f"{document_type.name}/{key[:100]}"] = None
    return list(found)


def _is_readable(tx: Transaction, document_type: DocumentType, scope: str, key: str) -> bool:
    organs = frozenset([scope.removeprefix(_ORGAN_SCOPE)]) if scope.startswith(_ORGAN_SCOPE) else frozenset[str]()
    hall, window, node = (
        scope.removeprefix(prefix) if scope.startswith(prefix) else "" for prefix in ("hall/", "window/", "node/")
    )
    try:
        rows = document_type.visible_rows(tx, key, Reader(node, hall, window, organs))
        return len(encode_rows(rows or {})) <= document_type.max_bytes
    except StoreError:
        raise
    except Exception:  # whatever one damaged row causes
        return False
