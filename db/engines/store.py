"""An open store. It is written inside `store.write()`: one transaction, durable when the block has ended.

`store.read()` is a consistent look. `store.session()` gives SQLModel objects for what people read; the hot paths use
`Transaction` and named statements, because objects there cost 5 to 20 times as much.
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
from db.errors import StoreUnreadable, damaged_store_error

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


def create_backend(
    location: Path | str,
    *,
    busy_seconds: float = BUSY_SECONDS,
    on_statement: Callable[[str], None] | None = None,
) -> Backend:
    """The engine that a path or URL names: `postgresql://...`, anything else is a file for SQLite."""
    if str(location).startswith(("postgresql://", "postgres://")):
        from db.engines.postgresql import PostgresqlBackend

        return PostgresqlBackend(str(location), busy_seconds, on_statement)
    return SqliteBackend(Path(location), busy_seconds, on_statement)


class Store:
    """One writing connection behind a lock, one reading connection for each thread."""

    def __init__(
        self,
        location: Path | str | Backend,
        *,
        busy_seconds: float = BUSY_SECONDS,
        on_statement: Callable[[str], None] | None = None,
    ) -> None:
        """Opens what is there; `db.migrations.upgrade` makes or upgrades it.

        `where` is a path, a URL, or a backend that does something of its own. `on_statement` is told each statement
        before it runs: fault tests stop the program there.
        Raises StoreUnreadable (no store, damaged, newer), StoreBusy, StoreUnwritable.
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
        self._sqlalchemy_engine: Engine | None = None
        self._commit_seconds: deque[float] = deque(maxlen=5)
        with DriverErrorTranslator(self.backend):
            self._check_version()
            self._crash_marker = self._check_after_crash()
            self._writer = self._connect()

    @property
    def path(self) -> Path:
        """The file of an SQLite store."""
        return Path(self.location)

    @property
    def flush_seconds(self) -> float:
        """How long the disk took lately to keep what was written: the middle one of the last five times."""
        return median(self._commit_seconds) if self._commit_seconds else 0.0

    def write(self) -> AbstractContextManager[Transaction]:
        """One durable transaction: when the block has ended, what it wrote survives a power cut."""
        return _WriteTransaction(self)

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent look that blocks nobody; a look inside a look sees the same moment."""
        return _ReadTransaction(self)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """SQLModel objects, for reports and for what people read at leisure."""
        from sqlmodel import Session as ModelSession

        if self._sqlalchemy_engine is None:  # made at the first need: importing it costs more than the screens do
            self._sqlalchemy_engine = self.backend.create_sqlalchemy_engine()
        with DriverErrorTranslator(self.backend), ModelSession(self._sqlalchemy_engine) as session:
            yield session

    def read_change_counter(self) -> int:
        """A number that grows whenever anybody, in any process, has changed the store."""
        with self.read() as look:
            row = look.query_one("ledger.last_position")
            return int(row["position"] or 0) if row else 0

    def purge_old_versions(self) -> bool:
        """After an erasure: no file keeps what a row was before. False when somebody still reads an old version."""
        with self._write_lock, DriverErrorTranslator(self.backend):
            return self.backend.purge_old_versions()

    def check_integrity(self) -> list[str]:
        """What the engine's own integrity check complains about; nothing if the store is sound."""
        with DriverErrorTranslator(self.backend):
            return self.backend.check_integrity()

    def close(self) -> None:
        """Closes every connection; the store can be opened again."""
        if self._sqlalchemy_engine is not None:
            self._sqlalchemy_engine.dispose()
            self._sqlalchemy_engine = None
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        if self._crash_marker is not None:
            self._crash_marker.release()
            self._crash_marker = None

    def is_unsettled_copy(self) -> bool:
        """Whether this is a copy, or was put back from one, and has not settled here yet. One never settled is not."""
        with DriverErrorTranslator(self.backend):
            stamp = self.backend.read_stamp()
            return bool(stamp) and stamp != self.backend.location_id()

    def settle_location(self) -> None:
        """From now on this is its home: a copy of it elsewhere is noticed there."""
        with self._write_lock, DriverErrorTranslator(self.backend):
            self.backend.write_stamp(self.backend.location_id())

    def mark_as_copy(self) -> None:
        """Whoever opens it next has to begin a new incarnation."""
        with self._write_lock, DriverErrorTranslator(self.backend):
            self.backend.write_stamp(COPY_STAMP)

    def size_bytes(self) -> int:
        """Bytes on disk."""
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
                    begun = perf_counter()
                    self.backend.commit(self._writer)
                    self._commit_seconds.append(perf_counter() - begun)
        finally:
            try:
                self._roll_back(self._writer)
            finally:
                self._write_lock.release()

    def _begin_read(self) -> tuple[Transaction, bool]:
        """The look, and whether it is one of its own."""
        with DriverErrorTranslator(self.backend):
            connection: DriverConnection | None = getattr(self._local, "reader", None)
            if connection is None:
                connection = self._local.reader = self._connect()
            inside = self.backend.in_transaction(connection)
            if not inside:
                connection = self._local.reader = self._begin(connection, self.backend.begin_read)
        return Transaction(self.backend, connection, writable=False), not inside

    def _end_read(self) -> None:
        self._roll_back(self._local.reader)

    def _roll_back(self, connection: DriverConnection) -> None:
        """What is still open of a transaction is as if it had not been."""
        if self.backend.in_transaction(connection):
            with DriverErrorTranslator(self.backend):
                connection.execute("ROLLBACK")

    def _begin(self, connection: DriverConnection, begin: str) -> DriverConnection:
        """The connection with a transaction open. A server may have hung up on an idle one: then a new one does."""
        if not self.backend.is_alive(connection):
            new = self._connect()  # which fails as long as the server is away: the old one is asked again then
            self._connections.remove(connection)
            connection.close()
            connection = new
        connection.execute(begin)
        return connection

    def _check_after_crash(self) -> CrashMarker | None:
        """After a crash the file is looked at once before anybody relies on it."""
        use = self.backend.open_crash_marker()
        if use is not None and use.unclean_shutdown:
            try:
                damage = self.backend.check_integrity(quick=True)
            except BaseException:
                use.release(clean=False)
                raise
            if damage:
                use.release(clean=False)
                raise damaged_store_error(self.backend.display_name)
        return use

    def _connect(self) -> DriverConnection:
        connection = self.backend.connect()
        self._connections.append(connection)
        return connection

    def _check_version(self) -> None:
        found = self.backend.read_version()
        if not found:
            raise StoreUnreadable("The file {path} holds no store of this program.", path=self.backend.display_name)
        if found < SCHEMA_VERSION:
            raise StoreUnreadable(
                "The store {path} is of an older version ({theirs}); run: clerk db upgrade",
                path=self.backend.display_name,
                theirs=found,
            )


class _WriteTransaction:
    """A transaction that writes, as long as it is entered. No generator: each command of a lone worker enters one."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Transaction:
        return self._store._begin_write()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._store._end_write(commit=error is None)
        ours = self._store.backend.translate_error(error) if error is not None else None
        if ours is not None:
            raise ours from error


class _ReadTransaction:
    """A look, as long as it is entered."""

    __slots__ = ("_owns_transaction", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owns_transaction = False

    def __enter__(self) -> Transaction:
        look, self._owns_transaction = self._store._begin_read()
        return look

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._owns_transaction:
            self._store._end_read()
        ours = self._store.backend.translate_error(error) if error is not None else None
        if ours is not None:
            raise ours from error
