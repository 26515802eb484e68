"""PostgreSQL 14 and newer: the store of a city, written by any number of processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors, sql

from db.engines.backend import SCHEMA, Connection, Row
from db.engines.libpq import Answer, DirectConnection
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


class Postgresql:
    """A database on a server. What a choice hangs on is locked row by row; READ COMMITTED is enough then."""

    name = "postgresql"
    in_process = False
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
        settings = {
            "lock_timeout": int(self._busy_seconds * 1000),
            "idle_in_transaction_session_timeout": 60_000,
            "enable_seqscan": "off",  # a table that was small when its plan was made does not stay small
            "jit": "off",  # which that setting would call upon, for statements that end sooner
        }
        own = " ".join(f"-c {name}={value}" for name, value in settings.items())
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=max(2, int(self._busy_seconds)),
            options=f"{self._options} {own} -c timezone=UTC",
        )
        return DirectConnection(connection, self._on_statement)

    def commit(self, connection: Connection) -> None:
        connection.execute("COMMIT")

    def in_transaction(self, connection: Connection) -> bool:
        return _direct(connection).in_transaction

    def alive(self, connection: Connection) -> bool:
        return _direct(connection).alive()

    def row_of(self, answer: Answer, _: str) -> Row | None:
        return answer.fetchone()

    def rows_of(self, answer: Answer, _: str) -> list[Row]:
        return answer.fetchall()

    def list_of(self, words: Sequence[str]) -> str:
        """For unnest(), an array as section 8.15.6 of PostgreSQL's manual writes it."""
        quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
        return "{" + ",".join(f'"{word}"' for word in quoted) + "}"

    def plain(self, error: BaseException) -> StoreError | None:
        return _said_plainly(error, self.place) if isinstance(error, psycopg.Error) else None

    def version(self) -> str:
        with psycopg.connect(self._url, connect_timeout=max(2, int(self._busy_seconds))) as connection:
            return self._version_of(connection)

    def make_or_upgrade(self) -> str:
        from db.migrations.running import run_migrations

        with psycopg.connect(self._url) as connection:
            before = self._version_of(connection)

            def hold() -> bool:
                nonlocal before
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
                before = self._version_of(connection)
                return before < SCHEMA

            if before < SCHEMA:
                run_migrations("postgresql+psycopg://", lambda: connection, hold)
            return before

    def use(self) -> None:
        """The server itself recovers after a crash, and checks what it recovers."""

    def home(self) -> str:
        """This database of this cluster: a restored one has another number."""
        which = "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
        with psycopg.connect(self._url) as connection:
            row = connection.execute(which).fetchone()
        return "/".join(map(str, row or ()))

    def stamp(self) -> str:
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SELECT obj_description('alembic_version'::regclass)").fetchone()
        return (row and row[0]) or ""

    def put_stamp(self, stamp: str) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute(sql.SQL("COMMENT ON TABLE alembic_version IS {}").format(sql.Literal(stamp)))

    def size(self) -> int:
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def copy_to(self, _: Path) -> bool:
        return False

    def forget(self) -> bool:
        """Dead rows give their place back; nobody who reads is waited for."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("VACUUM")
        return True

    def sound(self, *, quick: bool = False) -> list[str]:
        """The server checks its own pages; here it is asked whether every table can be read to its end."""
        from db.tables import METADATA

        found: list[str] = []
        if quick:
            return found
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


def _direct(connection: Connection) -> DirectConnection:
    assert isinstance(connection, DirectConnection)
    return connection


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
