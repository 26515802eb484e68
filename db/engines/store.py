"""An open store: its connections, transactions and checks.

`store.write()` begins a transaction that is durable once its block has ended; `store.read()` begins a transaction on a
consistent snapshot. `store.session()` opens an SQLModel session, for reports only: commands and documents use
`Transaction` and named statements, because SQLModel objects cost 5 to 20 times as much.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from db.engines.backend import (
    BUSY_SECONDS,
    COPY_STAMP,
    SCHEMA_VERSION,
    Backend,
    DriverConnection,
    DriverErrorTranslator,
)
from db.engines.crash_marker import CrashMarker
from db.engines.sqlite import SqliteBackend
from db.engines.transaction import Transaction
from db.errors import StoreOutdated, StoreUnreadable, damaged_store_error

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


def create_backend(
    location: Path | str,
    *,
    busy_seconds: float = BUSY_SECONDS,
    on_statement: Callable[[str], None] | None = None,
) -> Backend:
    """Create the engine for a location: PostgreSQL for `postgresql://...`, SQLite for any other path."""
    if str(location).startswith(("postgresql://", "postgres://")):
        from db.engines.postgresql import PostgresqlBackend

        return PostgresqlBackend(str(location), busy_seconds, on_statement)
    return SqliteBackend(Path(location), busy_seconds, on_statement)


class Store:
    """A store with one writing connection behind a lock and one reading connection per thread."""

    def __init__(
        self,
        location: Path | str | Backend,
        *,
        busy_seconds: float = BUSY_SECONDS,
        on_statement: Callable[[str], None] | None = None,
    ) -> None:
        """Open an existing store; `db.upgrade.upgrade` creates or upgrades one.

        `location` is a path, a URL, or a backend. `on_statement` is called with each statement before it runs;
        fault tests stop the program in it.
        Raises StoreUnreadable (no store, damaged, newer, or StoreOutdated), StoreBusy, StoreUnwritable.
        """
        self.location: Path | str
        if isinstance(location, Path | str):
            self.backend = create_backend(location, busy_seconds=busy_seconds, on_statement=on_statement)
            self.location = location
        else:
            self.backend, self.location = location, location.display_name
        self._write_lock = threading.RLock()
        self._local = threading.local()
        self._connections: list[DriverConnection] = []
        self._use_lock = threading.Lock()
        self._in_use: set[int] = set()  # ids of connections with a read transaction
        self._is_closed = False
        self._sqlalchemy_engine: Engine | None = None
        self._commit_seconds: deque[float] = deque(maxlen=5)
        with DriverErrorTranslator(self.backend):
            self._check_version()
            self._crash_marker = self._check_after_crash()
            self._writer = self._connect()

    @property
    def path(self) -> Path:
        """Path of an SQLite store."""
        return Path(self.location)

    @property
    def flush_seconds(self) -> float:
        """Median duration of the last five commits, in seconds; 0 before the first."""
        return median(self._commit_seconds) if self._commit_seconds else 0.0

    def write(self) -> AbstractContextManager[Transaction]:
        """Begin a write transaction; it is committed when the block ends, and then survives a power cut."""
        return _WriteTransaction(self)

    def read(self) -> AbstractContextManager[Transaction]:
        """Begin a read transaction on a snapshot, without blocking writers; a nested one reads the same snapshot."""
        return _ReadTransaction(self)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session of SQLModel objects, for reports."""
        from sqlmodel import Session as ModelSession

        if self._sqlalchemy_engine is None:  # imported on first use: importing SQLAlchemy takes longer than the screens
            self._sqlalchemy_engine = self.backend.create_sqlalchemy_engine()
        with DriverErrorTranslator(self.backend), ModelSession(self._sqlalchemy_engine) as session:
            yield session

    def read_change_counter(self) -> int:
        """Return a number that grows with every entry that any process writes: the last position in the log."""
        with self.read() as tx:
            row = tx.query_one("ledger.last_position")
            return int(row["position"] or 0) if row else 0

    def purge_old_versions(self) -> bool:
        """Remove old versions of rows from the files, after an erasure; return False while a reader still uses one."""
        with self._write_lock, DriverErrorTranslator(self.backend):
            return self.backend.purge_old_versions()

    def free_cache(self) -> None:
        """Free the memory in which this thread's connection and that of the writers keep what they have read."""
        reader: DriverConnection | None = getattr(self._local, "reader", None)
        with self._write_lock, DriverErrorTranslator(self.backend):
            self._require_open()
            for connection in (self._writer, reader):
                if connection is not None:
                    self.backend.free_cache(connection)

    def check_integrity(self) -> list[str]:
        """Return the findings of the engine's integrity check; none for an intact store."""
        with DriverErrorTranslator(self.backend):
            return self.backend.check_integrity()

    def close(self) -> None:
        """Close every connection and release the crash marker.

        A read transaction of another thread ends first: SQLite crashes when a connection in use is closed.
        """
        if self._sqlalchemy_engine is not None:
            self._sqlalchemy_engine.dispose()
            self._sqlalchemy_engine = None
        with self._write_lock, self._use_lock:
            self._is_closed = True
            for connection in self._connections:
                if id(connection) not in self._in_use:  # otherwise the thread that uses it closes it
                    connection.close()
            self._connections.clear()
        if self._crash_marker is not None:
            self._crash_marker.release()
            self._crash_marker = None

    def is_unsettled_copy(self) -> bool:
        """Return whether the store was copied or restored to this location and `settle_location` was not called since.

        False for a new store, for which `settle_location` was never called.
        """
        with DriverErrorTranslator(self.backend):
            stamp = self.backend.read_stamp()
            return bool(stamp) and stamp != self.backend.location_id()

    def settle_location(self) -> None:
        """Write the id of this location on the store, so that a copy at another location is recognised."""
        with self._write_lock, DriverErrorTranslator(self.backend):
            self.backend.write_stamp(self.backend.location_id())

    def mark_as_copy(self) -> None:
        """Mark the store as a copy: the office that opens it next begins a new incarnation."""
        with self._write_lock, DriverErrorTranslator(self.backend):
            self.backend.write_stamp(COPY_STAMP)

    def size_bytes(self) -> int:
        """Return the size on disk, in bytes."""
        with DriverErrorTranslator(self.backend):
            return self.backend.size_bytes()

    def _begin_write(self) -> Transaction:
        self._write_lock.acquire()
        try:
            with DriverErrorTranslator(self.backend):
                self._writer = self._begin(self._writer, self.backend.begin_write)
        except BaseException:
            self._write_lock.release()
            raise
        return Transaction(self.backend, self._writer, writable=True)

    def _end_write(self, *, commit: bool) -> None:
        try:
            with DriverErrorTranslator(self.backend):
                if commit:
                    started = perf_counter()
                    self.backend.commit(self._writer)
                    self._commit_seconds.append(perf_counter() - started)
        finally:
            try:
                self._roll_back(self._writer)
            finally:
                self._write_lock.release()

    def _begin_read(self) -> tuple[Transaction, bool]:
        """Return a read transaction, and whether it is new (True) or the one of an enclosing block (False)."""
        with DriverErrorTranslator(self.backend):
            connection: DriverConnection | None = getattr(self._local, "reader", None)
            if connection is None:
                self._require_open()
                connection = self._local.reader = self._connect()
            nested = id(connection) in self._in_use
            if not nested:
                connection = self._begin_use(connection)
        return Transaction(self.backend, connection, writable=False), not nested

    def _begin_use(self, connection: DriverConnection) -> DriverConnection:
        """Begin the read transaction of this thread; return its connection, which `close` leaves open meanwhile."""
        with self._use_lock:
            self._require_open()
            self._in_use.add(id(connection))
        begun = connection
        try:
            begun = self._local.reader = self._begin(connection, self.backend.begin_read)
        except BaseException:
            self._in_use.discard(id(connection))
            raise
        if begun is not connection:
            with self._use_lock:
                self._in_use.discard(id(connection))
                self._in_use.add(id(begun))
        return begun

    def _require_open(self) -> None:
        if self._is_closed:
            raise StoreUnreadable("The store {path} was closed.", path=self.backend.display_name)

    def _end_read(self) -> None:
        connection: DriverConnection = self._local.reader
        try:
            self._roll_back(connection)
        finally:
            with self._use_lock:
                self._in_use.discard(id(connection))
                if self._is_closed:
                    connection.close()

    def _roll_back(self, connection: DriverConnection) -> None:
        """Roll back the open transaction, if there is one."""
        if self.backend.in_transaction(connection):
            with DriverErrorTranslator(self.backend):
                connection.execute("ROLLBACK")

    def _begin(self, connection: DriverConnection, begin: str) -> DriverConnection:
        """Begin a transaction and return its connection: a new one where the server has closed the idle one."""
        if not self.backend.is_alive(connection):
            new = self._connect()  # raises while the server is unreachable; the old connection is kept until then
            self._connections.remove(connection)
            connection.close()
            connection = new
        connection.execute(begin)
        return connection

    def _check_after_crash(self) -> CrashMarker | None:
        """Open the crash marker; after an unclean shutdown, check the file. Raises StoreUnreadable if it is damaged."""
        marker = self.backend.open_crash_marker()
        if marker is not None and marker.unclean_shutdown:
            try:
                damage = self.backend.check_integrity(quick=True)
            except BaseException:
                marker.release(clean=False)
                raise
            if damage:
                marker.release(clean=False)
                raise damaged_store_error(self.backend.display_name)
        return marker

    def _connect(self) -> DriverConnection:
        connection = self.backend.connect()
        self._connections.append(connection)
        return connection

    def _check_version(self) -> None:
        version = self.backend.read_version()
        if not version:
            raise StoreUnreadable("The file {path} holds no store of this program.", path=self.backend.display_name)
        if version < SCHEMA_VERSION:
            raise StoreOutdated(
                "The store {path} is of an older version ({theirs}); run: clerk db upgrade",
                path=self.backend.display_name,
                theirs=version,
            )


class _WriteTransaction:
    """Context manager of a write transaction. A class, because a generator would slow down each command."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Transaction:
        return self._store._begin_write()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._store._end_write(commit=error is None)
        translated = self._store.backend.translate_error(error) if error is not None else None
        if translated is not None:
            raise translated from error


class _ReadTransaction:
    """Context manager of a read transaction."""

    __slots__ = ("_owns_transaction", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owns_transaction = False

    def __enter__(self) -> Transaction:
        tx, self._owns_transaction = self._store._begin_read()
        return tx

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._owns_transaction:
            self._store._end_read()
        translated = self._store.backend.translate_error(error) if error is not None else None
        if translated is not None:
            raise translated from error
