"""Writes the rows of published catalogues: what a case loads by need, and the index of names.

They are derived from the content of each version. A version of a city has more than 100,000: they are written in
batches before the version is published or received (`prepare_rows`), so that no transaction is long. Nothing finds them
before the version itself is in the store. Where nobody prepared them, they are written with the version.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from clerk_app.catalogue.entries import CatalogueContent, list_entry_batches
from db.engines import Row, Store, Transaction

FORM = 3
"""Form of the rows. A store with rows of another form gets new ones."""
_BEING_WRITTEN = 0  # in place of the form, until all rows are there

_TABLES = ("catalogue_entries", "catalogue_names", "catalogue_grams", "catalogue_indexes")


def write_rows(tx: Transaction, catalogue: str, version: int) -> None:
    """Write the rows of a version in this store, unless they were prepared; content that is no catalogue has none."""
    row = tx.get("catalogue_versions", catalogue=catalogue, version=version)
    content = bytes(row["content"]) if row is not None else b""
    if _has_rows(tx, catalogue, version, _digest(content)):
        return
    delete_rows(tx, catalogue, version)
    key = {"catalogue": catalogue, "version": version}
    counts = {"one_things": 0, "names": 0}
    for table, rows in _list_batches(content, counts):
        tx.insert_many(table, [key | row for row in rows])
    tx.insert("catalogue_indexes", **key, form=FORM, digest=_digest(content), **counts)


def prepare_rows(store: Store, catalogue: str, version: int, content: bytes) -> None:
    """Write the rows of a version that is not in this store yet, in a transaction for each batch.

    Does nothing if the version is there, or its rows are; stops if another program prepares them meanwhile.
    """
    key, token = {"catalogue": catalogue, "version": version}, secrets.token_hex(16)
    with store.read() as tx:
        is_known = tx.query_one("catalogue.version_digest", **key) is not None
        if is_known or _has_rows(tx, catalogue, version, _digest(content)):
            return
    with store.write() as tx:
        delete_rows(tx, catalogue, version)
        tx.insert("catalogue_indexes", **key, form=_BEING_WRITTEN, digest=token, one_things=0, names=0)
    counts = {"one_things": 0, "names": 0}
    for table, rows in _list_batches(content, counts):
        with store.write() as tx:
            if not _is_ours(tx.get_for_update("catalogue_indexes", **key), token):
                return
            tx.insert_many(table, [key | row for row in rows])
    with store.write() as tx:
        if _is_ours(tx.get_for_update("catalogue_indexes", **key), token):
            tx.update("catalogue_indexes", key, form=FORM, digest=_digest(content), **counts)


def delete_rows(tx: Transaction, catalogue: str, version: int) -> None:
    """Delete the rows of a version."""
    for table in _TABLES:
        tx.delete(table, catalogue=catalogue, version=version)


def ensure_rows(store: Store) -> None:
    """Write the rows that are missing in a store, or that another program wrote in another form.

    Rows that a program had begun to prepare when it ended are deleted.
    """
    with store.read() as tx:
        missing = tx.query_all("catalogue.versions_without_rows", form=FORM)
        begun = tx.query_all("catalogue.begun_rows", form=_BEING_WRITTEN)
    for row in begun:
        with store.write() as tx:
            delete_rows(tx, row["catalogue"], row["version"])
    for row in missing:
        with store.write() as tx:
            write_rows(tx, row["catalogue"], row["version"])


def _list_batches(content: bytes, counts: dict[str, int]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows of a version in batches, each with its table; set the counts of its names."""
    from clerk_app.catalogue.name_index import (  # with the tables of pinyin: not before a version arrives
        count_one_things,
        list_name_batches,
    )
    from clerk_app.catalogue.names import list_names

    decoded = CatalogueContent.decode(content)
    if decoded is None:
        return
    yield from list_entry_batches(decoded)
    names = list(list_names(decoded))
    counts |= {"one_things": count_one_things(names), "names": len(names)}
    yield from list_name_batches(names)


def _has_rows(tx: Transaction, catalogue: str, version: int, digest: str) -> bool:
    row = tx.get("catalogue_indexes", catalogue=catalogue, version=version)
    return row is not None and row["form"] == FORM and row["digest"] == digest


def _is_ours(row: Row | None, token: str) -> bool:
    return row is not None and row["digest"] == token


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
