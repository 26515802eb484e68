"""Every row of a store, a page at a time: how stores are copied, compared and taken from one engine to the other."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from db.engines import Row, Store, Transaction

_PAGE_SIZE = 1_000
Progress = Callable[[str, int], None]
"""(table, rows so far) after each page."""


def primary_keys() -> dict[str, tuple[str, ...]]:
    """Every table with the columns of its key."""
    from db.tables import METADATA

    return {table.name: tuple(column.name for column in table.primary_key.columns) for table in METADATA.sorted_tables}


def read_pages(tx: Transaction, table: str, key: tuple[str, ...]) -> Iterator[list[Row]]:
    """All rows of a table in the order of their key, in pages."""
    after: tuple[object, ...] = ()
    while page := tx.select_page(table, key, after, _PAGE_SIZE):
        yield page
        after = tuple(page[-1][name] for name in key)


def copy_rows(source: Store, target: Store, progress: Progress | None = None) -> None:
    """Every row of `source`, as it is at one moment, into the empty `target`, in one transaction."""
    with source.read() as look, target.write() as tx:
        for table, key in primary_keys().items():
            count = 0
            for page in read_pages(look, table, key):
                tx.insert_many(table, page)
                count += len(page)
                if progress is not None:
                    progress(table, count)


def is_empty_store(store: Store) -> bool:
    """Whether nothing was ever kept there."""
    with store.read() as look:
        return not any(look.select_page(table, key, (), 1) for table, key in primary_keys().items())


def measure_flush_seconds(folder: Path) -> float:
    """How long the disk under `folder` takes to keep a page for good: the middle one of five tries, in seconds."""
    took: list[float] = []
    with NamedTemporaryFile(dir=folder) as file:
        for _ in range(5):
            begun = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return sorted(took)[2]


def copy_store(source: Store, path: Path, progress: Progress | None = None) -> None:
    """A new SQLite store at `path` with everything in the live `source`, whichever engine that is on.

    It is marked as a copy: whoever opens it as an office begins a new incarnation.
    """
    from db.migrations import upgrade

    if source.backend.copy_to(path):
        return
    with TemporaryDirectory(prefix=".rows-", dir=path.parent) as folder:
        upgrade(Path(folder) / "store.db")
        rows = Store(Path(folder) / "store.db")
        try:
            copy_rows(source, rows, progress)
            rows.backend.copy_to(path)
        finally:
            rows.close()
