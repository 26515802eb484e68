"""Copies a store row by row, in pages: between engines, and for backups and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from db.engines import Row, Store, Transaction

_PAGE_SIZE = 1_000
Progress = Callable[[str, int], None]
"""(table, rows copied so far), called after each page."""


def primary_keys() -> dict[str, tuple[str, ...]]:
    """Return the columns of the primary key of every table, by table."""
    from db.tables import METADATA

    return {table.name: tuple(column.name for column in table.primary_key.columns) for table in METADATA.sorted_tables}


def read_pages(tx: Transaction, table: str, key: tuple[str, ...]) -> Iterator[list[Row]]:
    """Yield all rows of a table, in pages of at most 1,000, ordered by `key`."""
    after: tuple[object, ...] = ()
    while page := tx.select_page(table, key, after, _PAGE_SIZE):
        yield page
        after = tuple(page[-1][name] for name in key)


def copy_rows(source: Store, target: Store, progress: Progress | None = None) -> None:
    """Copy every row of a snapshot of `source` to the empty `target`, in one transaction."""
    with source.read() as reader, target.write() as writer:
        for table, key in primary_keys().items():
            count = 0
            for page in read_pages(reader, table, key):
                writer.insert_many(table, page)
                count += len(page)
                if progress is not None:
                    progress(table, count)


def is_empty_store(store: Store) -> bool:
    """Return whether no table has a row."""
    with store.read() as tx:
        return not any(tx.select_page(table, key, (), 1) for table, key in primary_keys().items())


def copy_store(source: Store, path: Path, progress: Progress | None = None) -> None:
    """Copy the live `source`, on either engine, to a new SQLite store at `path`.

    The copy is marked as a copy, so that the office that opens it begins a new incarnation.
    """
    from db.upgrade import upgrade

    if source.backend.copy_to(path):
        return
    with TemporaryDirectory(prefix=".rows-", dir=path.parent) as folder:
        upgrade(Path(folder) / "store.db")
        copy = Store(Path(folder) / "store.db")
        try:
            copy_rows(source, copy, progress)
            copy.backend.copy_to(path)
        finally:
            copy.close()
