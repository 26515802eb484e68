"""Replicated documents: the units in which an authority sends rows to its windows; each replaces its older version.

A document is all rows of one object (a case, a visit, a ticket) under one name, "type/key". The module of the object
defines its DocumentType: the rows, and which of them a node may see. `Transaction.mark_changed` announces a change.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import msgspec

from clerk_app.ledger.access import ANY_MACHINE, MachineKind, is_public_machine, machine_kinds
from db.engines import Row, Store, Transaction
from db.json_lists import decode_json_list

MAX_DOCUMENT_BYTES = 8 * 1024 * 1024
"""Of a document of most types."""

Rows = dict[str, list[Row]]
"""Rows of a document by table, ordered by their keys."""

W = TypeVar("W")
_MICROSECONDS_PER_DAY = 86_400_000_000
SUPERVISORS_SCOPE = "supervisors"
"""Scope that the machines of all supervisors read: what waits and has no place yet."""


class Audience(NamedTuple):
    """What decides which part of a document a reader sees; readers of the same audience see the same part."""

    organs: frozenset[str]
    supervises: bool = True
    """Whether supervisors work at the machine: it holds all work that is under way at its site."""
    serves: bool = True
    """Whether citizens are served at the machine: it holds the recent cases of its site."""
    decides: bool = True
    """Whether officers work at the machine: it holds the tasks of its organs."""
    today: int = 0
    """Start of the current day (microseconds UTC), from which the age of documents is counted; 0: all are recent."""


@dataclass(frozen=True)
class Reader:
    """A node that reads documents. The authority derives its scopes from the node's row, not from its requests."""

    node: str
    hall: str
    window: str
    organs: frozenset[str]
    is_public: bool = False
    """Whether the machine stands in public: it reads the city and its hall only, and no ids of staff."""
    kinds: frozenset[MachineKind] = ANY_MACHINE
    today: int = 0

    @classmethod
    def from_row(cls, node: Row, now: int = 0) -> Reader:
        """Return the reader for a row of `nodes` at a time in microseconds; at 0, all documents count as recent."""
        kinds = machine_kinds(node["kind"])
        if is_public_machine(node["kind"]):
            return cls(node["id"], node["hall"], "", frozenset(), is_public=True, kinds=kinds)
        organs = frozenset(decode_json_list(node["organs"]))
        today = now // _MICROSECONDS_PER_DAY * _MICROSECONDS_PER_DAY
        return cls(node["id"], node["hall"], node["window_id"], organs, kinds=kinds, today=today)

    @cached_property
    def audience(self) -> Audience:
        """What decides which part of a document the reader sees."""
        supervises, serves, decides = (
            kind in self.kinds for kind in (MachineKind.SUPERVISOR, MachineKind.COUNTER, MachineKind.DEPARTMENT)
        )
        return Audience(self.organs, supervises, serves, decides, self.today)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """Sorted scopes whose feeds the node may read."""
        scopes = {"city", f"node/{self.node}", *(f"organ/{organ}" for organ in self.organs)}
        scopes |= {f"hall/{self.hall}"} if self.hall else set()
        scopes |= {f"window/{self.window}"} if self.window else set()
        scopes |= {SUPERVISORS_SCOPE} if MachineKind.SUPERVISOR in self.kinds and not self.is_public else set()
        return tuple(sorted(scopes))


class DocumentType(msgspec.Struct, frozen=True):
    """Type of a replicated document: how its rows are read, restricted to a reader, and replaced."""

    name: str
    read_rows: Callable[[Transaction, str], Rows]
    """Reads all rows of a document by its key."""
    visible_rows: Callable[[Transaction, str, Reader], Rows | None]
    """Reads the rows that a reader may see; None for nothing."""
    delete_rows: Callable[[Transaction, str], None]
    """Deletes the rows of a document before they are replaced."""
    list_all: Callable[[Transaction], Iterable[tuple[str, str]]]
    """Lists (scope, key) for each document and each scope that announces it, for a store that becomes a center."""
    after_replace: Callable[[Transaction, str], None] | None = None
    """Updates the rows of this store that depend on the replaced ones."""
    on_confirmed: Callable[[Transaction, str], None] | None = None
    """Called when the authority confirms a document that this node wrote, instead of sending it. Adds the rows that the
    authority would have sent in addition to those that this node wrote."""
    machines: frozenset[MachineKind] = ANY_MACHINE
    """Kinds of machine that hold documents of this type; no other machine receives any part of one."""
    write_once: bool = False
    """Whether a document is never replaced once the node has received it."""
    load: Callable[[Transaction, str, Any], Any] | None = None
    """Loads a document for all readers; readers of the same audience see the same `visible_part`. Returns None for a
    missing document. The third argument is an earlier result to start from, or None."""
    visible_part: Callable[[Any, Audience], Rows | None] | None = None
    """Returns the rows of a loaded document that readers of an audience may see; None for nothing."""
    feed_positions: Callable[[Transaction, Any], Mapping[str, int]] | None = None
    """Returns the document's version in the feed of each scope "organ/X". A change that organ X can see always raises
    the version in this scope; while the version is the same, a cached document is current for the organ."""
    is_reduced: Callable[[Transaction, str], bool] | None = None
    """Returns whether a machine that wrote a document may see only a part of it, so that it is sent back."""
    shared_tables: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Tables whose rows may also belong to other documents, with their keys: the row received last is kept."""
    prepare: Callable[[Store, str, Rows], None] | None = None
    """Does what takes long before received rows replace a document, in transactions of its own."""
    max_bytes: int = MAX_DOCUMENT_BYTES
    """Of a document that is sent to machines; a larger one counts as one that cannot be read."""

    @classmethod
    def by_organ(
        cls,
        name: str,
        read_rows: Callable[[Transaction, str], Rows],
        load: Callable[[Transaction, str, W | None], W | None],
        visible_part: Callable[[W, Audience], Rows | None],
        delete_rows: Callable[[Transaction, str], None],
        list_all: Callable[[Transaction], Iterable[tuple[str, str]]],
        after_replace: Callable[[Transaction, str], None] | None = None,
        on_confirmed: Callable[[Transaction, str], None] | None = None,
        feed_positions: Callable[[Transaction, W], Mapping[str, int]] | None = None,
        machines: frozenset[MachineKind] = ANY_MACHINE,
        is_reduced: Callable[[Transaction, str], bool] | None = None,
    ) -> DocumentType:
        """Create a type whose documents are restricted by the organs of the reader."""

        def visible_rows(tx: Transaction, key: str, reader: Reader) -> Rows | None:
            loaded = load(tx, key, None)
            return visible_part(loaded, reader.audience) if loaded is not None else None

        return cls(
            name,
            read_rows,
            visible_rows,
            delete_rows,
            list_all,
            after_replace,
            on_confirmed,
            machines=machines,
            load=load,
            visible_part=visible_part,
            feed_positions=feed_positions,
            is_reduced=is_reduced,
        )


class DocumentTypes:
    """Registry of document types by name. A document is named "type/key"."""

    def __init__(self, types: Iterable[DocumentType]) -> None:
        self._by_name = {document_type.name: document_type for document_type in types}
        self._columns: dict[str, tuple[str, ...]] = {}  # columns of each table in this store

    def __iter__(self) -> Iterator[DocumentType]:
        return iter(self._by_name.values())

    def read_rows(self, tx: Transaction, document: str) -> Rows | None:
        """Return the rows of a document in this store; None when there are none."""
        document_type, key = self.split_name(document)
        rows = document_type.read_rows(tx, key)
        return rows if any(rows.values()) else None

    def visible_rows(self, tx: Transaction, document: str, reader: Reader) -> Rows | None:
        """Return the rows that a reader may see; None for nothing."""
        document_type, key = self.split_name(document)
        return document_type.visible_rows(tx, key, reader) if document_type.machines & reader.kinds else None

    def is_held(self, document: str, reader: Reader) -> bool:
        """Return whether machines of the reader's kinds hold documents of this type; False for an unknown type."""
        document_type = self._by_name.get(document.partition("/")[0])
        return document_type is not None and bool(document_type.machines & reader.kinds)

    def replace(self, tx: Transaction, document: str, rows: Rows | None) -> None:
        """Replace the rows of a document. Tables and columns that this program does not know are ignored."""
        document_type, key = self.split_name(document)
        if document_type.write_once and (rows is None or any(document_type.read_rows(tx, key).values())):
            return
        document_type.delete_rows(tx, key)
        for table, table_rows in (rows or {}).items():
            if table not in self._columns:
                self._columns[table] = tx.column_names(table)
            columns = self._columns[table]
            known_rows = [{name: row[name] for name in columns if name in row} for row in table_rows if columns]
            if table in document_type.shared_tables:
                for row in known_rows:
                    tx.upsert(table, document_type.shared_tables[table], **row)
            else:
                tx.insert_many(table, known_rows)
        if document_type.after_replace is not None:
            document_type.after_replace(tx, key)

    def prepare(self, store: Store, document: str, rows: Rows) -> None:
        """Do what takes long before these rows replace a document."""
        document_type, key = self.split_name(document)
        if document_type.prepare is not None:
            document_type.prepare(store, key, rows)

    def max_bytes_of(self, document: str) -> int:
        """Return how many bytes a document that is sent may have."""
        return self.split_name(document)[0].max_bytes

    def needs_preparation(self, document: str) -> bool:
        """Return whether something is done before a document is replaced; False for an unknown type."""
        document_type = self._by_name.get(document.partition("/")[0])
        return document_type is not None and document_type.prepare is not None

    def confirm(self, tx: Transaction, document: str) -> None:
        """Call `on_confirmed` for a document that is equal at the authority and at this node, which wrote it."""
        document_type, key = self.split_name(document)
        if document_type.on_confirmed is not None:
            document_type.on_confirmed(tx, key)

    def is_reduced(self, tx: Transaction, document: str) -> bool:
        """Return whether a machine that wrote a document may see only a part of it; False for an unknown type."""
        name, _slash, key = document.partition("/")
        document_type = self._by_name.get(name)
        return document_type is not None and document_type.is_reduced is not None and document_type.is_reduced(tx, key)

    def is_known(self, document: str) -> bool:
        """Return whether this program knows the type of a document."""
        return document.partition("/")[0] in self._by_name

    def split_name(self, document: str) -> tuple[DocumentType, str]:
        """Return type and key of a document. Raises KeyError for an unknown type."""
        name, _slash, key = document.partition("/")
        return self._by_name[name], key


def encode_rows(rows: Rows) -> bytes:
    """Encode rows as JSON; bytes become {"base64": ...} (RFC 4648, section 4)."""
    return msgspec.json.encode(_map_values(rows, _to_json_value))


def encode_row(row: Row) -> bytes:
    """Encode one row like `encode_rows`."""
    is_plain = _JSON_TYPE_SET.issuperset(map(type, row.values()))
    return msgspec.json.encode(row if is_plain else {name: _to_json_value(value) for name, value in row.items()})


def decode_rows(content: bytes) -> Rows:
    """Decode rows. Raises msgspec.DecodeError."""
    decoded: Mapping[str, list[Row]] = msgspec.json.decode(content, type=dict[str, list[dict[str, Any]]])
    return {
        table: [{name: _from_json_value(value) for name, value in row.items()} for row in rows]
        for table, rows in decoded.items()
    }


def parse_number_key(key: str) -> int:
    """Return a numeric key as a number; -1, which no row has as key, for a text that is not a number."""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else -1


def single_row_type(
    name: str, table: str, column: str, scope: Callable[[Row], str], machines: frozenset[MachineKind] = ANY_MACHINE
) -> DocumentType:
    """Create a type whose document is one row of `table`; `column` is its key, `scope` returns the row's scope."""

    def read_rows(tx: Transaction, key: str) -> Rows:
        return {table: tx.select(table, order=(column,), **{column: key})}

    def visible_rows(tx: Transaction, key: str, reader: Reader) -> Rows | None:
        rows = read_rows(tx, key)
        return rows if rows[table] and scope(rows[table][0]) in reader.scopes else None

    def delete_rows(tx: Transaction, key: str) -> None:
        tx.delete(table, **{column: key})

    def list_all(tx: Transaction) -> Iterator[tuple[str, str]]:
        return ((scope(row), str(row[column])) for row in tx.select(table))

    return DocumentType(name, read_rows, visible_rows, delete_rows, list_all, machines=machines)


def _map_values(rows: Mapping[str, list[Row]], convert: Callable[[Any], Any]) -> Rows:
    return {
        table: [
            {name: value if type(value) in _JSON_TYPES else convert(value) for name, value in row.items()}
            for row in table_rows
        ]
        for table, table_rows in rows.items()
    }


_JSON_TYPES = (str, int, type(None))  # encoded in JSON unchanged
_JSON_TYPE_SET = frozenset(_JSON_TYPES)


def _to_json_value(value: Any) -> Any:
    if isinstance(value, bool):  # from PostgreSQL; SQLite returns integers
        return int(value)
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _from_json_value(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
