"""An SQLite store on a simulated machine, which can stop at any statement or have a full disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from db.engines.backend import DriverConnection
from db.engines.sqlite import SqliteBackend


class SimulatedCrash(BaseException):
    """The machine stopped. This is a BaseException, so that no program catches it."""


class SimulatedMachine:
    """State of the machine of one program."""

    def __init__(self) -> None:
        self.statements_left: int | None = None  # statements until the machine stops; None: no stop is planned
        self.stopped = False
        self._disk_full = False
        self._connections: list[sqlite3.Connection] = []

    def add_connection(self, connection: sqlite3.Connection) -> None:
        """Register a connection that a program of this machine opened."""
        self._connections.append(connection)

    def count_statement(self) -> None:
        """Count one statement. Raises SimulatedCrash if the machine stops now or has stopped."""
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
        """Suspend a planned crash within the block, so that the test itself can read the store."""
        stops_in, self.statements_left = self.statements_left, None
        try:
            yield
        finally:
            self.statements_left = stops_in

    def set_disk_full(self, *, full: bool) -> None:
        """Fill the disk, or free it again."""
        for connection in self._connections:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages if full else 2**30}")
        self._disk_full = full

    def close_connections(self) -> None:
        """Close the connections. Uncommitted transactions are rolled back, as at the end of a process."""
        for connection in self._connections:
            connection.rollback()  # a cursor that a traceback still holds would delay the end of the connection
            connection.close()
        self._connections.clear()


class CrashingSqlite(SqliteBackend):
    """An SQLite backend on a simulated machine."""

    def __init__(self, path: Path, machine: SimulatedMachine) -> None:
        super().__init__(path, 5.0, None)
        self._machine = machine

    def connect(self) -> DriverConnection:
        """Open a connection that ends when the machine stops."""
        connection = super().connect()
        assert isinstance(connection, sqlite3.Connection)
        connection.execute("PRAGMA synchronous = OFF")  # a simulated crash does not lose written pages
        self._machine.add_connection(connection)
        return _CrashingConnection(connection, self._machine)

    def open_crash_marker(self) -> None:
        """Do nothing: real kills, not this simulation, test whether a crash damages the file."""

    def in_transaction(self, connection: DriverConnection) -> bool:
        """Return whether a transaction is open; False on a stopped machine, which cannot roll back."""
        return not self._machine.stopped and super().in_transaction(connection)


class _CrashingConnection:
    """A connection on a machine that may stop before any statement."""

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
