"""Comparison of cached case documents with freshly rendered ones."""

from __future__ import annotations

from clerk_app.cases.document_types import DOCUMENT_TYPES
from clerk_app.ledger.replication.document_cache import DocumentCache, DocumentReader, FeedPosition
from clerk_app.ledger.replication.documents import DocumentTypes, Reader, encode_rows
from db.engines import Row, Store, Transaction

_TYPES = DocumentTypes(DOCUMENT_TYPES)


def find_stale_documents(store: Store, cache: DocumentCache) -> list[tuple[str, str]]:
    """Return each case document, with its organ, whose cached form differs from what the organ may see now."""
    with store.read() as tx:
        organs = sorted({row["organ"] for row in tx.select("tasks")} | {row["centre"] for row in tx.select("cases")})
        document_reader = DocumentReader(_TYPES, tx, cache)
        return [
            (row["document"], organ)
            for organ in organs
            for row in tx.select("feed", scope=f"organ/{organ}")
            if row["document"].startswith("case/")
            and _cached(document_reader, organ, row) != _rendered(tx, organ, row["document"])
        ]


def _cached(document_reader: DocumentReader, organ: str, feed_row: Row) -> bytes | None:
    position = FeedPosition("", f"organ/{organ}", feed_row["version"])
    return document_reader.visible_document(feed_row["document"], _reader(organ), position)


def _rendered(tx: Transaction, organ: str, document: str) -> bytes | None:
    rows = _TYPES.visible_rows(tx, document, _reader(organ))
    return encode_rows(rows) if rows is not None else None


def _reader(organ: str) -> Reader:
    return Reader("n", "", "", frozenset({organ}))
