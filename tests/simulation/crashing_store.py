"""An SQLite file under which a simulated machine can stop at any statement, or have a full disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from db.engines.backend import DriverConnection
from db.engines.sqlite import SqliteBackend


class SimulatedCrash(BaseException):
    """The machine stopped here. No program catches it."""


class SimulatedMachine:
    """What one program's machine goes through."""

    def __init__(self) -> None:
        self.statements_left: int | None = None  # statements that it still performs
        self.stopped = False
        self._disk_full = False
        self._connections: list[sqlite3.Connection] = []

    def add_connection(self, connection: sqlite3.Connection) -> None:
        """A program of this machine opened its store."""
        self._connections.append(connection)

    def count_statement(self) -> None:
        """Raises Crash when the machine stops now, or has stopped."""
        if self.stopped:
            raise SimulatedCrash
        if self.statements_left is None:
            return
        self.statements_left -= 1
        if self.statements_left < 0:
            self.stopped = True
            raise SimulatedCrash

    @contextmanager
    def crash_suspended(self) -> Iterator[None]:
        """Inside, somebody looks from outside: no statement is the last."""
        stops_in, self.statements_left = self.statements_left, None
        try:
            yield
        finally:
            self.statements_left = stops_in

    def set_disk_full(self, *, full: bool) -> None:
        """The disk is full, or has room again."""
        for connection in self._connections:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages if full else 2**30}")
        self._disk_full = full

    def close_connections(self) -> None:
        """What was not durable is gone: the connections end as their process does."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()


class CrashingSqlite(SqliteBackend):
    """A store on such a machine."""

    def __init__(self, path: Path, machine: SimulatedMachine) -> None:
        super().__init__(path, 5.0, None)
        self._machine = machine

    def connect(self) -> DriverConnection:
        """A connection that ends with its machine."""
        connection = super().connect()
        assert isinstance(connection, sqlite3.Connection)
        connection.execute("PRAGMA synchronous = OFF")  # a machine that stops here keeps what the system was given
        self._machine.add_connection(connection)
        return _CrashingConnection(connection, self._machine)

    def open_crash_marker(self) -> None:
        """Whether a crash left the file whole is SQLite's own affair, and tested with real kills."""

    def in_transaction(self, connection: DriverConnection) -> bool:
        """A dead machine's transactions are over: there is nobody who could roll back."""
        return not self._machine.stopped and super().in_transaction(connection)


class _CrashingConnection:
    """A connection whose machine may stop before each statement."""

    def __init__(self, connection: sqlite3.Connection, machine: SimulatedMachine) -> None:
        self._connection = connection
        self._machine = machine

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self._machine.count_statement()
        return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        self._machine.count_statement()
        return self._connection.executemany(sql, rows)

    def close(self) -> None:
        self._connection.close()
