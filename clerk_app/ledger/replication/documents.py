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
    def from_row(cls, node: Row) -> Reader:
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
class DocumentType:
    """One kind of document.

    `rows` reads it whole from a store; `seen` is what a reader may hold of it, None for nothing (any more); `clear`
    removes its rows where it is replaced. `everything` names every document of the kind with a scope that is told of
    it: for a store that becomes a center.
    """

    name: str
    read_rows: Callable[[Transaction, str], Rows]
    visible_rows: Callable[[Transaction, str, Reader], Rows | None]
    delete_rows: Callable[[Transaction, str], None]
    list_all: Callable[[Transaction], Iterable[tuple[str, str]]]
    """(scope, key) of each."""
    after_replace: Callable[[Transaction, str], None] | None = None
    """What follows in this store from new rows."""
    on_confirmed: Callable[[Transaction, str], None] | None = None
    """Puts beside what this node's own entries made what the authority would say with it."""
    write_once: bool = False
    """Whether what a node has once been given is its own, and is never replaced."""
    load: Callable[[Transaction, str, Any], Any] | None = None
    """Reads all of it once for many readers, of whom those with the same organs may hold the same `part`; None if it
    is not here. It may go on from what was read another time (None if nothing was)."""
    visible_part: Callable[[Any, frozenset[str]], Rows | None] | None = None
    feed_positions: Callable[[Transaction, Any], Mapping[str, int]] | None = None
    """Where the whole stands in the feeds of those who may hold a part: scope "organ/X" and position. A change that
    such an organ can see moves it there, so what was read once holds for that organ as long as it stays there."""

    @classmethod
    def by_organ(
        cls,
        name: str,
        read_rows: Callable[[Transaction, str], Rows],
        load: Callable[[Transaction, str, W | None], W | None],
        visible_part: Callable[[W, frozenset[str]], Rows | None],
        delete_rows: Callable[[Transaction, str], None],
        list_all: Callable[[Transaction], Iterable[tuple[str, str]]],
        after_replace: Callable[[Transaction, str], None] | None = None,
        on_confirmed: Callable[[Transaction, str], None] | None = None,
        feed_positions: Callable[[Transaction, W], Mapping[str, int]] | None = None,
    ) -> DocumentType:
        """A kind of which a reader sees what its organs may see."""

        def seen(tx: Transaction, key: str, reader: Reader) -> Rows | None:
            found = load(tx, key, None)
            return visible_part(found, reader.organs) if found is not None else None

        return cls(
            name,
            read_rows,
            seen,
            delete_rows,
            list_all,
            after_replace,
            on_confirmed,
            load=load,
            visible_part=visible_part,
            feed_positions=feed_positions,
        )

    shared_tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tables of which other documents may have the same rows, and their keys: what one of them says last stands."""


class DocumentTypes:
    """Every kind of document, by name."""

    def __init__(self, types: Iterable[DocumentType]) -> None:
        self._by_name = {kind.name: kind for kind in types}
        self._columns: dict[str, tuple[str, ...]] = {}  # of this program's tables

    def __iter__(self) -> Iterator[DocumentType]:
        return iter(self._by_name.values())

    def read_rows(self, tx: Transaction, document: str) -> Rows | None:
        """The document as it is in this store; None when nothing of it is here."""
        kind, key = self.split_name(document)
        found = kind.read_rows(tx, key)
        return found if any(found.values()) else None

    def visible_rows(self, tx: Transaction, document: str, reader: Reader) -> Rows | None:
        """What `reader` may hold of it; None for nothing (any more)."""
        kind, key = self.split_name(document)
        return kind.visible_rows(tx, key, reader)

    def replace(self, tx: Transaction, document: str, rows: Rows | None) -> None:
        """Puts a document in the place of the one here. Columns and tables that this program does not know are left."""
        kind, key = self.split_name(document)
        if kind.write_once and (rows is None or any(kind.read_rows(tx, key).values())):
            return
        kind.delete_rows(tx, key)
        for table, found in (rows or {}).items():
            if table not in self._columns:
                self._columns[table] = tx.column_names(table)
            known = self._columns[table]
            ours = [{name: row[name] for name in known if name in row} for row in found if known]
            if table in kind.shared_tables:
                for row in ours:
                    tx.upsert(table, kind.shared_tables[table], **row)
            else:
                tx.insert_many(table, ours)
        if kind.after_replace is not None:
            kind.after_replace(tx, key)

    def confirm(self, tx: Transaction, document: str) -> None:
        """The document stands at the authority as this node alone has written it."""
        kind, key = self.split_name(document)
        if kind.on_confirmed is not None:
            kind.on_confirmed(tx, key)

    def is_known(self, document: str) -> bool:
        """Whether this program has a place for such a document; one of a newer program is let be."""
        return document.partition("/")[0] in self._by_name

    def split_name(self, document: str) -> tuple[DocumentType, str]:
        """The kind of a document, and its key."""
        name, _slash, key = document.partition("/")
        return self._by_name[name], key


def encode_rows(rows: Rows) -> bytes:
    """Rows as JSON; bytes in them as {"base64": ...} (RFC 4648, section 4)."""
    return msgspec.json.encode(_map_values(rows, _to_json_value))


def encode_row(row: Row) -> bytes:
    """One of them."""
    plain = _JSON_TYPE_SET.issuperset(map(type, row.values()))
    return msgspec.json.encode(row if plain else {name: _to_json_value(value) for name, value in row.items()})


def decode_rows(content: bytes) -> Rows:
    """The rows again. Raises msgspec.DecodeError."""
    found: Mapping[str, list[Row]] = msgspec.json.decode(content, type=dict[str, list[dict[str, Any]]])
    return {
        table: [{name: _from_json_value(value) for name, value in row.items()} for row in rows]
        for table, rows in found.items()
    }


def rows_digest(rows: Rows | None) -> bytes:
    """What makes two copies of a document the same: SHA-256 over its rows in order, tables by name."""
    if rows is None:
        return b""
    ordered = {table: rows[table] for table in sorted(rows) if rows[table]}
    return sha256(
        encode_rows({table: [dict(sorted(row.items())) for row in found] for table, found in ordered.items()})
    ).digest()


def parse_number_key(key: str) -> int:
    """The number that a document's key is; -1, which nothing has, where it is none."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else -1


def single_row_type(name: str, table: str, column: str, scope: Callable[[Row], str]) -> DocumentType:
    """A kind whose document is one row of `table`, by the column that is its key; told to the scope of the row."""

    def rows(tx: Transaction, key: str) -> Rows:
        return {table: tx.select(table, order=(column,), **{column: key})}

    def seen(tx: Transaction, key: str, reader: Reader) -> Rows | None:
        found = rows(tx, key)
        return found if found[table] and scope(found[table][0]) in reader.scopes else None

    def clear(tx: Transaction, key: str) -> None:
        tx.delete(table, **{column: key})

    def everything(tx: Transaction) -> Iterator[tuple[str, str]]:
        return ((scope(row), str(row[column])) for row in tx.select(table))

    return DocumentType(name, rows, seen, clear, everything)


def _map_values(rows: Mapping[str, list[Row]], convert: Callable[[Any], Any]) -> Rows:
    return {
        table: [
            {name: value if type(value) in _JSON_TYPES else convert(value) for name, value in row.items()}
            for row in found
        ]
        for table, found in rows.items()
    }


_JSON_TYPES = (str, int, type(None))  # what goes to JSON as it is
_JSON_TYPE_SET = frozenset(_JSON_TYPES)


def _to_json_value(value: Any) -> Any:
    if isinstance(value, bool):  # PostgreSQL's; SQLite has numbers
        return int(value)
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _from_json_value(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
