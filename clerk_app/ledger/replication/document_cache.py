"""Reads documents for many readers: each document is loaded once and cached in encoded form.

A birth case has nine decisions, and each decision announces the case to every officer of every organ of the case. So a
document is loaded once for all readers, each row is encoded once, and the rows that an organ may see are combined once
for all readers of this organ.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clerk_app.ledger.replication.documents import (
    Audience,
    DocumentType,
    DocumentTypes,
    Reader,
    Rows,
    encode_row,
    encode_rows,
)
from db.engines import Row, Transaction

_MAX_ENCODED_ROWS = 250  # a version with fewer encoded rows passes them on to the document's next version
MAX_DOCUMENTS = 96  # documents in the cache: the last loaded ones, which many readers pull one after the other

VisiblePart = Callable[[Any, Audience], Rows | None]
Load = Callable[[Transaction, str, Any], Any]


class FeedPosition(NamedTuple):
    """Where a reader found a document: a version in a scope's feed, in one epoch of the authority."""

    epoch: str
    scope: str
    version: int


@dataclass
class _RenderedDocument:
    """A loaded document, its feed positions, and the encoded rows and parts."""

    source: Any
    feed_positions: Mapping[str, int]
    encoded_rows: dict[int, tuple[Row, bytes]] = field(default_factory=dict)
    """Encoded rows by id() of the row; the value contains the row, so that its id is not reused. The dict is shared
    with the document's next version."""
    encoded_parts: dict[Audience, bytes | None] = field(default_factory=dict)

    def encode_part(self, visible_part: VisiblePart, audience: Audience) -> bytes | None:
        """Return the rows that readers of this audience may see, as JSON; None for nothing."""
        if audience not in self.encoded_parts:
            rows = visible_part(self.source, audience) if self.source is not None else None
            self.encoded_parts[audience] = self._encode_rows(rows) if rows is not None else None
        return self.encoded_parts[audience]

    def _encode_rows(self, rows: Rows) -> bytes:
        """Return the same bytes as `encode_rows`."""
        tables = [
            b'"%s":[%s]' % (table.encode(), b",".join([self._encode_row(row) for row in table_rows]))
            for table, table_rows in rows.items()
        ]
        return b"{%s}" % b",".join(tables)

    def _encode_row(self, row: Row) -> bytes:
        encoded = self.encoded_rows.get(id(row))
        if encoded is None:
            encoded = self.encoded_rows[id(row)] = (row, encode_row(row))
        return encoded[1]


class DocumentCache:
    """Thread-safe cache of rendered documents; above `max_documents`, the documents that were put first are removed."""

    def __init__(self, max_documents: int = MAX_DOCUMENTS) -> None:
        self._max_documents = max_documents
        self._documents: OrderedDict[tuple[str, str], _RenderedDocument] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, document: str, position: FeedPosition) -> _RenderedDocument | None:
        """Return the rendered document if it is current for readers who found it at this position, else None."""
        rendered = self._documents.get((position.epoch, document))
        if rendered is None or rendered.feed_positions.get(position.scope) != position.version:
            return None
        return rendered

    def get_newest(self, document: str, epoch: str) -> _RenderedDocument | None:
        """Return the rendered document, whether it is current or not; None if it is not cached."""
        return self._documents.get((epoch, document))

    def put(self, document: str, epoch: str, rendered: _RenderedDocument) -> None:
        """Add a rendered document, or replace an older version of it."""
        with self._lock:
            self._documents.pop((epoch, document), None)
            self._documents[epoch, document] = rendered
            while len(self._documents) > self._max_documents:
                self._documents.popitem(last=False)


class DocumentReader:
    """Reads documents in one transaction for several readers."""

    def __init__(self, types: DocumentTypes, tx: Transaction, cache: DocumentCache | None = None) -> None:
        self.tx = tx
        self.types = types
        self._cache = cache
        self._loaded: dict[str, _RenderedDocument] = {}  # documents loaded in this transaction
        self._feed_pages: dict[tuple[str, int, int], list[Row]] = {}
        self._encoded: dict[tuple[str, Audience], bytes | None] = {}

    def feed_page(self, scope: str, since: int, limit: int) -> list[Row]:
        """Return at most `limit` documents (`document`, `version`) of a scope's feed after a version, in order."""
        key = scope, since, limit
        if key not in self._feed_pages:
            self._feed_pages[key] = self.tx.query_all("ledger.feed_after", scope=scope, version=since, many=limit)
        return self._feed_pages[key]

    def visible_document(self, document: str, reader: Reader, position: FeedPosition | None = None) -> bytes | None:
        """Return the rows that a reader may see of a document, as JSON; None for nothing.

        `position` is where the reader found the document in its feed; without it, the cache is not used.
        """
        if not self.types.is_held(document, reader):
            return None
        cache_key = document, reader.audience
        if cache_key in self._encoded:
            return self._encoded[cache_key]
        document_type, key = self.types.split_name(document)
        load, visible_part = document_type.load, document_type.visible_part
        if load is None or visible_part is None:
            rows = document_type.visible_rows(self.tx, key, reader)
            return encode_rows(rows) if rows is not None else None
        rendered = self._loaded.get(document)
        if rendered is None:
            rendered = self._get_cached(document, reader, position)
        if rendered is None:
            rendered = self._load(document_type, load, key, document, position)
        encoded = self._encoded[cache_key] = rendered.encode_part(visible_part, reader.audience)
        return encoded

    def _get_cached(self, document: str, reader: Reader, position: FeedPosition | None) -> _RenderedDocument | None:
        if self._cache is None or position is None or not _covers_every_change(position.scope, reader):
            return None
        return self._cache.get(document, position)

    def _load(
        self, document_type: DocumentType, load: Load, key: str, document: str, position: FeedPosition | None
    ) -> _RenderedDocument:
        """Load a document, starting from the cached version if there is one, and cache it."""
        cache = self._cache if position is not None and document_type.feed_positions is not None else None
        previous = cache.get_newest(document, position.epoch) if cache is not None and position is not None else None
        source = load(self.tx, key, previous.source if previous is not None else None)
        positions: Mapping[str, int] = {}
        if document_type.feed_positions is not None and source is not None:
            positions = document_type.feed_positions(self.tx, source)
        encoded_rows: dict[int, tuple[Row, bytes]] = {}
        if previous is not None and len(previous.encoded_rows) < _MAX_ENCODED_ROWS:
            encoded_rows = previous.encoded_rows
        rendered = self._loaded[document] = _RenderedDocument(source, positions, encoded_rows)
        if positions and cache is not None and position is not None:
            cache.put(document, position.epoch, rendered)
        return rendered


def _covers_every_change(scope: str, reader: Reader) -> bool:
    """Return whether every change that the reader can see raises the document's version in the feed of `scope`.

    True only for a reader with one organ that reads the feed of this organ.
    """
    return len(reader.organs) == 1 and scope == f"organ/{next(iter(reader.organs))}"
