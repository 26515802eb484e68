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

from db.engines.backend import BUSY_SECONDS, COPY, SCHEMA, Backend, Connection, Plainly
from db.engines.sqlite import Sqlite
from db.engines.transaction import Transaction
from db.engines.use import Use
from db.errors import StoreUnreadable, not_sound

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


def backend_of(
    where: Path | str,
    *,
    busy_seconds: float = BUSY_SECONDS,
    on_statement: Callable[[str], None] | None = None,
) -> Backend:
    """The engine that a path or URL names: `postgresql://...`, anything else is a file for SQLite."""
    if str(where).startswith(("postgresql://", "postgres://")):
        from db.engines.postgresql import Postgresql

        return Postgresql(str(where), busy_seconds, on_statement)
    return Sqlite(Path(where), busy_seconds, on_statement)


class Store:
    """One writing connection behind a lock, one reading connection for each thread."""

    def __init__(
        self,
        where: Path | str | Backend,
        *,
        busy_seconds: float = BUSY_SECONDS,
        on_statement: Callable[[str], None] | None = None,
    ) -> None:
        """Opens what is there; `db.migrations.upgrade` makes or upgrades it.

        `where` is a path, a URL, or a backend that does something of its own. `on_statement` is told each statement
        before it runs: fault tests stop the program there.
        Raises StoreUnreadable (no store, damaged, newer), StoreBusy, StoreUnwritable.
        """
        self.where: Path | str
        if isinstance(where, Path | str):
            self.backend = backend_of(where, busy_seconds=busy_seconds, on_statement=on_statement)
            self.where = where
        else:
            self.backend, self.where = where, where.place
        self._writing = threading.RLock()
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._engine: Engine | None = None
        self._took: deque[float] = deque(maxlen=5)
        with Plainly(self.backend):
            self._check_version()
            self._use = self._begun_use()
            self._writer = self._connect()

    @property
    def path(self) -> Path:
        """The file of an SQLite store."""
        return Path(self.where)

    @property
    def flush_seconds(self) -> float:
        """How long the disk took lately to keep what was written: the middle one of the last five times."""
        return median(self._took) if self._took else 0.0

    def write(self) -> AbstractContextManager[Transaction]:
        """One durable transaction: when the block has ended, what it wrote survives a power cut."""
        return _Writing(self)

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent look that blocks nobody; a look inside a look sees the same moment."""
        return _Reading(self)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """SQLModel objects, for reports and for what people read at leisure."""
        from sqlmodel import Session as ModelSession

        if self._engine is None:  # made at the first need: importing it costs more than the screens do
            self._engine = self.backend.sqlalchemy()
        with Plainly(self.backend), ModelSession(self._engine) as session:
            yield session

    def changes(self) -> int:
        """A number that grows whenever anybody, in any process, has changed the store."""
        with self.read() as look:
            row = look.one("ledger.last_position")
            return int(row["position"] or 0) if row else 0

    def forget(self) -> bool:
        """After an erasure: no file keeps what a row was before. False when somebody still reads an old version."""
        with self._writing, Plainly(self.backend):
            return self.backend.forget()

    def sound(self) -> list[str]:
        """What the engine's own integrity check complains about; nothing if the store is sound."""
        with Plainly(self.backend):
            return self.backend.sound()

    def close(self) -> None:
        """Closes every connection; the store can be opened again."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        if self._use is not None:
            self._use.end()
            self._use = None

    def moved(self) -> bool:
        """Whether this is a copy, or was put back from one, and has not settled here yet. One never settled is not."""
        with Plainly(self.backend):
            stamp = self.backend.stamp()
            return bool(stamp) and stamp != self.backend.home()

    def settle(self) -> None:
        """From now on this is its home: a copy of it elsewhere is noticed there."""
        with self._writing, Plainly(self.backend):
            self.backend.put_stamp(self.backend.home())

    def mark_as_copy(self) -> None:
        """Whoever opens it next has to begin a new incarnation."""
        with self._writing, Plainly(self.backend):
            self.backend.put_stamp(COPY)

    def size(self) -> int:
        """Bytes on disk."""
        with Plainly(self.backend):
            return self.backend.size()

    def _begin_writing(self) -> Transaction:
        self._writing.acquire()
        try:
            with Plainly(self.backend):
                self._writer = self._begun(self._writer, self.backend.begin_write)
        except BaseException:
            self._writing.release()
            raise
        return Transaction(self.backend, self._writer, writing=True)

    def _end_writing(self, *, kept: bool) -> None:
        try:
            with Plainly(self.backend):
                if kept:
                    begun = perf_counter()
                    self.backend.commit(self._writer)
                    self._took.append(perf_counter() - begun)
        finally:
            try:
                self._undo(self._writer)
            finally:
                self._writing.release()

    def _begin_reading(self) -> tuple[Transaction, bool]:
        """The look, and whether it is one of its own."""
        with Plainly(self.backend):
            connection: Connection | None = getattr(self._local, "reader", None)
            if connection is None:
                connection = self._local.reader = self._connect()
            inside = self.backend.in_transaction(connection)
            if not inside:
                connection = self._local.reader = self._begun(connection, self.backend.begin_read)
        return Transaction(self.backend, connection, writing=False), not inside

    def _end_reading(self) -> None:
        self._undo(self._local.reader)

    def _undo(self, connection: Connection) -> None:
        """What is still open of a transaction is as if it had not been."""
        if self.backend.in_transaction(connection):
            with Plainly(self.backend):
                connection.execute("ROLLBACK")

    def _begun(self, connection: Connection, begin: str) -> Connection:
        """The connection with a transaction open. A server may have hung up on an idle one: then a new one does."""
        if not self.backend.alive(connection):
            new = self._connect()  # which fails as long as the server is away: the old one is asked again then
            self._opened.remove(connection)
            connection.close()
            connection = new
        connection.execute(begin)
        return connection

    def _begun_use(self) -> Use | None:
        """After a crash the file is looked at once before anybody relies on it."""
        use = self.backend.use()
        if use is not None and use.after_a_crash:
            try:
                damage = self.backend.sound(quick=True)
            except BaseException:
                use.end(orderly=False)
                raise
            if damage:
                use.end(orderly=False)
                raise not_sound(self.backend.place)
        return use

    def _connect(self) -> Connection:
        connection = self.backend.connect()
        self._opened.append(connection)
        return connection

    def _check_version(self) -> None:
        found = self.backend.version()
        if not found:
            raise StoreUnreadable("The file {path} holds no store of this program.", path=self.backend.place)
        if found < SCHEMA:
            raise StoreUnreadable(
                "The store {path} is of an older version ({theirs}); run: clerk db upgrade",
                path=self.backend.place,
                theirs=found,
            )


class _Writing:
    """A transaction that writes, as long as it is entered. No generator: each command of a lone worker enters one."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Transaction:
        return self._store._begin_writing()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._store._end_writing(kept=error is None)
        ours = self._store.backend.plain(error) if error is not None else None
        if ours is not None:
            raise ours from error


class _Reading:
    """A look, as long as it is entered."""

    __slots__ = ("_own", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._own = False

    def __enter__(self) -> Transaction:
        look, self._own = self._store._begin_reading()
        return look

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._own:
            self._store._end_reading()
        ours = self._store.backend.plain(error) if error is not None else None
        if ours is not None:
            raise ours from error
