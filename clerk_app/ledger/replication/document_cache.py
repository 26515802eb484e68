"""How documents are read for those who may hold them: once for many readers, and kept for those who come after.

A birth has nine decisions, and after each of them every officer of every organ in it hears of the case. So it is read
once for all of them, each row is written once, and what an organ may hold once for all its readers.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clerk_app.ledger.replication.documents import DocumentType, DocumentTypes, Reader, Rows, encode_row, encode_rows
from db.engines import Row, Transaction

_MAX_ENCODED_ROWS = 250  # of a document that are held as they were written
MAX_DOCUMENTS = 96  # documents kept: those of the last moments, of which many hear one after the other


class FeedPosition(NamedTuple):
    """Where a reader found a document: a position in a scope's feed, in one life of the authority."""

    epoch: str
    scope: str
    version: int


@dataclass
class _RenderedDocument:
    """A document as it was read once, and what of it was written."""

    source: Any
    feed_positions: Mapping[str, int]
    encoded_rows: dict[int, tuple[Row, bytes]] = field(default_factory=dict)
    """Rows by identity, held so that it stays theirs; those that stand are handed on to the next copy."""
    encoded_parts: dict[frozenset[str], bytes | None] = field(default_factory=dict)

    def encode_part(self, document_type: DocumentType, organs: frozenset[str]) -> bytes | None:
        """What somebody may hold who works for these organs."""
        if organs not in self.encoded_parts:
            assert document_type.visible_part is not None
            rows = document_type.visible_part(self.source, organs) if self.source is not None else None
            self.encoded_parts[organs] = self._encode_rows(rows) if rows is not None else None
        return self.encoded_parts[organs]

    def _encode_rows(self, rows: Rows) -> bytes:
        """As `to_bytes` writes them."""
        tables = [
            b'"%s":[%s]' % (table.encode(), b",".join([self._encode_row(row) for row in found]))
            for table, found in rows.items()
        ]
        return b"{%s}" % b",".join(tables)

    def _encode_row(self, row: Row) -> bytes:
        found = self.encoded_rows.get(id(row))
        if found is None:
            found = self.encoded_rows[id(row)] = (row, encode_row(row))
        return found[1]


class DocumentCache:
    """What was read lately, between looks and threads: a bounded number of documents, the oldest go first."""

    def __init__(self, max_documents: int = MAX_DOCUMENTS) -> None:
        self._max_documents = max_documents
        self._documents: OrderedDict[tuple[str, str], _RenderedDocument] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, document: str, position: FeedPosition) -> _RenderedDocument | None:
        """The copy that holds for whoever found the document there."""
        copy = self._documents.get((position.epoch, document))
        return copy if copy is not None and copy.feed_positions.get(position.scope) == position.version else None

    def get_newest(self, document: str, epoch: str) -> _RenderedDocument | None:
        """The newest copy, wherever the document stood."""
        return self._documents.get((epoch, document))

    def put(self, document: str, epoch: str, rendered: _RenderedDocument) -> None:
        """Keeps it for the next ones, in the place of an older one."""
        with self._lock:
            self._documents.pop((epoch, document), None)
            self._documents[epoch, document] = rendered
            while len(self._documents) > self._max_documents:
                self._documents.popitem(last=False)


class DocumentReader:
    """One look at a store for several readers."""

    def __init__(self, types: DocumentTypes, tx: Transaction, cache: DocumentCache | None = None) -> None:
        self.tx = tx
        self._types = types
        self._cache = cache
        self._loaded: dict[str, _RenderedDocument] = {}  # in this look
        self._feed_pages: dict[tuple[str, int, int], list[Row]] = {}
        self._encoded: dict[tuple[str, frozenset[str]], bytes | None] = {}

    def feed_page(self, scope: str, since: int, limit: int) -> list[Row]:
        """So many documents (`document`, `version`) behind a position of a scope's feed, in order."""
        asked = scope, since, limit
        if asked not in self._feed_pages:
            self._feed_pages[asked] = self.tx.query_all("ledger.feed_after", scope=scope, version=since, many=limit)
        return self._feed_pages[asked]

    def visible_document(self, document: str, reader: Reader, position: FeedPosition | None = None) -> bytes | None:
        """What `reader`, who found it at `place`, may hold of a document, as bytes; None for nothing (any more)."""
        asked = document, reader.organs
        if asked in self._encoded:
            return self._encoded[asked]
        kind, key = self._types.split_name(document)
        if kind.load is None or kind.visible_part is None:
            rows = kind.visible_rows(self.tx, key, reader)
            return encode_rows(rows) if rows is not None else None
        copy = self._loaded.get(document)
        if (
            copy is None
            and position is not None
            and self._cache is not None
            and _covers_every_change(position.scope, reader)
        ):
            copy = self._cache.get(document, position)
        told = self._encoded[asked] = (copy or self._load(kind, key, document, position)).encode_part(
            kind, reader.organs
        )
        return told

    def _load(
        self, document_type: DocumentType, key: str, document: str, position: FeedPosition | None
    ) -> _RenderedDocument:
        assert document_type.load is not None
        keeping = self._cache if position is not None and document_type.feed_positions is not None else None
        before = keeping.get_newest(document, position.epoch) if keeping is not None and position is not None else None
        whole = document_type.load(self.tx, key, before.source if before is not None else None)
        places = (
            document_type.feed_positions(self.tx, whole)
            if document_type.feed_positions is not None and whole is not None
            else {}
        )
        written = before.encoded_rows if before is not None and len(before.encoded_rows) < _MAX_ENCODED_ROWS else {}
        copy = self._loaded[document] = _RenderedDocument(whole, places, written)
        if places and keeping is not None and position is not None:
            keeping.put(document, position.epoch, copy)
        return copy


def _covers_every_change(scope: str, reader: Reader) -> bool:
    """Whether every change that this reader can see in a document that has parts moves it in this scope."""
    return len(reader.organs) == 1 and scope == f"organ/{next(iter(reader.organs))}"
