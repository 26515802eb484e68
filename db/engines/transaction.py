"""One transaction on a driver's own cursor: named statements, and the few shapes of statement that need no name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from db.engines.backend import Backend, DriverConnection, Row
from db.statements import STATEMENTS


class Transaction:
    """Statements are named (`db/statements`) and written with `:name` places; rows are dicts by column name.

    Statements that need no name have `?` places, which a driver fills in half the time.
    """

    def __init__(self, backend: Backend, connection: DriverConnection, *, writable: bool) -> None:
        self._connection = connection
        self._statements = _engine_statements(backend.name)
        self._lock_suffix = backend.lock_suffix if writable else ""
        self._encode_list, self._fetch_first, self._fetch_all = (
            backend.encode_list,
            backend.fetch_first,
            backend.fetch_all,
        )
        self._read_only = not writable
        self._prefetched: tuple[str, Mapping[str, Any], Any] | None = None  # the third is where the answer comes
        self.changed_documents: list[tuple[str, str]] = []  # scope, document
        self.queue_count_changes: dict[tuple[str, str], int] = {}

    def query_one(self, statement: str, **values: Any) -> Row | None:
        """The first row of a named statement."""
        sql = self._statements[statement]
        return self._fetch_first(self._connection.execute(sql, values), sql)

    def start_query(self, statement: str, **values: Any) -> Callable[[], Row | None]:
        """The same, asked now; the first row is there when it is called for, and may be waited for only then."""
        sql = self._statements[statement]
        return partial(self._fetch_first, self._connection.execute(sql, values), sql)

    def prefetch(self, statement: str, **values: Any) -> None:
        """Asks for what `all` will be asked for next, unless something is written before."""
        self._prefetched = statement, values, self._connection.execute(self._statements[statement], values)

    def query_all(self, statement: str, **values: Any) -> list[Row]:
        """Every row of a named statement."""
        ahead, self._prefetched = self._prefetched, None
        asked = ahead is not None and ahead[:2] == (statement, values)
        sql = self._statements[statement]
        return self._fetch_all(ahead[2] if ahead and asked else self._connection.execute(sql, values), sql)

    def execute(self, statement: str, **values: Any) -> None:
        """Performs a named statement."""
        self._execute_write(self._statements[statement], values)

    def insert(self, table: str, **values: Any) -> None:
        """Adds a row; a second one with its key is an error."""
        self._execute_write(_insert_sql(table, tuple(values)), tuple(values.values()))

    def insert_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Adds rows that all have the same columns."""
        if not rows:
            return
        names = tuple(rows[0])
        in_order = [tuple([row[name] for name in names]) for row in rows]
        if len(rows) == 1:  # which the driver does faster alone
            self._execute_write(_insert_sql(table, names), in_order[0])
            return
        self._require_writable(table)
        self._connection.executemany(_insert_sql(table, names), in_order)

    def execute_many(self, statement: str, value_sets: Sequence[Mapping[str, Any]]) -> None:
        """Performs a named statement with each of these values, which are of unlike rows; what it has no place for is
        let be."""
        if len(value_sets) == 1:
            self._execute_write(self._statements[statement], value_sets[0])
        elif value_sets:
            self._require_writable(statement)
            self._connection.executemany(self._statements[statement], value_sets)

    def encode_list(self, values: Sequence[str]) -> str:
        """Words as one value, for statements that have a place for several."""
        return self._encode_list(values)

    def upsert(self, table: str, key: tuple[str, ...], **values: Any) -> None:
        """Adds a row or replaces the one with its key."""
        self._execute_write(_upsert_sql(table, key, tuple(values)), tuple(values.values()))

    def update(self, table: str, key: Mapping[str, Any], **values: Any) -> None:
        """Changes the rows with this key, all columns of it equal."""
        self._execute_write(_update_sql(table, tuple(key), tuple(values)), (*values.values(), *key.values()))

    def delete(self, table: str, **key: Any) -> None:
        """Removes the rows with this key."""
        self._execute_write(_delete_sql(table, tuple(key)), tuple(key.values()))

    def select(self, table: str, *, order: tuple[str, ...] = (), **key: Any) -> list[Row]:
        """The rows whose columns equal `key`, in the order of these columns."""
        return self._select_all(_select_sql(table, tuple(key), order), tuple(key.values()))

    def get(self, table: str, **key: Any) -> Row | None:
        """The row with this key, if there is one."""
        return self._select_first(_select_sql(table, tuple(key), ()), tuple(key.values()))

    def column_names(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns as this store has them; none where it has no such table."""
        return tuple(str(row["name"]) for row in self.query_all("ledger.column_names", table=table))

    def count_rows(self, table: str) -> int:
        """How many rows there are, counted one by one."""
        row = self._select_first(f"SELECT count(*) AS many FROM {table}", ())  # noqa: S608
        return int(row["many"]) if row else 0

    def select_page(self, table: str, key: tuple[str, ...], after: tuple[Any, ...], limit: int) -> list[Row]:
        """So many rows in the order of their key, from behind the one whose key is `after`; the first for none."""
        return self._select_all(_page_sql(table, key, bool(after)), (*after, limit))

    def get_for_update(self, table: str, **key: Any) -> Row | None:
        """The same; while writing, nobody else changes it until the end: what a choice hangs on is read so."""
        return self._select_first(_select_sql(table, tuple(key), ()) + self._lock_suffix, tuple(key.values()))

    def lock_rows(self, table: str, **key: Any) -> None:
        """While writing, nobody else changes the rows with this key until the end. Nothing is read."""
        if self._lock_suffix:
            self._connection.execute(_lock_sql(table, tuple(key)) + self._lock_suffix, tuple(key.values()))

    def mark_changed(self, scope: str, document: str) -> None:
        """Tells the readers of `scope` that this document changed; positions are taken when the group ends."""
        self.changed_documents.append((scope, document))

    def adjust_queue_count(self, organ: str, state: str, delta: int) -> None:
        """So many tasks more (or fewer) of an organ in this state; the counter is changed when the group ends."""
        self.queue_count_changes[organ, state] = self.queue_count_changes.get((organ, state), 0) + delta

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside, an error undoes what was written since, and is swallowed: it was worth a try."""
        touched, counted = list(self.changed_documents), dict(self.queue_count_changes)
        self._connection.execute("SAVEPOINT attempt", {})
        try:
            yield
        except Exception:
            self._connection.execute("ROLLBACK TO SAVEPOINT attempt", {})
            self.changed_documents, self.queue_count_changes = touched, counted
        self._connection.execute("RELEASE SAVEPOINT attempt", {})

    def read_only(self) -> _ReadOnlyScope:
        """Inside, nothing can be written: what is refused there leaves nothing behind."""
        return _ReadOnlyScope(self)

    def _select_first(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> Row | None:
        return self._fetch_first(self._connection.execute(sql, values), sql)

    def _select_all(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> list[Row]:
        return self._fetch_all(self._connection.execute(sql, values), sql)

    def _execute_write(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> None:
        self._require_writable(sql)
        self._connection.execute(sql, values)

    def _require_writable(self, statement: str) -> None:
        if self._read_only:
            raise AssertionError(f"a choice is being made, nothing may be written: {statement}")
        self._prefetched = None


class _ReadOnlyScope:
    """As long as it is entered, its transaction writes nothing. No generator: each command enters twice."""

    __slots__ = ("_tx",)

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __enter__(self) -> None:
        self._tx._read_only = True

    def __exit__(self, *_: object) -> None:
        self._tx._read_only = False


@lru_cache(maxsize=2)
def _engine_statements(engine: str) -> dict[str, str]:
    """The named statements as an engine needs them: some have a wording of their own for it."""
    own = f".{engine}"
    return STATEMENTS | {name.removesuffix(own): text for name, text in STATEMENTS.items() if name.endswith(own)}


@lru_cache(maxsize=256)
def _insert_sql(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({_placeholders(len(names))})"  # noqa: S608 - names are ours


@lru_cache(maxsize=256)
def _upsert_sql(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    then = f"UPDATE SET {sets}" if sets else "NOTHING"
    return f"{_insert_sql(table, names)} ON CONFLICT ({', '.join(key)}) DO {then}"


@lru_cache(maxsize=256)
def _update_sql(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name} = ?" for name in names)
    return f"UPDATE {table} SET {sets} WHERE {_equality_conditions(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _delete_sql(table: str, key: tuple[str, ...]) -> str:
    return f"DELETE FROM {table} WHERE {_equality_conditions(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _select_sql(table: str, key: tuple[str, ...], order: tuple[str, ...]) -> str:
    by = f" ORDER BY {', '.join(order)}" if order else ""
    return f"SELECT * FROM {table} WHERE {_equality_conditions(key)}{by}"  # noqa: S608


@lru_cache(maxsize=256)
def _lock_sql(table: str, key: tuple[str, ...]) -> str:
    return f"SELECT 1 FROM {table} WHERE {_equality_conditions(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _page_sql(table: str, key: tuple[str, ...], has_start: bool) -> str:
    columns = ", ".join(key)
    where = f" WHERE ({columns}) > ({_placeholders(len(key))})" if has_start else ""
    return f"SELECT * FROM {table}{where} ORDER BY {columns} LIMIT ?"  # noqa: S608


def _placeholders(number: int) -> str:
    return ", ".join("?" * number)


def _equality_conditions(names: tuple[str, ...]) -> str:
    return " AND ".join(f"{name} = ?" for name in names) or "1 = 1"
