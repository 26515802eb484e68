"""Where the stores of one run lie: made empty, copied, and their rows read for the floor."""

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
from db.migrations import upgrade
from db.tables import METADATA

TableRows = dict[str, list[Row]]
"""By table."""
_ROW_FILTERS: dict[str, Callable[[Row], bool]] = {
    "ledger_entries": lambda row: row["kind"] == "AcceptCase",
    "feed": lambda row: str(row["document"]).startswith("case/"),
}
_CASE_TABLES = ("cases", "matters", "tasks", "parties", "field_values", "materials", "notices", *_ROW_FILTERS)
_store_numbers = count(1)


class BenchmarkStores(Protocol):
    """The stores of one engine. Each `where` is a path or a URL."""

    name: str

    def create(self) -> str:
        """An empty store."""
        ...

    def copy(self, where: str) -> str:
        """A copy of one that is closed."""
        ...

    def insert_rows(self, where: str, rows: TableRows) -> float:
        """Inserts raw rows in one durable transaction; how many seconds that took."""
        ...


class SqliteStores:
    """Files in a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blank = folder / "blank.db"
        upgrade(self._blank)

    @classmethod
    def in_new_folder(cls, folder: Path) -> SqliteStores:
        """In a new folder inside, for a process among several."""
        return cls(Path(mkdtemp(prefix="stores-", dir=folder)))

    def create(self) -> str:
        return self.copy(str(self._blank))

    def copy(self, where: str) -> str:
        made = self._folder / f"store-{next(_store_numbers)}.db"
        shutil.copyfile(where, made)  # whole in itself: whoever closed it left no log beside it
        return str(made)

    def insert_rows(self, where: str, rows: TableRows) -> float:
        connection = sqlite3.connect(where, isolation_level=None)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {setting}")
        made = [
            (insert_statement(table, found, "?"), list(map(tuple, map(dict.values, found))))
            for table, found in rows.items()
        ]
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for text, values in made:
            connection.executemany(text, values)
        connection.execute("COMMIT")
        took = time.perf_counter() - begun
        connection.close()
        return took


class PostgresStores:
    """Databases of a server."""

    name = "postgresql"

    def __init__(self, url: Callable[[str], str], *, kept_on_disk: bool) -> None:
        self._url = url
        self._kept_on_disk = kept_on_disk
        self._names: list[str] = []
        self._blank = self._create_database("clerk_bench_blank")
        upgrade(self._blank)

    def create(self) -> str:
        return self.copy(self._blank)

    def copy(self, where: str) -> str:
        name = f"clerk_bench_{next(_store_numbers)}"
        self._names.append(name)
        from_name = psycopg.conninfo.conninfo_to_dict(where)["dbname"]
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            made, source = sql.Identifier(name), sql.Identifier(str(from_name))
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(made))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(made, source))
            if not self._kept_on_disk:
                connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(made))
        return self._url(name)

    def insert_rows(self, where: str, rows: TableRows) -> float:
        with psycopg.connect(where) as connection:
            cursor = connection.cursor()
            made = [
                (insert_statement(table, found, "%s"), list(map(tuple, map(dict.values, found))))
                for table, found in rows.items()
            ]
            begun = time.perf_counter()
            for text, values in made:
                cursor.executemany(text.encode(), values)
            connection.commit()
            return time.perf_counter() - begun

    def remove(self) -> None:
        """Drops every database that was made."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            for name in self._names:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _create_database(self, name: str) -> str:
        self._names.append(name)
        create_database(self._url, name, kept_on_disk=self._kept_on_disk)
        return self._url(name)


def rows_of_cases(where: str) -> TableRows:
    """Every row of the cases in a store: what an acceptance writes, its entry and its places in the feed too."""
    with open_store(where) as store, store.read() as look:
        names = [table.name for table in METADATA.sorted_tables if table.name in _CASE_TABLES]
        return {name: list(filter(_ROW_FILTERS.get(name), look.select(name))) for name in names}


@contextmanager
def open_store(where: str) -> Iterator[Store]:
    """A store, and closed again."""
    store = Store(where)
    try:
        yield store
    finally:
        store.close()


def insert_statement(table: str, rows: Sequence[Any], place: str) -> str:
    """The statement that inserts rows like these, its places written so."""
    columns = ", ".join(rows[0])
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join([place] * len(rows[0]))})"  # noqa: S608
