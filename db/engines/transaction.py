"""One transaction on a driver's own cursor: named statements, and the few shapes of statement that need no name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from db.engines.backend import Backend, Connection, Row
from db.statements import STATEMENTS


class Transaction:
    """Statements are named (`db/statements`) and written with `:name` places; rows are dicts by column name.

    Statements that need no name have `?` places, which a driver fills in half the time.
    """

    def __init__(self, backend: Backend, connection: Connection, *, writing: bool) -> None:
        self._connection = connection
        self._statements = _statements(backend.name)
        self._lock = backend.lock_suffix if writing else ""
        self._list_of, self._row_of, self._rows_of = backend.list_of, backend.row_of, backend.rows_of
        self._only_looking = not writing
        self._ahead: tuple[str, Mapping[str, Any], Any] | None = None  # the third is where the answer comes
        self.touched: list[tuple[str, str]] = []  # scope, document
        self.counted: dict[tuple[str, str], int] = {}

    def one(self, statement: str, **values: Any) -> Row | None:
        """The first row of a named statement."""
        sql = self._statements[statement]
        return self._row_of(self._connection.execute(sql, values), sql)

    def ask(self, statement: str, **values: Any) -> Callable[[], Row | None]:
        """The same, asked now; the first row is there when it is called for, and may be waited for only then."""
        sql = self._statements[statement]
        return partial(self._row_of, self._connection.execute(sql, values), sql)

    def ask_ahead(self, statement: str, **values: Any) -> None:
        """Asks for what `all` will be asked for next, unless something is written before."""
        self._ahead = statement, values, self._connection.execute(self._statements[statement], values)

    def all(self, statement: str, **values: Any) -> list[Row]:
        """Every row of a named statement."""
        ahead, self._ahead = self._ahead, None
        asked = ahead is not None and ahead[:2] == (statement, values)
        sql = self._statements[statement]
        return self._rows_of(ahead[2] if ahead and asked else self._connection.execute(sql, values), sql)

    def run(self, statement: str, **values: Any) -> None:
        """Performs a named statement."""
        self._write(self._statements[statement], values)

    def insert(self, table: str, **values: Any) -> None:
        """Adds a row; a second one with its key is an error."""
        self._write(_insert(table, tuple(values)), tuple(values.values()))

    def insert_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Adds rows that all have the same columns."""
        if not rows:
            return
        names = tuple(rows[0])
        in_order = [tuple([row[name] for name in names]) for row in rows]
        if len(rows) == 1:  # which the driver does faster alone
            self._write(_insert(table, names), in_order[0])
            return
        self._need_writing(table)
        self._connection.executemany(_insert(table, names), in_order)

    def run_many(self, statement: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Performs a named statement with each of these values, which are of unlike rows; what it has no place for is
        let be."""
        if len(values) == 1:
            self._write(self._statements[statement], values[0])
        elif values:
            self._need_writing(statement)
            self._connection.executemany(self._statements[statement], values)

    def list_of(self, words: Sequence[str]) -> str:
        """Words as one value, for statements that have a place for several."""
        return self._list_of(words)

    def put(self, table: str, key: tuple[str, ...], **values: Any) -> None:
        """Adds a row or replaces the one with its key."""
        self._write(_put(table, key, tuple(values)), tuple(values.values()))

    def change(self, table: str, key: Mapping[str, Any], **values: Any) -> None:
        """Changes the rows with this key, all columns of it equal."""
        self._write(_change(table, tuple(key), tuple(values)), (*values.values(), *key.values()))

    def remove(self, table: str, **key: Any) -> None:
        """Removes the rows with this key."""
        self._write(_remove(table, tuple(key)), tuple(key.values()))

    def rows(self, table: str, *, order: tuple[str, ...] = (), **key: Any) -> list[Row]:
        """The rows whose columns equal `key`, in the order of these columns."""
        return self._rows(_select(table, tuple(key), order), tuple(key.values()))

    def row(self, table: str, **key: Any) -> Row | None:
        """The row with this key, if there is one."""
        return self._row(_select(table, tuple(key), ()), tuple(key.values()))

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns as this store has them; none where it has no such table."""
        return tuple(str(row["name"]) for row in self.all("ledger.columns", table=table))

    def many(self, table: str) -> int:
        """How many rows there are, counted one by one."""
        row = self._row(f"SELECT count(*) AS many FROM {table}", ())  # noqa: S608
        return int(row["many"]) if row else 0

    def page(self, table: str, key: tuple[str, ...], after: tuple[Any, ...], many: int) -> list[Row]:
        """So many rows in the order of their key, from behind the one whose key is `after`; the first for none."""
        return self._rows(_page(table, key, bool(after)), (*after, many))

    def locked(self, table: str, **key: Any) -> Row | None:
        """The same; while writing, nobody else changes it until the end: what a choice hangs on is read so."""
        return self._row(_select(table, tuple(key), ()) + self._lock, tuple(key.values()))

    def hold(self, table: str, **key: Any) -> None:
        """While writing, nobody else changes the rows with this key until the end. Nothing is read."""
        if self._lock:
            self._connection.execute(_exists(table, tuple(key)) + self._lock, tuple(key.values()))

    def touch(self, scope: str, document: str) -> None:
        """Tells the readers of `scope` that this document changed; positions are taken when the group ends."""
        self.touched.append((scope, document))

    def count(self, organ: str, state: str, by: int) -> None:
        """So many tasks more (or fewer) of an organ in this state; the counter is changed when the group ends."""
        self.counted[organ, state] = self.counted.get((organ, state), 0) + by

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Inside, an error undoes what was written since, and is swallowed: it was worth a try."""
        touched, counted = list(self.touched), dict(self.counted)
        self._connection.execute("SAVEPOINT attempt", {})
        try:
            yield
        except Exception:
            self._connection.execute("ROLLBACK TO SAVEPOINT attempt", {})
            self.touched, self.counted = touched, counted
        self._connection.execute("RELEASE SAVEPOINT attempt", {})

    def only_looking(self) -> _OnlyLooking:
        """Inside, nothing can be written: what is refused there leaves nothing behind."""
        return _OnlyLooking(self)

    def _row(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> Row | None:
        return self._row_of(self._connection.execute(sql, values), sql)

    def _rows(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> list[Row]:
        return self._rows_of(self._connection.execute(sql, values), sql)

    def _write(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...]) -> None:
        self._need_writing(sql)
        self._connection.execute(sql, values)

    def _need_writing(self, what: str) -> None:
        if self._only_looking:
            raise AssertionError(f"a choice is being made, nothing may be written: {what}")
        self._ahead = None


class _OnlyLooking:
    """As long as it is entered, its transaction writes nothing. No generator: each command enters twice."""

    __slots__ = ("_tx",)

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __enter__(self) -> None:
        self._tx._only_looking = True

    def __exit__(self, *_: object) -> None:
        self._tx._only_looking = False


@lru_cache(maxsize=2)
def _statements(engine: str) -> dict[str, str]:
    """The named statements as an engine needs them: some have a wording of their own for it."""
    own = f".{engine}"
    return STATEMENTS | {name.removesuffix(own): text for name, text in STATEMENTS.items() if name.endswith(own)}


@lru_cache(maxsize=256)
def _insert(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({_places(len(names))})"  # noqa: S608 - names are ours


@lru_cache(maxsize=256)
def _put(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    then = f"UPDATE SET {sets}" if sets else "NOTHING"
    return f"{_insert(table, names)} ON CONFLICT ({', '.join(key)}) DO {then}"


@lru_cache(maxsize=256)
def _change(table: str, key: tuple[str, ...], names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name} = ?" for name in names)
    return f"UPDATE {table} SET {sets} WHERE {_equal(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _remove(table: str, key: tuple[str, ...]) -> str:
    return f"DELETE FROM {table} WHERE {_equal(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _select(table: str, key: tuple[str, ...], order: tuple[str, ...]) -> str:
    by = f" ORDER BY {', '.join(order)}" if order else ""
    return f"SELECT * FROM {table} WHERE {_equal(key)}{by}"  # noqa: S608


@lru_cache(maxsize=256)
def _exists(table: str, key: tuple[str, ...]) -> str:
    return f"SELECT 1 FROM {table} WHERE {_equal(key)}"  # noqa: S608


@lru_cache(maxsize=256)
def _page(table: str, key: tuple[str, ...], behind: bool) -> str:
    columns = ", ".join(key)
    where = f" WHERE ({columns}) > ({_places(len(key))})" if behind else ""
    return f"SELECT * FROM {table}{where} ORDER BY {columns} LIMIT ?"  # noqa: S608


def _places(many: int) -> str:
    return ", ".join("?" * many)


def _equal(names: tuple[str, ...]) -> str:
    return " AND ".join(f"{name} = ?" for name in names) or "1 = 1"
