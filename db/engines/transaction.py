"""Transactions: execute named SQL statements, and statements composed from a table's name and a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from db.engines.backend import Backend, DriverConnection, Row
from db.engines.model_queries import compile_query
from db.errors import StoreBusy, StoreUnreadable, StoreUnwritable, WriteNotAllowed
from db.statements import STATEMENTS

if TYPE_CHECKING:
    from sqlalchemy.sql import ClauseElement

_STORE_FAILURES = (StoreBusy, StoreUnreadable, StoreUnwritable)  # failures of the store, not of a statement


@dataclass
class Savepoint:
    """A savepoint; `error` is the ignored error that ended its block."""

    error: Exception | None = None


# Named statements that write and also return rows (UPDATE ... RETURNING).
_WRITING_STATEMENTS = frozenset(
    name for name, sql in STATEMENTS.items() if not sql.upper().startswith(("SELECT", "WITH", "EXPLAIN", "PRAGMA"))
)


class Transaction:
    """An open transaction of a store. Rows are dicts by column name.

    Named statements (`db/statements`) have `:name` placeholders. Composed statements have `?` placeholders, which
    drivers fill in half the time.
    """

    def __init__(self, backend: Backend, connection: DriverConnection, *, writable: bool) -> None:
        self._connection = connection
        self._statements = _engine_statements(backend.name)
        self._lock_suffix = backend.lock_suffix if writable else ""
        self._encode_list = backend.encode_list
        self._translate_error = backend.translate_error
        self._fetch_first, self._fetch_all = backend.fetch_first, backend.fetch_all
        self._read_only = not writable
        self._prefetched: dict[str, tuple[Mapping[str, Any], Any]] = {}  # by statement name: values, driver's result
        self.changed_documents: list[tuple[str, str]] = []  # (scope, document) pairs
        self.queue_count_changes: dict[tuple[str, str], int] = {}
        self.computed: dict[str, Any] = {}
        """Results for later commands of the group, by name; `changed_documents` shows whether one is current."""

    def query_one(self, statement: str, **values: Any) -> Row | None:
        """Return the first row of a named statement, or None."""
        sql = self._statements[statement]
        return self._fetch_first(self._take_prefetched(statement, values, sql), sql)

    def start_query(self, statement: str, **values: Any) -> Callable[[], Row | None]:
        """Send a named statement now; return a function that waits for its first row and returns it, or None."""
        if statement in _WRITING_STATEMENTS:
            self._require_writable(statement)
        sql = self._statements[statement]
        return partial(self._fetch_first, self._connection.execute(sql, values), sql)

    def prefetch(self, statement: str, **values: Any) -> None:
        """Send a statement now, for the next `query_one` or `query_all` with the same values.

        The result is discarded if the transaction writes before that call.
        """
        if statement in _WRITING_STATEMENTS:
            self._require_writable(statement)
        self._prefetched[statement] = values, self._connection.execute(self._statements[statement], values)

    def query_all(self, statement: str, **values: Any) -> list[Row]:
        """Return every row of a named statement."""
        sql = self._statements[statement]
        return self._fetch_all(self._take_prefetched(statement, values, sql), sql)

    def run_query(self, query: ClauseElement) -> list[Row]:
        """Return every row of a select of columns of table classes, for a report."""
        return self._select_all(*compile_query(query))

    def execute(self, statement: str, **values: Any) -> None:
        """Execute a named statement that writes."""
        self._execute_write(self._statements[statement], values)

    def insert(self, table: str, **values: Any) -> None:
        """Insert a row; a row with its key must not exist."""
        self._execute_write(_insert_sql(table, tuple(values)), tuple(values.values()))

    def insert_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that all have the same columns."""
        if not rows:
            return
        names = tuple(rows[0])
        values = [*map(_read_columns(names), rows)]
        if len(rows) == 1:  # the driver executes a single statement faster than a batch
            self._execute_write(_insert_sql(table, names), values[0])
            return
        self._require_writable(table)
        self._connection.executemany(_insert_sql(table, names), values)

    def upsert_many(
        self, table: str, key: tuple[str, ...], columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert rows, each given as the values of `columns`, or update the rows with their keys."""
        self._require_writable(table)
        if rows:
            self._connection.executemany(_upsert_sql(table, key, columns), rows)

    def execute_many(self, statement: str, value_sets: Sequence[Mapping[str, Any]]) -> None:
        """Execute a named statement with each of these value sets, which must concern different rows. Values without a
        placeholder are ignored."""
        if len(value_sets) == 1:
            self._execute_write(self._statements[statement], value_sets[0])
        elif value_sets:
            self._require_writable(statement)
            self._connection.executemany(self._statements[statement], value_sets)

    def encode_list(self, values: Sequence[str]) -> str:
        """Encode strings as one value, for a placeholder that takes a list."""
        return self._encode_list(values)

    def upsert(self, table: str, key: tuple[str, ...], **values: Any) -> None:
        """Insert a row, or update the row with its key."""
        self._execute_write(_upsert_sql(table, key, tuple(values)), tuple(values.values()))

    def update(self, table: str, key: Mapping[str, Any], **values: Any) -> None:
        """Update the rows whose columns equal `key`."""
        self._execute_write(_update_sql(table, tuple(key), tuple(values)), (*values.values(), *key.values()))

    def delete(self, table: str, **key: Any) -> None:
        """Delete the rows whose columns equal `key`."""
        self._execute_write(_delete_sql(table, tuple(key)), tuple(key.values()))

    def select(self, table: str, *, order: tuple[str, ...] = (), **key: Any) -> list[Row]:
        """Return the rows whose columns equal `key`, ordered by the columns `order`."""
        return self._select_all(_select_sql(table, tuple(key), order), tuple(key.values()))

    def get(self, table: str, **key: Any) -> Row | None:
        """Return the first row whose columns equal `key`, or None."""
        return self._select_first(_select_sql(table, tuple(key), ()), tuple(key.values()))

    def column_names(self, table: str) -> tuple[str, ...]:
        """Return the names of the columns that a table has in this store; () when there is no such table."""
        return tuple(str(row["name"]) for row in self.query_all("ledger.column_names", table=table))

    def select_page(self, table: str, key: tuple[str, ...], after: tuple[Any, ...], limit: int) -> list[Row]:
        """Return at most `limit` rows ordered by `key`, after the key `after`; () starts at the first row."""
        return self._select_all(_page_sql(table, key, bool(after)), (*after, limit))

    def get_for_update(self, table: str, **key: Any) -> Row | None:
        """Return the row like `get`, locked FOR UPDATE in a write transaction."""
        return self._select_first(_select_sql(table, tuple(key), ()) + self._lock_suffix, tuple(key.values()))

    @property
    def is_sole_writer(self) -> bool:
        """Whether no other transaction writes until this one has ended, so that its rows need no locks."""
        return not self._lock_suffix

    def lock_rows(self, table: str, **key: Any) -> None:
        """Lock the rows whose columns equal `key` FOR UPDATE in a write transaction, without reading them."""
        if self._lock_suffix:
            self._connection.execute(_lock_sql(table, tuple(key)) + self._lock_suffix, tuple(key.values()))

    def mark_changed(self, scope: str, document: str) -> None:
        """Mark a document as changed, so that the feed of `scope` announces it. Its feed position is assigned when the
        group of commands ends."""
        self.changed_documents.append((scope, document))

    def adjust_queue_count(self, organ: str, state: str, delta: int) -> None:
        """Add `delta` to the number of an organ's tasks in a state. The counter is updated when the group ends."""
        self.queue_count_changes[organ, state] = self.queue_count_changes.get((organ, state), 0) + delta

    @contextmanager
    def savepoint(self, *, ignore: tuple[type[Exception], ...] = ()) -> Iterator[Savepoint]:
        """Run the block in a savepoint and roll back to it on an error.

        An error of the types in `ignore` is kept in the savepoint and not raised, unless the store itself failed (busy,
        disk full, damaged): then nothing of the transaction may be committed.
        """
        documents, counts = list(self.changed_documents), dict(self.queue_count_changes)
        savepoint = Savepoint()
        self._connection.execute("SAVEPOINT attempt", {})
        try:
            yield savepoint
        except Exception as error:
            self._prefetched.clear()
            self.computed.clear()
            self.changed_documents, self.queue_count_changes = documents, counts
            if not isinstance(error, ignore) or self._is_store_failure(error):
                with suppress(Exception):  # after some failures the engine has rolled back the whole transaction
                    self._connection.execute("ROLLBACK TO SAVEPOINT attempt", {})
                    self._connection.execute("RELEASE SAVEPOINT attempt", {})
                raise
            self._connection.execute("ROLLBACK TO SAVEPOINT attempt", {})
            savepoint.error = error
        self._connection.execute("RELEASE SAVEPOINT attempt", {})

    def read_only(self) -> _ReadOnlyScope:
        """Forbid writes inside the block; a write raises WriteNotAllowed."""
        return _ReadOnlyScope(self)

    def _is_store_failure(self, error: Exception) -> bool:
        return isinstance(self._translate_error(error) or error, _STORE_FAILURES)

    def _take_prefetched(self, statement: str, values: Mapping[str, Any], sql: str) -> Any:
        """Return the driver's result of a prefetched statement, or execute the statement."""
        if statement in _WRITING_STATEMENTS:
            self._require_writable(statement)
        elif self._prefetched:
            prefetched = self._prefetched.pop(statement, None)
            if prefetched is not None and prefetched[0] == values:
                return prefetched[1]
        return self._connection.execute(sql, values)

    def _select_first(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> Row | None:
        return self._fetch_first(self._connection.execute(sql, values), sql)

    def _select_all(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> list[Row]:
        return self._fetch_all(self._connection.execute(sql, values), sql)

    def _execute_write(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> None:
        self._require_writable(sql)
        self._connection.execute(sql, values)

    def _require_writable(self, statement: str) -> None:
        if self._read_only:
            raise WriteNotAllowed(f"a read-only transaction or scope tried to write: {statement}")
        self._prefetched.clear()


class _ReadOnlyScope:
    """Block in which a transaction may not write. A class, because a generator would slow down each command."""

    __slots__ = ("_tx", "_was_read_only")

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._was_read_only = tx._read_only

    def __enter__(self) -> None:
        self._was_read_only, self._tx._read_only = self._tx._read_only, True

    def __exit__(self, *_: object) -> None:
        self._tx._read_only = self._was_read_only


@lru_cache(maxsize=2)
def _engine_statements(engine: str) -> dict[str, str]:
    """Return the named statements for an engine, without the suffix of its name."""
    suffix = f".{engine}"
    return STATEMENTS | {name.removesuffix(suffix): sql for name, sql in STATEMENTS.items() if name.endswith(suffix)}


@lru_cache(maxsize=256)
def _insert_sql(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({_placeholders(len(names))})"  # noqa: S608 - the names are not input


@lru_cache(maxsize=256)
def _read_columns(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return a function that returns the values of these columns of a row."""
    return itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)


@lru_cache(maxsize=256)
def _upsert_sql(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    assignments = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    action = f"UPDATE SET {assignments}" if assignments else "NOTHING"
    return f"{_insert_sql(table, names)} ON CONFLICT ({', '.join(key)}) DO {action}"


@lru_cache(maxsize=256)
def _update_sql(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    assignments = ", ".join(f"{name} = ?" for name in names)
    return f"UPDATE {table} SET {assignments} WHERE {_equality_conditions(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _delete_sql(table: str, key: tuple[str, ...]) -> str:
    return f"DELETE FROM {table} WHERE {_equality_conditions(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _select_sql(table: str, key: tuple[str, ...], order: tuple[str, ...]) -> str:
    order_by = f" ORDER BY {', '.join(order)}" if order else ""
    return f"SELECT * FROM {table} WHERE {_equality_conditions(key)}{order_by}"  # noqa: S608


@lru_cache(maxsize=256)
def _lock_sql(table: str, key: tuple[str, ...]) -> str:
    return f"SELECT 1 FROM {table} WHERE {_equality_conditions(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _page_sql(table: str, key: tuple[str, ...], has_start: bool) -> str:
    columns = ", ".join(key)
    where = f" WHERE ({columns}) > ({_placeholders(len(key))})" if has_start else ""
    return f"SELECT * FROM {table}{where} ORDER BY {columns} LIMIT ?"  # noqa: S608


def _placeholders(count: int) -> str:
    return ", ".join("?" * count)


def _equality_conditions(names: tuple[str, ...]) -> str:
    return " AND ".join(f"{name} = ?" for name in names) or "1 = 1"
