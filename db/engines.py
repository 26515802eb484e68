"""The engine under a store, and the only module that names a driver.

A store is written inside `store.write()`: one transaction, one writer at a time, durable when the block has ended.
`store.read()` is a consistent look. `store.session()` gives SQLModel objects for what people read; the hot paths use
`Transaction` and named statements, because objects there cost 5 to 20 times as much.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.errors import StoreUnreadable, said_plainly
from db.statements import STATEMENTS

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

SCHEMA = "0001"  # the newest migration; opening compares this and nothing else
BUSY_SECONDS = 5.0  # how long a writer waits for another process


Row = dict[str, Any]
"""A row by column names."""


class Transaction:
    """One transaction on the driver's own cursor. Statements are named (`db/statements`); rows read like mappings."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.touched: list[tuple[str, str, str]] = []

    def one(self, statement: str, **values: Any) -> Row | None:
        """The first row of a named statement."""
        row: Row | None = self._connection.execute(STATEMENTS[statement], values).fetchone()
        return row

    def all(self, statement: str, **values: Any) -> list[Row]:
        """Every row of a named statement."""
        return self._connection.execute(STATEMENTS[statement], values).fetchall()

    def run(self, statement: str, **values: Any) -> int:
        """Performs a named statement; how many rows it changed."""
        return self._connection.execute(STATEMENTS[statement], values).rowcount

    def insert(self, table: str, **values: Any) -> None:
        """Adds a row; a second one with its key is an error."""
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608

    def put(self, table: str, key: tuple[str, ...], **values: Any) -> None:
        """Adds a row or replaces the one with its key."""
        names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
        sets = ", ".join(f"{name} = excluded.{name}" for name in values if name not in key)
        self._connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({places}) "  # noqa: S608
            f"ON CONFLICT ({', '.join(key)}) DO {'UPDATE SET ' + sets if sets else 'NOTHING'}",
            values,
        )

    def change(self, table: str, key: Mapping[str, Any], **values: Any) -> None:
        """Changes the rows with this key, all columns of it equal."""
        sets = ", ".join(f"{name} = :{name}" for name in values)
        where = " AND ".join(f"{name} = :key_{name}" for name in key)
        self._connection.execute(
            f"UPDATE {table} SET {sets} WHERE {where}",  # noqa: S608
            {**values, **{f"key_{name}": value for name, value in key.items()}},
        )

    def remove(self, table: str, **key: Any) -> None:
        """Removes the rows with this key."""
        where = " AND ".join(f"{name} = :{name}" for name in key)
        self._connection.execute(f"DELETE FROM {table} WHERE {where}", key)  # noqa: S608

    def rows(self, table: str, *, order: tuple[str, ...] = (), **key: Any) -> list[Row]:
        """The rows whose columns equal `key`, in the order of these columns."""
        where = " AND ".join(f"{name} = :{name}" for name in key) or "1 = 1"
        by = f" ORDER BY {', '.join(order)}" if order else ""
        return self._connection.execute(f"SELECT * FROM {table} WHERE {where}{by}", key).fetchall()  # noqa: S608

    def row(self, table: str, **key: Any) -> Row | None:
        """The row with this key, if there is one."""
        found = self.rows(table, **key)
        return found[0] if found else None

    def touch(self, scope: str, table: str, row: str) -> None:
        """Tells the readers of `scope` that this row changed; positions are taken when the group ends."""
        self.touched.append((scope, table, row))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone as a whole if the block raises."""
        mark = len(self.touched)
        self._connection.execute("SAVEPOINT inner_step")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # a full disk has undone the whole transaction already
                self._connection.execute("ROLLBACK TO inner_step")
                self._connection.execute("RELEASE inner_step")
            del self.touched[mark:]
            raise
        self._connection.execute("RELEASE inner_step")


class Store:
    """An open SQLite store: one writing connection behind a lock, one reading connection for each thread."""

    def __init__(
        self,
        path: Path,
        *,
        busy_seconds: float = BUSY_SECONDS,
        on_statement: Callable[[str], None] | None = None,
    ) -> None:
        """Opens what is there; `db.migrations` makes or upgrades it.

        `on_statement` is told each statement before it runs: fault tests stop the program there.
        Raises StoreUnreadable (no store, damaged, newer), StoreBusy, StoreUnwritable.
        """
        self.path = path
        self._busy_seconds = busy_seconds
        self._on_statement = on_statement
        self._writing = threading.RLock()
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._engine: Engine | None = None
        with self._plainly():
            check_version(path, busy_seconds)
            self._writer = self._connect(named=True)

    @property
    def folder(self) -> Path:
        """The folder the store lies in, beside its content files."""
        return self.path.parent

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One durable transaction: when the block has ended, what it wrote survives a power cut."""
        with self._writing, self._plainly():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent look that blocks nobody."""
        with self._plainly():
            connection: sqlite3.Connection | None = getattr(self._local, "reader", None)
            if connection is None:
                connection = self._local.reader = self._connect(named=True)
            if connection.in_transaction:  # a look inside a look sees the same moment
                yield Transaction(connection)
                return
            connection.execute("BEGIN")
            try:
                yield Transaction(connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """SQLModel objects, for reports and for what people read at leisure."""
        from sqlalchemy import create_engine
        from sqlmodel import Session as ModelSession

        if self._engine is None:  # made at the first need: importing it costs more than the screens do
            self._engine = create_engine("sqlite://", creator=self._connect)
        with self._plainly(), ModelSession(self._engine) as session:
            yield session

    def changes(self) -> int:
        """A number that grows whenever anybody, in any process, has changed the store."""
        with self.read() as look:
            row = look.one("ledger.last_position")
            return int(row["position"] or 0) if row else 0

    def sound(self) -> list[str]:
        """What SQLite's own integrity check complains about; nothing if the file is sound."""
        with self._plainly():
            rows = self._connect().execute("PRAGMA integrity_check(20)").fetchall()
        return [row[0] for row in rows if row[0] != "ok"]

    def close(self) -> None:
        """Closes every connection; the store can be opened again."""
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    def _connect(self, *, named: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{self.path}?mode=rw",
            uri=True,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        if named:
            connection.row_factory = _by_name
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # durable before an answer
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA cache_size = -16384")
        if self._on_statement is not None:
            connection.set_trace_callback(self._on_statement)
        self._opened.append(connection)
        return connection

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise said_plainly(error, str(self.path)) from error


def _by_name(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def check_version(path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
    """Lets pass a store of SCHEMA and nothing else. Only reads: a file of somebody else is not touched.

    Raises StoreUnreadable, or sqlite3.Error for a file that cannot be read as a database.
    """
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=busy_seconds, isolation_level=None)
    try:
        found = version_of(connection, path)
    finally:
        connection.close()
    if not found:
        raise StoreUnreadable("The file {path} holds no store of this program.", path=path)
    if found < SCHEMA:
        raise StoreUnreadable(
            "The store {path} is of an older version ({theirs}); run: clerk db upgrade", path=path, theirs=found
        )


def version_of(connection: sqlite3.Connection, path: Path) -> str:
    """The version of the store behind a connection; empty for an empty database.

    Raises StoreUnreadable for a newer store and for the database of another program.
    """
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and not {"alembic_version", "ledger_entries"} <= tables:
        raise StoreUnreadable("The file {path} holds no store of this program.", path=path)
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
    found = str(row[0]) if row else ""
    if found > SCHEMA:
        raise StoreUnreadable(
            "The store {path} was made by a newer version ({theirs}) than this program knows ({ours}). "
            "Update the program; the store was not touched.",
            path=path,
            theirs=found,
            ours=SCHEMA,
        )
    return found
