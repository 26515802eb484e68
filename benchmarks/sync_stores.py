"""Stores of one run of the sync benchmark: created empty, copied, and read for the floor."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Protocol

import psycopg
from psycopg import sql

from benchmarks.queue_store import create_database
from db.engines import Row, Store
from db.tables import METADATA
from db.upgrade import upgrade

TableRows = dict[str, list[Row]]
"""Rows by table."""
_ROW_FILTERS: dict[str, Callable[[Row], bool]] = {
    "ledger_entries": lambda row: row["kind"] == "AcceptCase",
    "feed": lambda row: str(row["document"]).startswith("case/"),
}
_CASE_TABLES = ("cases", "matters", "tasks", "parties", "field_values", "materials", "notices", "prints", *_ROW_FILTERS)
_store_numbers = count(1)


class BenchmarkStores(Protocol):
    """The stores of one engine. Each store is identified by its path or URL."""

    name: str

    def create(self) -> str:
        """Create an empty store; return its path or URL."""
        ...

    def copy(self, where: str) -> str:
        """Copy a closed store; return the path or URL of the copy."""
        ...

    def insert_rows(self, where: str, rows: TableRows) -> float:
        """Insert raw rows in one durable transaction; return the seconds that this took."""
        ...


class SqliteStores:
    """Stores on SQLite: files in a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blank = folder / "blank.db"
        upgrade(self._blank)

    @classmethod
    def in_new_folder(cls, folder: Path) -> SqliteStores:
        """Make the stores of one process in a new folder inside `folder`."""
        return cls(Path(mkdtemp(prefix="stores-", dir=folder)))

    def create(self) -> str:
        return self.copy(str(self._blank))

    def copy(self, store: str) -> str:
        path = self._folder / f"store-{next(_store_numbers)}.db"
        shutil.copyfile(store, path)  # a closed store has no write-ahead log
        return str(path)

    def insert_rows(self, store: str, rows: TableRows) -> float:
        connection = sqlite3.connect(store, isolation_level=None)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {setting}")
        inserts = [
            (insert_statement(table, table_rows, "?"), list(map(tuple, map(dict.values, table_rows))))
            for table, table_rows in rows.items()
        ]
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for text, values in inserts:
            connection.executemany(text, values)
        connection.execute("COMMIT")
        seconds = time.perf_counter() - started
        connection.close()
        return seconds


class PostgresStores:
    """Stores on PostgreSQL: databases of one server."""

    name = "postgresql"

    def __init__(self, url: Callable[[str], str], *, kept_on_disk: bool) -> None:
        self._url = url
        self._kept_on_disk = kept_on_disk
        self._names: list[str] = []
        self._blank = self._create_database("clerk_bench_blank")
        upgrade(self._blank)

    def create(self) -> str:
        return self.copy(self._blank)

    def copy(self, store: str) -> str:
        name = f"clerk_bench_{next(_store_numbers)}"
        self._names.append(name)
        from_name = psycopg.conninfo.conninfo_to_dict(store)["dbname"]
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            target, source = sql.Identifier(name), sql.Identifier(str(from_name))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(target))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(target, source))
            if not self._kept_on_disk:
                connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(target))
        return self._url(name)

    def insert_rows(self, store: str, rows: TableRows) -> float:
        with psycopg.connect(store) as connection:
            cursor = connection.cursor()
            inserts = [
                (insert_statement(table, table_rows, "%s"), list(map(tuple, map(dict.values, table_rows))))
                for table, table_rows in rows.items()
            ]
            started = time.perf_counter()
            for text, values in inserts:
                cursor.executemany(text.encode(), values)
            connection.commit()
            return time.perf_counter() - started

    def remove(self) -> None:
        """Drop every database that was created."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            for name in self._names:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _create_database(self, name: str) -> str:
        self._names.append(name)
        create_database(self._url, name, kept_on_disk=self._kept_on_disk)
        return self._url(name)


def rows_of_cases(location: str) -> TableRows:
    """Return all rows that the acceptances in a store wrote, including log entries and rows of the feed, by table."""
    with open_store(location) as store, store.read() as tx:
        names = [table.name for table in METADATA.sorted_tables if table.name in _CASE_TABLES]
        return {name: list(filter(_ROW_FILTERS.get(name), tx.select(name))) for name in names}


@contextmanager
def open_store(location: str) -> Iterator[Store]:
    """Open a store and close it at the end of the block."""
    store = Store(location)
    try:
        yield store
    finally:
        store.close()


def insert_statement(table: str, rows: Sequence[Any], place: str) -> str:
    """Return the statement that inserts rows like these, with `place` as the placeholder of a value."""
    columns = ", ".join(rows[0])
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join([place] * len(rows[0]))})"  # noqa: S608
