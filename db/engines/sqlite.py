"""SQLite: the store of a window, and of a center until it outgrows one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from db.engines.backend import COPY_STAMP, SCHEMA_VERSION, DriverConnection, Row
from db.engines.crash_marker import CrashMarker
from db.engines.transaction import Transaction
from db.errors import StoreError, StoreUnreadable, newer_store_error, translate_sqlite_error

if TYPE_CHECKING:
    from sqlalchemy import Engine


class SqliteBackend:
    """A file in WAL mode: one writer at a time over all processes, durable before an answer."""

    name = "sqlite"
    in_process = True
    lock_suffix = ""  # BEGIN IMMEDIATE holds everything
    begin_write = "BEGIN IMMEDIATE"
    begin_read = "BEGIN"

    def __init__(self, path: Path, busy_seconds: float, on_statement: Callable[[str], None] | None) -> None:
        self.path = path
        self.display_name = str(path)
        self._busy_seconds = busy_seconds
        self._on_statement = on_statement
        self._column_names: dict[str, tuple[str, ...]] = {}  # of the columns that a statement gives

    def connect(self) -> DriverConnection:
        connection = self._open_connection()
        connection.row_factory = _row_as_dict
        return connection

    def commit(self, connection: DriverConnection) -> None:
        connection.execute("COMMIT")

    def in_transaction(self, connection: DriverConnection) -> bool:
        return bool(connection.in_transaction)  # type: ignore[attr-defined]

    def is_alive(self, _: DriverConnection) -> bool:
        return True  # a file does not hang up

    def fetch_first(self, result: Any, sql: str) -> Row | None:
        result.row_factory = None
        row = result.fetchone()
        if row is None:
            return None
        names = self._column_names.get(sql) or self._read_column_names(sql, result)
        return dict(zip(names, row))  # noqa: B905 - a statement gives as many values as names

    def fetch_all(self, result: Any, sql: str) -> list[Row]:
        result.row_factory = None
        rows = result.fetchall()
        if not rows:
            return []
        names = self._column_names.get(sql) or self._read_column_names(sql, result)
        return [dict(zip(names, row)) for row in rows]  # noqa: B905

    def _read_column_names(self, sql: str, result: Any) -> tuple[str, ...]:
        """Once for each statement, and not for each row."""
        names = self._column_names[sql] = tuple(column[0] for column in result.description)
        return names

    def encode_list(self, values: Sequence[str]) -> str:
        """For json_each()."""
        return msgspec.json.encode(values).decode()

    def translate_error(self, error: BaseException) -> StoreError | None:
        return translate_sqlite_error(error, self.display_name) if isinstance(error, sqlite3.Error) else None

    def read_version(self) -> str:
        """Only reads: a file of somebody else is not touched."""
        connection = sqlite3.connect(f"file:{self.path}?mode=rw", uri=True, timeout=self._busy_seconds)
        try:
            return _read_version(connection, self.path)
        finally:
            connection.close()

    def create_or_upgrade(self) -> str:
        from db.migrations.runner import run_migrations

        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=self._busy_seconds, isolation_level=None)
        try:
            before = _read_version(connection, self.path)

            def hold() -> bool:  # of several programs starting at once, one makes the store
                nonlocal before
                connection.execute("BEGIN IMMEDIATE")
                before = _read_version(connection, self.path)
                return before < SCHEMA_VERSION

            if before < SCHEMA_VERSION:
                connection.execute("PRAGMA journal_mode = WAL")
                run_migrations("sqlite://", lambda: connection, hold)
            return before
        finally:
            connection.close()

    def open_crash_marker(self) -> CrashMarker | None:
        try:
            return CrashMarker(self.path)
        except OSError:  # where nothing can be written there is no unclean end
            return None

    def location_id(self) -> str:
        """This file on this machine: a copy of it is another file. Not its path: moving it is not copying it."""
        machine = _machine_id()
        digest = sha256(f"{machine}/{self.path.stat().st_ino}".encode()).digest()
        return str(2 + int.from_bytes(digest[:4], "big") % (2**31 - 2))  # user_version has 31 bits; 0 and 1 are taken

    def read_stamp(self) -> str:
        connection = self._open_connection()
        try:
            (stamp,) = connection.execute("PRAGMA user_version").fetchone()
        finally:
            connection.close()
        return str(stamp) if stamp else ""

    def write_stamp(self, stamp: str) -> None:
        connection = self._open_connection()
        try:
            connection.execute(f"PRAGMA user_version = {int(stamp)}")
        finally:
            connection.close()

    def size_bytes(self) -> int:
        return sum(
            file.stat().st_size for file in (self.path, self.path.with_name(f"{self.path.name}-wal")) if file.exists()
        )

    def copy_to(self, path: Path) -> bool:
        """By SQLite's online backup, in one step: writers go on meanwhile, and the copy is of one moment."""
        source, target = self._open_connection(), sqlite3.connect(path)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself
            target.execute(f"PRAGMA user_version = {COPY_STAMP}")
        finally:
            target.close()
            source.close()
        return True

    def purge_old_versions(self) -> bool:
        """Pages are overwritten already (secure_delete); what is left of them is in the write-ahead log."""
        connection = self._open_connection()
        try:
            row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        return bool(row[0] == 0)

    def check_integrity(self, *, quick: bool = False) -> list[str]:
        connection = self._open_connection()
        try:
            rows = connection.execute("PRAGMA quick_check(1)" if quick else "PRAGMA integrity_check(20)").fetchall()
        finally:
            connection.close()
        return [row[0] for row in rows if row[0] != "ok"]

    def create_sqlalchemy_engine(self) -> Engine:
        from sqlalchemy import create_engine

        return create_engine("sqlite://", creator=self._open_connection)

    def _open_connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{self.path}?mode=rw",
            uri=True,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # durable before an answer
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA cache_size = -16384")
        if self._on_statement is not None:
            connection.set_trace_callback(self._on_statement)
        return connection


@contextmanager
def open_read_only(path: Path) -> Iterator[Transaction]:
    """A look into a store's file that nobody writes, such as a backup: nothing of it is touched, nor beside it.

    Raises StoreUnreadable for a file that is no sound store of ours.
    """
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
        try:
            if not _read_version(connection, path):
                raise StoreUnreadable("The file {path} holds no store of this program.", path=path)
            connection.row_factory = _row_as_dict
            yield Transaction(SqliteBackend(path, 0, None), connection, writable=False)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise translate_sqlite_error(error, str(path)) from error


def _machine_id() -> str:
    """What systemd and D-Bus call this machine (machine-id(5)); empty where it has no such name."""
    try:
        return Path("/etc/machine-id").read_text("ascii").strip()
    except OSError:
        return ""


def _row_as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _read_version(connection: sqlite3.Connection, path: Path) -> str:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and not {"alembic_version", "ledger_entries"} <= tables:
        raise StoreUnreadable("The file {path} holds no store of this program.", path=path)
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
    found = str(row[0]) if row else ""
    if found > SCHEMA_VERSION:
        raise newer_store_error(str(path), found, SCHEMA_VERSION)
    return found
