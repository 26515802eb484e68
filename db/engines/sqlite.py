"""SQLite backend, for the store of a window, and for the store of a center that runs on one machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from db.engines import sqlite_library
from db.engines.backend import COPY_STAMP, SCHEMA_VERSION, DriverConnection, Row
from db.engines.crash_marker import CrashMarker
from db.engines.transaction import Transaction
from db.errors import (
    StoreBusy,
    StoreError,
    StoreUnreadable,
    StoreUnwritable,
    damaged_store_error,
    foreign_objects_error,
    newer_store_error,
)
from db.files import create_folder, open_private

if TYPE_CHECKING:
    from sqlalchemy import Engine

# Primary result codes (https://www.sqlite.org/rescode.html): the low byte of an extended one. The messages of SQLite
# contain names of columns, so they do not identify an error.
_PRIMARY_CODE = 0xFF
_NO_PERMISSION, _BUSY, _LOCKED, _READONLY, _IO_ERROR, _CORRUPT = 3, 5, 6, 8, 10, 11
_FULL, _CANNOT_OPEN, _PROTOCOL, _NOT_A_DATABASE = 13, 14, 15, 26


class SqliteBackend:
    """SQLite file in WAL mode: one writer at a time among all processes; a commit is durable when it returns."""

    name = "sqlite"
    in_process = True
    lock_suffix = ""  # BEGIN IMMEDIATE locks the whole file
    begin_write = "BEGIN IMMEDIATE"
    begin_read = "BEGIN"

    def __init__(self, path: Path, busy_seconds: float, on_statement: Callable[[str], None] | None) -> None:
        self.path = path
        self.display_name = str(path)
        self._busy_seconds = busy_seconds
        self._on_statement = on_statement
        self._column_names: dict[str, tuple[str, ...]] = {}  # by statement

    def connect(self) -> DriverConnection:
        connection = self._open_connection()
        connection.row_factory = _row_as_dict
        return connection

    def commit(self, connection: DriverConnection) -> None:
        connection.execute("COMMIT")

    def in_transaction(self, connection: DriverConnection) -> bool:
        return bool(connection.in_transaction)  # type: ignore[attr-defined]

    def is_alive(self, _: DriverConnection) -> bool:
        return True  # no server can close the connection

    def fetch_first(self, result: Any, sql: str) -> Row | None:
        result.row_factory = None
        row = result.fetchone()
        if row is None:
            return None
        names = self._column_names.get(sql) or self._read_column_names(sql, result)
        return dict(zip(names, row))  # noqa: B905 - a row has as many values as names

    def fetch_all(self, result: Any, sql: str) -> list[Row]:
        result.row_factory = None
        rows = result.fetchall()
        if not rows:
            return []
        names = self._column_names.get(sql) or self._read_column_names(sql, result)
        return [dict(zip(names, row)) for row in rows]  # noqa: B905

    def _read_column_names(self, sql: str, result: Any) -> tuple[str, ...]:
        """Read the column names of a result, once for each statement."""
        names = self._column_names[sql] = tuple(column[0] for column in result.description)
        return names

    def encode_list(self, values: Sequence[str]) -> str:
        """Return a JSON array, for json_each()."""
        return msgspec.json.encode(values).decode()

    def translate_error(self, error: BaseException) -> StoreError | None:
        return _translate_error(error, self.display_name) if sqlite_library.is_error(error) else None

    def read_version(self) -> str:
        """Return the schema version. Writes nothing, so that a file of another program is not changed."""
        connection = sqlite_library.connect(self.path, query="mode=rw", timeout=self._busy_seconds)
        try:
            return _read_version(connection, self.path)
        finally:
            connection.close()

    def create_or_upgrade(self) -> str:
        from db.migrations.runner import run_migrations

        create_folder(self.path.parent)
        _create_private(self.path)
        connection = sqlite_library.connect(self.path, timeout=self._busy_seconds, isolation_level=None)
        try:
            before = _read_version(connection, self.path)

            def begin() -> bool:  # under the lock: another program may have upgraded the store meanwhile
                nonlocal before
                connection.execute("BEGIN IMMEDIATE")
                before = _read_version(connection, self.path)
                return before < SCHEMA_VERSION

            if before < SCHEMA_VERSION:
                connection.execute("PRAGMA journal_mode = WAL")
                if before or not _new_store_script or not _create_from_script(connection, begin):
                    run_migrations("sqlite://", lambda: connection, begin)
                if not before and not _new_store_script:
                    _new_store_script.extend(_read_script(connection))
            return before
        finally:
            connection.close()

    def open_crash_marker(self) -> CrashMarker | None:
        try:
            return CrashMarker(self.path)
        except OSError:  # a store in a read-only folder is never written, so no crash damages it
            return None

    def location_id(self) -> str:
        """Return a digest of machine id and inode: a copy differs from the original, a moved file does not."""
        return str(location_stamp(self.path))

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
        """Copy a snapshot by SQLite's online backup, in one step; writers are not blocked.

        Returns False between a plain and an encrypted file.
        """
        if sqlite_library.uses_key(self.path) != bool(sqlite_library.store_key()):
            return False
        _create_private(path)
        source, target = self._open_connection(), sqlite_library.connect(path)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # a single file without a write-ahead log
            target.execute(f"PRAGMA user_version = {COPY_STAMP}")
        finally:
            target.close()
            source.close()
        return True

    def free_cache(self, connection: DriverConnection) -> None:
        """Free the pages that a connection keeps, up to 16 MiB."""
        connection.execute("PRAGMA shrink_memory")

    def purge_old_versions(self) -> bool:
        """Rewrite the file and truncate the write-ahead log; return False while a reader uses it.

        `secure_delete` overwrites deleted rows, but copies of some remain in pages that SQLite has reorganised. The
        temporary copy is kept in memory, because its bytes would stay on the disk.
        """
        connection = self._open_connection()
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("VACUUM")
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

    def _open_connection(self) -> sqlite_library.Connection:
        connection = sqlite_library.connect(
            self.path,
            query="mode=rw",
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a commit is durable when it returns
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA cache_size = -6144")
        if self._on_statement is not None:
            connection.set_trace_callback(self._on_statement)
        return connection


_new_store_script: list[str] = []
"""Statements that create what the migrations create in a new store, in a fraction of their time.

Empty until this process has created a store."""


def _read_script(connection: sqlite_library.Connection) -> list[str]:
    """Return the statements that create the contents of a new store."""
    return [line for line in connection.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;")]


def _create_from_script(connection: sqlite_library.Connection, begin: Callable[[], bool]) -> bool:
    """Create a new store in one transaction; return False, and write nothing, if another program has created it."""
    try:
        if not begin() or connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
            return False
        for statement in _new_store_script:
            connection.execute(statement)
        connection.execute("COMMIT")
        return True
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _create_private(path: Path) -> None:
    """Create an empty file with mode 0600 before SQLite creates it; SQLite gives the files of the WAL the same mode."""
    if not path.exists():
        with suppress(OSError):  # SQLite reports the same error
            open_private(path, "ab").close()


@contextmanager
def open_read_only(path: Path) -> Iterator[Transaction]:
    """Open the file of a store without writers, such as a backup, without creating a WAL or lock file.

    Raises StoreUnreadable when it is not an intact store of this program.
    """
    with _open_immutable(path) as connection:
        connection.row_factory = _row_as_dict
        yield Transaction(SqliteBackend(path, 0, None), connection, writable=False)


@contextmanager
def _open_immutable(path: Path) -> Iterator[sqlite_library.Connection]:
    try:
        connection = sqlite_library.connect(path, query="mode=ro&immutable=1")
        try:
            if not _read_version(connection, path):
                raise StoreUnreadable("The file {path} holds no store of this program.", path=path)
            yield connection
        finally:
            connection.close()
    except Exception as error:
        if not sqlite_library.is_error(error):
            raise
        raise _translate_error(error, str(path)) from error


def read_schema(path: Path) -> dict[tuple[str, str], str]:
    """Return the definitions of a closed file by type (table, index, trigger, view) and name.

    Statistics of the query planner are left out: they are data. Raises StoreUnreadable when it is not a store.
    """
    with _open_immutable(path) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {(kind, name): sql or "" for kind, name, sql in rows if not name.startswith("sqlite_stat")}


def location_stamp(path: Path) -> int:
    """Return the stamp of the file at this place, made of machine id and inode."""
    digest = sha256(f"{_machine_id()}/{path.stat().st_ino}".encode()).digest()
    # user_version has 31 bits; 0 and COPY_STAMP are taken
    return 2 + int.from_bytes(digest[:4], "big") % (2**31 - 2)


def _machine_id() -> str:
    """Return the machine id of systemd and D-Bus (machine-id(5)), or "" where there is none."""
    try:
        return Path("/etc/machine-id").read_text("ascii").strip()
    except OSError:
        return ""


def _row_as_dict(cursor: sqlite_library.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _read_version(connection: sqlite_library.Connection, path: Path) -> str:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    active = connection.execute(
        "SELECT type || ' ' || name FROM sqlite_master"
        " WHERE type NOT IN ('table', 'index') OR upper(sql) LIKE 'CREATE VIRTUAL%' ORDER BY 1"
    ).fetchall()
    if active:  # a trigger or view would act whenever a program writes or reads
        raise foreign_objects_error(str(path), [row[0] for row in active])
    if tables and not {"alembic_version", "ledger_entries"} <= tables:
        raise StoreUnreadable("The file {path} holds no store of this program.", path=path)
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
    version = str(row[0]) if row else ""
    if version > SCHEMA_VERSION:
        raise newer_store_error(str(path), version, SCHEMA_VERSION)
    return version


def _translate_error(error: BaseException, path: str) -> StoreError:
    """Return the store error for an error of the driver, by its result code."""
    code = getattr(error, "sqlite_errorcode", None)  # absent if the driver raised the error itself
    primary = code & _PRIMARY_CODE if code is not None else None
    if primary in (_BUSY, _LOCKED, _PROTOCOL):
        return StoreBusy(
            "The store {path} is in use by another program for too long. Nothing was changed; try again.", path=path
        )
    if primary == _READONLY:
        return StoreUnwritable("The store {path} cannot be written: it is read-only. Nothing was changed.", path=path)
    if primary == _FULL:
        return StoreUnwritable(
            "The disk is full: {path} cannot grow. Nothing was changed; make room and try again.", path=path
        )
    if primary in (_CORRUPT, _NOT_A_DATABASE):
        return damaged_store_error(path)
    if primary in (_CANNOT_OPEN, _NO_PERMISSION):
        return StoreUnreadable(
            "The store {path} cannot be opened. Check that its folder exists and may be written.", path=path
        )
    if primary == _IO_ERROR:
        return StoreUnwritable("The disk under {path} fails. Nothing was changed; call the administrator.", path=path)
    return StoreError("The store {path} refused: {text}. Nothing was changed.", path=path, text=str(error))
