"""PostgreSQL 14 and newer: the store of a city, written by any number of processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from db.engines.backend import SCHEMA, Connection
from db.errors import (
    StoreBusy,
    StoreConflict,
    StoreError,
    StoreUnreadable,
    StoreUnwritable,
    newer_store,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

_MAKING = 7_202_611  # the advisory lock under which one process makes the tables
_PLACE = re.compile(r":([a-z_]+)")


class Postgresql:
    """A database on a server. What a choice hangs on is locked row by row; READ COMMITTED is enough then."""

    name = "postgresql"
    lock_suffix = " FOR UPDATE"
    begin_write = "BEGIN"
    begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, url: str, busy_seconds: float, on_statement: Callable[[str], None] | None) -> None:
        self._url = url
        self._busy_seconds = busy_seconds
        self._on_statement = on_statement
        known = psycopg.conninfo.conninfo_to_dict(url)
        self._options = known.get("options") or ""
        self.place = f"postgresql://{known.get('host', '')}/{known.get('dbname', '')}"  # never with its password

    def connect(self) -> Connection:
        settings = {"lock_timeout": int(self._busy_seconds * 1000), "idle_in_transaction_session_timeout": 60_000}
        own = " ".join(f"-c {name}={value}" for name, value in settings.items())
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=max(2, int(self._busy_seconds)),
            options=f"{self._options} {own} -c timezone=UTC",
        )
        return _Told(connection, self._on_statement) if self._on_statement else connection

    def wording(self, sql: str) -> str:
        return _worded(sql)

    def in_transaction(self, connection: Connection) -> bool:
        return bool(connection.info.transaction_status != TransactionStatus.IDLE)  # type: ignore[attr-defined]

    def alive(self, connection: Connection) -> bool:
        return not connection.closed  # type: ignore[attr-defined]

    @contextmanager
    def plainly(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise _said_plainly(error, self.place) from error

    def version(self) -> str:
        with psycopg.connect(self._url, connect_timeout=max(2, int(self._busy_seconds))) as connection:
            return self._version_of(connection)

    def make_or_upgrade(self) -> str:
        from db.migrations.running import run_migrations

        with psycopg.connect(self._url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            before = self._version_of(connection)
            if before < SCHEMA:
                run_migrations("postgresql+psycopg://", lambda: connection)
            return before

    def sound(self) -> list[str]:
        """The server checks its own pages; here it is asked whether every table can be read to its end."""
        from db.tables import METADATA

        found: list[str] = []
        with psycopg.connect(self._url) as connection:
            for table in METADATA.sorted_tables:
                try:
                    connection.execute(f"SELECT count(*) FROM {table.name}".encode())  # noqa: S608
                except psycopg.Error as error:
                    found.append(f"{table.name}: {error}")
                    connection.rollback()
        return found

    def sqlalchemy(self) -> Engine:
        from sqlalchemy import create_engine

        return create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(self._url))

    def _version_of(self, connection: psycopg.Connection[Any]) -> str:
        rows = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchall()
        tables = {row[0] for row in rows}
        if tables and not {"alembic_version", "ledger_entries"} <= tables:
            raise StoreUnreadable("The file {path} holds no store of this program.", path=self.place)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
        found = str(row[0]) if row else ""
        if found > SCHEMA:
            raise newer_store(self.place, found, SCHEMA)
        return found


@lru_cache(maxsize=1024)
def _worded(sql: str) -> str:
    return _PLACE.sub(r"%(\1)s", sql.replace("%", "%%"))


class _Told:
    """A connection that tells each statement before it runs, for fault tests."""

    def __init__(self, connection: psycopg.Connection[Any], on_statement: Callable[[str], None]) -> None:
        self._connection = connection
        self._on_statement = on_statement

    def execute(self, sql: Any, parameters: Any = None, /) -> Any:
        self._on_statement(str(sql))
        return self._connection.execute(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _said_plainly(error: psycopg.Error, place: str) -> StoreError:
    if isinstance(error, errors.LockNotAvailable | errors.QueryCanceled):
        return StoreBusy(
            "The store {path} is in use by another program for too long. Nothing was changed; try again.", path=place
        )
    if isinstance(error, errors.UniqueViolation | errors.SerializationFailure | errors.DeadlockDetected):
        return StoreConflict(
            "Two programs changed the same at once in {path}. Nothing was changed; try again.", path=place
        )
    if isinstance(error, errors.DiskFull):
        return StoreUnwritable(
            "The disk is full: {path} cannot grow. Nothing was changed; make room and try again.", path=place
        )
    if isinstance(error, errors.ReadOnlySqlTransaction | errors.InsufficientPrivilege):
        return StoreUnwritable("The store {path} cannot be written: it is read-only. Nothing was changed.", path=place)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnreadable("The database server of {path} cannot be reached.", path=place)
    return StoreError(
        "The store {path} refused: {text}. Nothing was changed.", path=place, text=str(error).split("\n")[0]
    )
