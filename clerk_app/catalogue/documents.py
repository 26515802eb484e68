"""Replication of published catalogues: each version is one document, visible to every node."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.catalogue.rows import delete_rows, prepare_rows, write_rows
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, parse_number_key
from db.engines import Store, Transaction

_MOST_BYTES = 64 * 1024 * 1024
"""Of a version, as it is sent: 3,500 matters with 35,000 handling items have 17 million."""


def _read_rows(tx: Transaction, key: str) -> Rows:
    catalogue, _slash, version = key.rpartition("/")
    return {
        "catalogue_versions": tx.select("catalogue_versions", catalogue=catalogue, version=parse_number_key(version))
    }


def _visible_rows(tx: Transaction, key: str, _: Reader) -> Rows | None:
    rows = _read_rows(tx, key)
    return rows if rows["catalogue_versions"] else None


def _delete_rows(tx: Transaction, key: str) -> None:
    catalogue, _slash, version = key.rpartition("/")
    tx.delete("catalogue_versions", catalogue=catalogue, version=parse_number_key(version))


def _prepare_rows(store: Store, key: str, rows: Rows) -> None:
    """Write the rows derived from a version that is received, in short transactions before it is stored."""
    catalogue, _slash, version = key.rpartition("/")
    for row in rows.get("catalogue_versions", ()):
        prepare_rows(store, catalogue, parse_number_key(version), bytes(row["content"]))


def _write_derived_rows(tx: Transaction, key: str) -> None:
    """Write the rows derived from a version, unless they were prepared: only its content is sent."""
    catalogue, _slash, version = key.rpartition("/")
    if tx.query_one("catalogue.version_digest", catalogue=catalogue, version=parse_number_key(version)) is not None:
        write_rows(tx, catalogue, parse_number_key(version))
    else:
        delete_rows(tx, catalogue, parse_number_key(version))


def _list_scoped_keys(tx: Transaction) -> Iterator[tuple[str, str]]:
    return (("city", f"{row['catalogue']}/{row['version']}") for row in tx.query_all("catalogue.versions"))


DOCUMENT_TYPES = (
    DocumentType(
        "catalogue",
        _read_rows,
        _visible_rows,
        _delete_rows,
        _list_scoped_keys,
        after_replace=_write_derived_rows,
        prepare=_prepare_rows,
        max_bytes=_MOST_BYTES,
    ),
)
