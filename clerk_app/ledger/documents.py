"""Documents: what travels between an authority and its windows, and is replaced whole there.

A document is all rows of one thing (a case, a visit, a ticket) under one name, "kind/key". Rooms say which rows those
are and how much of them a node may see; the ledger knows the names, and to whom a change is told (`Transaction.touch`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from db.engines import Row, Transaction

Rows = dict[str, list[Row]]
"""By table; the order of rows is that of their keys."""


W = TypeVar("W")


@dataclass(frozen=True)
class Reader:
    """Who reads: a node, and where it stands. Its scopes follow from that, and from nothing that it says."""

    node: str
    hall: str
    window: str
    organs: frozenset[str]

    @classmethod
    def of(cls, node: Row) -> Reader:
        """The reader that a node's row describes."""
        organs = frozenset(filter(None, node["organs"].split(",")))
        return cls(node["id"], node["hall"], node["window_id"], organs)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """The scopes whose feeds it may follow, sorted."""
        found = {"city", f"node/{self.node}", *(f"organ/{organ}" for organ in self.organs)}
        found |= {f"hall/{self.hall}"} if self.hall else set()
        found |= {f"window/{self.window}"} if self.window else set()
        return tuple(sorted(found))


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    `rows` reads it whole from a store; `seen` is what a reader may hold of it, None for nothing (any more); `clear`
    removes its rows where it is replaced. `everything` names every document of the kind with a scope that is told of
    it: for a store that becomes a center.
    """

    name: str
    rows: Callable[[Transaction, str], Rows]
    seen: Callable[[Transaction, str, Reader], Rows | None]
    clear: Callable[[Transaction, str], None]
    everything: Callable[[Transaction], Iterable[tuple[str, str]]]
    """(scope, key) of each."""
    placed: Callable[[Transaction, str], None] | None = None
    """What follows in this store from new rows."""
    confirmed: Callable[[Transaction, str], None] | None = None
    """Puts beside what this node's own entries made what the authority would say with it."""
    keeps: bool = False
    """Whether what a node has once been given is its own, and is never replaced."""
    whole: Callable[[Transaction, str, Any], Any] | None = None
    """Reads all of it once for many readers, of whom those with the same organs may hold the same `part`; None if it
    is not here. It may go on from what was read another time (None if nothing was)."""
    part: Callable[[Any, frozenset[str]], Rows | None] | None = None
    places: Callable[[Transaction, Any], Mapping[str, int]] | None = None
    """Where the whole stands in the feeds of those who may hold a part: scope "organ/X" and position. A change that
    such an organ can see moves it there, so what was read once holds for that organ as long as it stays there."""

    @classmethod
    def in_parts(
        cls,
        name: str,
        rows: Callable[[Transaction, str], Rows],
        whole: Callable[[Transaction, str, W | None], W | None],
        part: Callable[[W, frozenset[str]], Rows | None],
        clear: Callable[[Transaction, str], None],
        everything: Callable[[Transaction], Iterable[tuple[str, str]]],
        placed: Callable[[Transaction, str], None] | None = None,
        confirmed: Callable[[Transaction, str], None] | None = None,
        places: Callable[[Transaction, W], Mapping[str, int]] | None = None,
    ) -> Kind:
        """A kind of which a reader sees what its organs may see."""

        def seen(tx: Transaction, key: str, reader: Reader) -> Rows | None:
            found = whole(tx, key, None)
            return part(found, reader.organs) if found is not None else None

        return cls(name, rows, seen, clear, everything, placed, confirmed, whole=whole, part=part, places=places)

    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tables of which other documents may have the same rows, and their keys: what one of them says last stands."""


class Kinds:
    """Every kind of document, by name."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._by_name = {kind.name: kind for kind in kinds}
        self._columns: dict[str, tuple[str, ...]] = {}  # of this program's tables

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_name.values())

    def rows(self, tx: Transaction, document: str) -> Rows | None:
        """The document as it is in this store; None when nothing of it is here."""
        kind, key = self.of(document)
        found = kind.rows(tx, key)
        return found if any(found.values()) else None

    def seen(self, tx: Transaction, document: str, reader: Reader) -> Rows | None:
        """What `reader` may hold of it; None for nothing (any more)."""
        kind, key = self.of(document)
        return kind.seen(tx, key, reader)

    def replace(self, tx: Transaction, document: str, rows: Rows | None) -> None:
        """Puts a document in the place of the one here. Columns and tables that this program does not know are left."""
        kind, key = self.of(document)
        if kind.keeps and (rows is None or any(kind.rows(tx, key).values())):
            return
        kind.clear(tx, key)
        for table, found in (rows or {}).items():
            if table not in self._columns:
                self._columns[table] = tx.columns(table)
            known = self._columns[table]
            ours = [{name: row[name] for name in known if name in row} for row in found if known]
            if table in kind.shared:
                for row in ours:
                    tx.put(table, kind.shared[table], **row)
            else:
                tx.insert_many(table, ours)
        if kind.placed is not None:
            kind.placed(tx, key)

    def confirm(self, tx: Transaction, document: str) -> None:
        """The document stands at the authority as this node alone has written it."""
        kind, key = self.of(document)
        if kind.confirmed is not None:
            kind.confirmed(tx, key)

    def knows(self, document: str) -> bool:
        """Whether this program has a place for such a document; one of a newer program is let be."""
        return document.partition("/")[0] in self._by_name

    def of(self, document: str) -> tuple[Kind, str]:
        """The kind of a document, and its key."""
        name, _slash, key = document.partition("/")
        return self._by_name[name], key


def to_bytes(rows: Rows) -> bytes:
    """Rows as JSON; bytes in them as {"base64": ...} (RFC 4648, section 4)."""
    return msgspec.json.encode(_each(rows, _word))


def row_to_bytes(row: Row) -> bytes:
    """One of them."""
    plain = _PLAIN_KINDS.issuperset(map(type, row.values()))
    return msgspec.json.encode(row if plain else {name: _word(value) for name, value in row.items()})


def from_bytes(content: bytes) -> Rows:
    """The rows again. Raises msgspec.DecodeError."""
    found: Mapping[str, list[Row]] = msgspec.json.decode(content, type=dict[str, list[dict[str, Any]]])
    return {
        table: [{name: _value(value) for name, value in row.items()} for row in rows] for table, rows in found.items()
    }


def digest(rows: Rows | None) -> bytes:
    """What makes two copies of a document the same: SHA-256 over its rows in order, tables by name."""
    if rows is None:
        return b""
    ordered = {table: rows[table] for table in sorted(rows) if rows[table]}
    return sha256(
        to_bytes({table: [dict(sorted(row.items())) for row in found] for table, found in ordered.items()})
    ).digest()


def number_in(key: str) -> int:
    """The number that a document's key is; -1, which nothing has, where it is none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else -1


def simple(name: str, table: str, column: str, scope: Callable[[Row], str]) -> Kind:
    """A kind whose document is one row of `table`, by the column that is its key; told to the scope of the row."""

    def rows(tx: Transaction, key: str) -> Rows:
        return {table: tx.rows(table, order=(column,), **{column: key})}

    def seen(tx: Transaction, key: str, reader: Reader) -> Rows | None:
        found = rows(tx, key)
        return found if found[table] and scope(found[table][0]) in reader.scopes else None

    def clear(tx: Transaction, key: str) -> None:
        tx.remove(table, **{column: key})

    def everything(tx: Transaction) -> Iterator[tuple[str, str]]:
        return ((scope(row), str(row[column])) for row in tx.rows(table))

    return Kind(name, rows, seen, clear, everything)


def _each(rows: Mapping[str, list[Row]], change: Callable[[Any], Any]) -> Rows:
    return {
        table: [
            {name: value if type(value) in _PLAIN else change(value) for name, value in row.items()} for row in found
        ]
        for table, found in rows.items()
    }


_PLAIN = (str, int, type(None))  # what goes to JSON as it is
_PLAIN_KINDS = frozenset(_PLAIN)


def _word(value: Any) -> Any:
    if isinstance(value, bool):  # PostgreSQL's; SQLite has numbers
        return int(value)
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _value(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
