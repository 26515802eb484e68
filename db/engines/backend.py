"""Interface of a store's engine: `sqlite.py` for a window, `postgresql.py` for a city."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from db.engines.crash_marker import CrashMarker
from db.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

SCHEMA_VERSION = "0089"  # the newest migration; a store is opened only when it has this version
BUSY_SECONDS = 5.0  # how long a writer waits for a lock

COPY_STAMP = "1"
"""Stamp of a copy for which `Store.settle_location` was not called yet."""

Row = dict[str, Any]
"""A row: values by column name."""


class DriverConnection(Protocol):
    """Methods of a driver's connection that are used. Outside a transaction, each statement is committed at once."""

    def execute(self, sql: Any, parameters: Any = ..., /) -> Any: ...
    def executemany(self, sql: Any, parameters: Any, /) -> Any: ...
    def close(self) -> None: ...


class DriverErrorTranslator:
    """Context manager that translates a driver's errors into store errors.

    A class, because each transaction enters it and a generator would be slower.
    """

    __slots__ = ("_backend",)

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        translated = self._backend.translate_error(error) if error is not None else None
        if translated is not None:
            raise translated from error


class Backend(Protocol):
    """An engine with the location of one store."""

    name: str
    display_name: str  # for sentences; without password
    in_process: bool  # whether statements run in this process and not in a server
    lock_suffix: str  # appended to a SELECT that locks its rows
    begin_write: str
    begin_read: str

    def connect(self) -> DriverConnection:
        """Open a connection whose rows are dicts and whose statements have `:name` or `?` placeholders."""
        ...

    def commit(self, connection: DriverConnection) -> None:
        """Commit the open transaction; it survives a power cut when this returns."""
        ...

    def in_transaction(self, connection: DriverConnection) -> bool:
        """Return whether a transaction is open."""
        ...

    def is_alive(self, connection: DriverConnection) -> bool:
        """Return whether the connection is still usable, as far as is known without a round trip."""
        ...

    def fetch_first(self, result: Any, sql: str) -> Row | None:
        """Return the first row of a statement's result, or None."""
        ...

    def fetch_all(self, result: Any, sql: str) -> list[Row]:
        """Return every row of a statement's result."""
        ...

    def encode_list(self, values: Sequence[str]) -> str:
        """Encode strings as one value, for a placeholder that takes a list."""
        ...

    def translate_error(self, error: BaseException) -> StoreError | None:
        """Return the store error for an error of the driver; None for any other error."""
        ...

    def read_version(self) -> str:
        """Return the schema version of the store, "" for none. Raises StoreUnreadable for a foreign database or a
        newer version."""
        ...

    def create_or_upgrade(self) -> str:
        """Create or upgrade the store to SCHEMA_VERSION in one transaction; return its old version, "" for none."""
        ...

    def open_crash_marker(self) -> CrashMarker | None:
        """Open the store's crash marker; None where the engine recovers by itself or no marker can be created."""
        ...

    def location_id(self) -> str:
        """Return an identifier of the store's location; it differs for a copy of the store."""
        ...

    def read_stamp(self) -> str:
        """Return the stamp of the store (a location id or COPY_STAMP, stored outside of its tables); "" for none."""
        ...

    def write_stamp(self, stamp: str) -> None:
        """Replace the stamp of the store."""
        ...

    def free_cache(self, connection: DriverConnection) -> None:
        """Free the memory in which a connection keeps what it has read."""
        ...

    def size_bytes(self) -> int:
        """Return the size on disk, in bytes."""
        ...

    def copy_to(self, path: Path) -> bool:
        """Copy a snapshot of the live store to a new SQLite file; return False where it has to be copied row by row."""
        ...

    def purge_old_versions(self) -> bool:
        """Remove old versions of changed rows from the files; return False while a reader still uses one."""
        ...

    def check_integrity(self, *, quick: bool = False) -> list[str]:
        """Return the findings of the engine's own check; a quick one does not compare indexes with tables."""
        ...

    def create_sqlalchemy_engine(self) -> Engine:
        """Create the SQLAlchemy engine for SQLModel sessions."""
        ...
