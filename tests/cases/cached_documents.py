"""What an authority keeps of documents between looks, held against what it would read anew."""

from __future__ import annotations

from clerk_app.cases import DOCUMENT_TYPES
from clerk_app.ledger.replication.document_cache import DocumentCache, DocumentReader, FeedPosition
from clerk_app.ledger.replication.documents import DocumentTypes, Reader, encode_rows
from db.engines import Store, Transaction

_KINDS = DocumentTypes(DOCUMENT_TYPES)


def find_stale_documents(store: Store, copies: DocumentCache) -> list[tuple[str, str]]:
    """The cases, with their readers, of which something else would be told than there is to see. Everybody looks."""
    with store.read() as look:
        organs = sorted(
            {row["organ"] for row in look.select("tasks")} | {row["centre"] for row in look.select("cases")}
        )
        looking = DocumentReader(_KINDS, look, copies)
        return [
            (row["document"], organ)
            for organ in organs
            for row in look.select("feed", scope=f"organ/{organ}")
            if row["document"].startswith("case/")
            and _cached(looking, organ, row["document"], row["version"]) != _rendered(look, organ, row["document"])
        ]


def _cached(looking: DocumentReader, organ: str, document: str, version: int) -> bytes | None:
    return looking.visible_document(document, _reader(organ), FeedPosition("", f"organ/{organ}", version))


def _rendered(look: Transaction, organ: str, document: str) -> bytes | None:
    found = _KINDS.visible_rows(look, document, _reader(organ))
    return encode_rows(found) if found is not None else None


def _reader(organ: str) -> Reader:
    return Reader("n", "", "", frozenset({organ}))
