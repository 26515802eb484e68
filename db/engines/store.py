"""An open store. It is written inside `store.write()`: one transaction, durable when the block has ended.

`store.read()` is a consistent look. `store.session()` gives SQLModel objects for what people read; the hot paths use
`Transaction` and named statements, because objects there cost 5 to 20 times as much.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from db.engines.backend import BUSY_SECONDS, COPY, SCHEMA, Backend, Connection
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
        with self.backend.plainly():
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

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One durable transaction: when the block has ended, what it wrote survives a power cut."""
        with self._writing, self.backend.plainly():
            self._writer = self._begun(self._writer, self.backend.begin_write)
            try:
                yield Transaction(self.backend, self._writer, writing=True)
                begun = perf_counter()
                self.backend.commit(self._writer)
                self._took.append(perf_counter() - begun)
            except BaseException:
                if self.backend.in_transaction(self._writer):
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent look that blocks nobody."""
        with self.backend.plainly():
            connection: Connection | None = getattr(self._local, "reader", None)
            if connection is None:
                connection = self._local.reader = self._connect()
            if self.backend.in_transaction(connection):  # a look inside a look sees the same moment
                yield Transaction(self.backend, connection, writing=False)
                return
            connection = self._local.reader = self._begun(connection, self.backend.begin_read)
            try:
                yield Transaction(self.backend, connection, writing=False)
            finally:
                if self.backend.in_transaction(connection):
                    connection.execute("ROLLBACK")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """SQLModel objects, for reports and for what people read at leisure."""
        from sqlmodel import Session as ModelSession

        if self._engine is None:  # made at the first need: importing it costs more than the screens do
            self._engine = self.backend.sqlalchemy()
        with self.backend.plainly(), ModelSession(self._engine) as session:
            yield session

    def changes(self) -> int:
        """A number that grows whenever anybody, in any process, has changed the store."""
        with self.read() as look:
            row = look.one("ledger.last_position")
            return int(row["position"] or 0) if row else 0

    def forget(self) -> bool:
        """After an erasure: no file keeps what a row was before. False when somebody still reads an old version."""
        with self._writing, self.backend.plainly():
            return self.backend.forget()

    def sound(self) -> list[str]:
        """What the engine's own integrity check complains about; nothing if the store is sound."""
        with self.backend.plainly():
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
        with self.backend.plainly():
            stamp = self.backend.stamp()
            return bool(stamp) and stamp != self.backend.home()

    def settle(self) -> None:
        """From now on this is its home: a copy of it elsewhere is noticed there."""
        with self._writing, self.backend.plainly():
            self.backend.put_stamp(self.backend.home())

    def mark_as_copy(self) -> None:
        """Whoever opens it next has to begin a new incarnation."""
        with self._writing, self.backend.plainly():
            self.backend.put_stamp(COPY)

    def size(self) -> int:
        """Bytes on disk."""
        with self.backend.plainly():
            return self.backend.size()

    def _begun(self, connection: Connection, begin: str) -> Connection:
        """The connection with a transaction open. A server may have hung up on an idle one: then a new one does."""
        if not self.backend.alive(connection):
            self._opened.remove(connection)
            connection.close()
            connection = self._connect()
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
