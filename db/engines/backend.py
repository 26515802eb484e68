"""What a store needs of an engine. There are two: `sqlite.py` at a window, `postgresql.py` for a city."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from db.engines.crash_marker import CrashMarker
from db.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

SCHEMA_VERSION = "0002"  # the newest migration; opening compares this and nothing else
BUSY_SECONDS = 5.0  # how long a writer waits for others

COPY_STAMP = "1"
"""The stamp of a copy that has not found its home yet."""

Row = dict[str, Any]
"""A row by column names."""


class DriverConnection(Protocol):
    """A driver's connection, as far as statements need it; each statement commits itself unless BEGIN came first."""

    def execute(self, sql: Any, parameters: Any = ..., /) -> Any: ...
    def executemany(self, sql: Any, parameters: Any, /) -> Any: ...
    def close(self) -> None: ...


class DriverErrorTranslator:
    """As long as it is entered, the driver's errors become ours. No generator: each transaction enters it."""

    __slots__ = ("_backend",)

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        ours = self._backend.translate_error(error) if error is not None else None
        if ours is not None:
            raise ours from error


class Backend(Protocol):
    """One engine and the place of one store on it."""

    name: str
    display_name: str  # as sentences name it
    in_process: bool  # whether this program does the work itself, and not a server
    lock_suffix: str  # makes a SELECT hold its rows
    begin_write: str
    begin_read: str

    def connect(self) -> DriverConnection:
        """A new connection whose rows are dicts, and whose statements have `:name` or `?` places."""
        ...

    def commit(self, connection: DriverConnection) -> None:
        """Makes the open transaction durable: it survives a power cut when this returns."""
        ...

    def in_transaction(self, connection: DriverConnection) -> bool: ...

    def is_alive(self, connection: DriverConnection) -> bool:
        """Whether the connection still leads somewhere, as far as was seen."""
        ...

    def fetch_first(self, result: Any, sql: str) -> Row | None:
        """The first row of what a statement gave."""
        ...

    def fetch_all(self, result: Any, sql: str) -> list[Row]:
        """Every row of what a statement gave."""
        ...

    def encode_list(self, values: Sequence[str]) -> str:
        """Words as one value, for statements that have a place for several."""
        ...

    def translate_error(self, error: BaseException) -> StoreError | None:
        """The driver's error as one of ours; None for an error that is not the driver's."""
        ...

    def read_version(self) -> str:
        """The version of the store there; empty for none. Raises StoreUnreadable for what is not ours or is newer."""
        ...

    def create_or_upgrade(self) -> str:
        """Brings the store to SCHEMA in one transaction; the version it had before."""
        ...

    def open_crash_marker(self) -> CrashMarker | None:
        """Begins this program's use of the store; None where nothing beside it could tell of a crash."""
        ...

    def location_id(self) -> str:
        """What tells this place of a store from every other."""
        ...

    def read_stamp(self) -> str:
        """The home that is written on the store, outside of its tables; empty for none."""
        ...

    def write_stamp(self, stamp: str) -> None:
        """Writes it."""
        ...

    def size_bytes(self) -> int:
        """Bytes on disk."""
        ...

    def copy_to(self, path: Path) -> bool:
        """Copies the live store whole to a new file, as it is at one moment; False where that has to go by rows."""
        ...

    def purge_old_versions(self) -> bool:
        """Lets no old version of a changed row linger in the files; False when somebody is still reading one."""
        ...

    def check_integrity(self, *, quick: bool = False) -> list[str]:
        """What the engine's own check complains about; a quick one compares no index with its table."""
        ...

    def create_sqlalchemy_engine(self) -> Engine:
        """An engine for SQLModel sessions."""
        ...
