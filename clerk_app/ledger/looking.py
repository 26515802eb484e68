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

from clerk_app.ledger.documents import Kind, Kinds, Reader, Rows, row_to_bytes, to_bytes
from db.engines import Row, Transaction

_MOST_ROWS = 250  # of a document that are held as they were written
MOST = 96  # documents kept: those of the last moments, of which many hear one after the other


class Place(NamedTuple):
    """Where a reader found a document: a position in a scope's feed, in one life of the authority."""

    epoch: str
    scope: str
    version: int


@dataclass
class _Copy:
    """A document as it was read once, and what of it was written."""

    whole: Any
    places: Mapping[str, int]
    written: dict[int, tuple[Row, bytes]] = field(default_factory=dict)
    """Rows by identity, held so that it stays theirs; those that stand are handed on to the next copy."""
    parts: dict[frozenset[str], bytes | None] = field(default_factory=dict)

    def part(self, kind: Kind, organs: frozenset[str]) -> bytes | None:
        """What somebody may hold who works for these organs."""
        if organs not in self.parts:
            assert kind.part is not None
            rows = kind.part(self.whole, organs) if self.whole is not None else None
            self.parts[organs] = self._bytes_of(rows) if rows is not None else None
        return self.parts[organs]

    def _bytes_of(self, rows: Rows) -> bytes:
        """As `to_bytes` writes them."""
        tables = [
            b'"%s":[%s]' % (table.encode(), b",".join([self._row(row) for row in found]))
            for table, found in rows.items()
        ]
        return b"{%s}" % b",".join(tables)

    def _row(self, row: Row) -> bytes:
        found = self.written.get(id(row))
        if found is None:
            found = self.written[id(row)] = (row, row_to_bytes(row))
        return found[1]


class Copies:
    """What was read lately, between looks and threads: a bounded number of documents, the oldest go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._copies: OrderedDict[tuple[str, str], _Copy] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._copies)

    def at(self, document: str, place: Place) -> _Copy | None:
        """The copy that holds for whoever found the document there."""
        copy = self._copies.get((place.epoch, document))
        return copy if copy is not None and copy.places.get(place.scope) == place.version else None

    def last(self, document: str, epoch: str) -> _Copy | None:
        """The newest copy, wherever the document stood."""
        return self._copies.get((epoch, document))

    def keep(self, document: str, epoch: str, copy: _Copy) -> None:
        """Keeps it for the next ones, in the place of an older one."""
        with self._lock:
            self._copies.pop((epoch, document), None)
            self._copies[epoch, document] = copy
            while len(self._copies) > self._most:
                self._copies.popitem(last=False)


class Looking:
    """One look at a store for several readers."""

    def __init__(self, kinds: Kinds, tx: Transaction, copies: Copies | None = None) -> None:
        self.tx = tx
        self._kinds = kinds
        self._copies = copies
        self._read: dict[str, _Copy] = {}  # in this look
        self._pages: dict[tuple[str, int, int], list[Row]] = {}
        self._told: dict[tuple[str, frozenset[str]], bytes | None] = {}

    def page(self, scope: str, since: int, many: int) -> list[Row]:
        """So many documents (`document`, `version`) behind a position of a scope's feed, in order."""
        asked = scope, since, many
        if asked not in self._pages:
            self._pages[asked] = self.tx.all("ledger.feed_after", scope=scope, version=since, many=many)
        return self._pages[asked]

    def seen(self, document: str, reader: Reader, place: Place | None = None) -> bytes | None:
        """What `reader`, who found it at `place`, may hold of a document, as bytes; None for nothing (any more)."""
        asked = document, reader.organs
        if asked in self._told:
            return self._told[asked]
        kind, key = self._kinds.of(document)
        if kind.whole is None or kind.part is None:
            rows = kind.seen(self.tx, key, reader)
            return to_bytes(rows) if rows is not None else None
        copy = self._read.get(document)
        if copy is None and place is not None and self._copies is not None and _tells_all(place.scope, reader):
            copy = self._copies.at(document, place)
        told = self._told[asked] = (copy or self._copy(kind, key, document, place)).part(kind, reader.organs)
        return told

    def _copy(self, kind: Kind, key: str, document: str, place: Place | None) -> _Copy:
        assert kind.whole is not None
        keeping = self._copies if place is not None and kind.places is not None else None
        before = keeping.last(document, place.epoch) if keeping is not None and place is not None else None
        whole = kind.whole(self.tx, key, before.whole if before is not None else None)
        places = kind.places(self.tx, whole) if kind.places is not None and whole is not None else {}
        written = before.written if before is not None and len(before.written) < _MOST_ROWS else {}
        copy = self._read[document] = _Copy(whole, places, written)
        if places and keeping is not None and place is not None:
            keeping.keep(document, place.epoch, copy)
        return copy


def _tells_all(scope: str, reader: Reader) -> bool:
    """Whether every change that this reader can see in a document that has parts moves it in this scope."""
    return len(reader.organs) == 1 and scope == f"organ/{next(iter(reader.organs))}"
