"""PostgreSQL 14 and newer: the engine of a city's store, which any number of processes write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors, sql

from db.engines.backend import SCHEMA_VERSION, DriverConnection, Row
from db.engines.libpq import PendingResult, PipelineConnection
from db.errors import (
    StoreBusy,
    StoreConflict,
    StoreError,
    StoreUnreadable,
    StoreUnwritable,
    foreign_objects_error,
    newer_store_error,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SCHEMA_LOCK_ID = 7_202_611  # advisory lock held while one process creates or upgrades the tables
_FOREIGN_OBJECTS = """
SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
UNION SELECT 'rule ' || r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind NOT IN ('v', 'm')
UNION SELECT 'policy ' || p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = current_schema()::regnamespace
UNION SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view ' ELSE 'table ' END || c.relname FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('v', 'm', 'f', 'p')
UNION SELECT 'table ' || c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
JOIN pg_class parent ON parent.oid = i.inhparent
WHERE parent.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'f', 'p')
UNION SELECT 'function ' || f.proname FROM pg_depend d JOIN pg_proc f ON f.oid = d.refobjid
WHERE d.refclassid = 'pg_proc'::regclass AND f.oid >= 16384 AND (
    (d.classid = 'pg_attrdef'::regclass AND d.objid IN (
        SELECT a.oid FROM pg_attrdef a JOIN pg_class c ON c.oid = a.adrelid
        WHERE c.relnamespace = current_schema()::regnamespace))
    OR (d.classid = 'pg_constraint'::regclass AND d.objid IN (
        SELECT oid FROM pg_constraint WHERE connamespace = current_schema()::regnamespace))
    OR (d.classid = 'pg_class'::regclass AND d.objid IN (
        SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)))
ORDER BY 1
"""
"""What would act, or change what is read, whenever a program uses the tables: triggers, rules, row policies, views,
tables that inherit, and functions (from oid 16384: not of the server) in defaults, constraints and indexes."""


class PostgresqlBackend:
    """Database on a PostgreSQL server. Rows that a decision depends on are locked, so READ COMMITTED suffices."""

    name = "postgresql"
    in_process = False
    lock_suffix = " FOR UPDATE"
    begin_write = "BEGIN"
    begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def __init__(self, url: str, busy_seconds: float, on_statement: Callable[[str], None] | None) -> None:
        self._url = url
        self._busy_seconds = busy_seconds
        self._on_statement = on_statement
        parts = psycopg.conninfo.conninfo_to_dict(url)
        self._options = parts.get("options") or ""
        self.display_name = f"postgresql://{parts.get('host', '')}/{parts.get('dbname', '')}"  # without the password

    def connect(self) -> DriverConnection:
        settings = {
            "lock_timeout": int(self._busy_seconds * 1000),
            "idle_in_transaction_session_timeout": 60_000,
            "enable_seqscan": "off",  # a prepared plan must not depend on a table that is still small
            "jit": "off",  # enable_seqscan=off raises the estimated cost and would trigger it for short statements
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=max(2, int(self._busy_seconds)),
            options=f"{self._options} {options} -c timezone=UTC",
        )
        return PipelineConnection(connection, self._on_statement)

    def commit(self, connection: DriverConnection) -> None:
        connection.execute("COMMIT")

    def in_transaction(self, connection: DriverConnection) -> bool:
        return _as_pipeline(connection).in_transaction

    def is_alive(self, connection: DriverConnection) -> bool:
        return _as_pipeline(connection).is_alive()

    def fetch_first(self, result: PendingResult, _: str) -> Row | None:
        return result.fetchone()

    def fetch_all(self, result: PendingResult, _: str) -> list[Row]:
        return result.fetchall()

    def encode_list(self, values: Sequence[str]) -> str:
        """Return an array literal for unnest() (PostgreSQL manual, section 8.15.6)."""
        quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in values)
        return "{" + ",".join(f'"{word}"' for word in quoted) + "}"

    def translate_error(self, error: BaseException) -> StoreError | None:
        return _translate_error(error, self.display_name) if isinstance(error, psycopg.Error) else None

    def read_version(self) -> str:
        with psycopg.connect(self._url, connect_timeout=max(2, int(self._busy_seconds))) as connection:
            return self._read_version(connection)

    def create_or_upgrade(self) -> str:
        from db.migrations.runner import run_migrations

        with psycopg.connect(self._url) as connection:
            before = self._read_version(connection)

            def begin() -> bool:
                nonlocal before
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK_ID,))
                before = self._read_version(connection)
                return before < SCHEMA_VERSION

            if before < SCHEMA_VERSION:
                run_migrations("postgresql+psycopg://", lambda: connection, begin)
            return before

    def open_crash_marker(self) -> None:
        """Return None: the server recovers and checks the data itself after a crash."""

    def location_id(self) -> str:
        """Return the cluster's system identifier and the database's oid, which differ after a restore."""
        query = "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
        with psycopg.connect(self._url) as connection:
            row = connection.execute(query).fetchone()
        return "/".join(map(str, row or ()))

    def read_stamp(self) -> str:
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SELECT obj_description('alembic_version'::regclass)").fetchone()
        return (row and row[0]) or ""

    def write_stamp(self, stamp: str) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute(sql.SQL("COMMENT ON TABLE alembic_version IS {}").format(sql.Literal(stamp)))

    def size_bytes(self) -> int:
        with psycopg.connect(self._url) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def copy_to(self, _: Path) -> bool:
        return False

    def free_cache(self, connection: DriverConnection) -> None:
        """Do nothing: the server keeps what is read."""

    def purge_old_versions(self) -> bool:
        """Run VACUUM and return True. VACUUM does not wait for readers; row versions that they can still see remain."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("VACUUM")
        return True

    def check_integrity(self, *, quick: bool = False) -> list[str]:
        """Read every table to its end, so that the server checks each page; a quick check does nothing."""
        from db.tables import METADATA

        findings: list[str] = []
        if quick:
            return findings
        with psycopg.connect(self._url) as connection:
            for table in METADATA.sorted_tables:
                try:
                    connection.execute(f"SELECT count(*) FROM {table.name}".encode())  # noqa: S608
                except psycopg.Error as error:
                    findings.append(f"{table.name}: {error}")
                    connection.rollback()
        return findings

    def create_sqlalchemy_engine(self) -> Engine:
        from sqlalchemy import create_engine

        return create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(self._url))

    def _read_version(self, connection: psycopg.Connection[Any]) -> str:
        rows = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchall()
        tables = {row[0] for row in rows}
        if tables and not {"alembic_version", "ledger_entries"} <= tables:
            raise StoreUnreadable("The file {path} holds no store of this program.", path=self.display_name)
        foreign = connection.execute(_FOREIGN_OBJECTS).fetchall() if tables else []
        if foreign:
            raise foreign_objects_error(self.display_name, [row[0] for row in foreign])
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
        version = str(row[0]) if row else ""
        if version > SCHEMA_VERSION:
            raise newer_store_error(self.display_name, version, SCHEMA_VERSION)
        return version


def _as_pipeline(connection: DriverConnection) -> PipelineConnection:
    if not isinstance(connection, PipelineConnection):
        raise TypeError(f"not a connection of this engine: {connection!r}")
    return connection


def _translate_error(error: psycopg.Error, path: str) -> StoreError:
    """Return the store error for an error of the driver."""
    if isinstance(error, errors.LockNotAvailable | errors.QueryCanceled):
        return StoreBusy(
            "The store {path} is in use by another program for too long. Nothing was changed; try again.", path=path
        )
    if isinstance(error, errors.UniqueViolation | errors.SerializationFailure | errors.DeadlockDetected):
        return StoreConflict(
            "Two programs changed the same at once in {path}. Nothing was changed; try again.", path=path
        )
    if isinstance(error, errors.DiskFull):
        return StoreUnwritable(
            "The disk is full: {path} cannot grow. Nothing was changed; make room and try again.", path=path
        )
    if isinstance(error, errors.ReadOnlySqlTransaction | errors.InsufficientPrivilege):
        return StoreUnwritable("The store {path} cannot be written: it is read-only. Nothing was changed.", path=path)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnreadable("The database server of {path} cannot be reached.", path=path)
    return StoreError(
        "The store {path} refused: {text}. Nothing was changed.", path=path, text=str(error).split("\n")[0]
    )
