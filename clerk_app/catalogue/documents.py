"""Replication of published catalogues: each version is one document, visible to every node."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, parse_number_key
from db.engines import Transaction


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


def _list_scoped_keys(tx: Transaction) -> Iterator[tuple[str, str]]:
    return (("city", f"{row['catalogue']}/{row['version']}") for row in tx.select("catalogue_versions"))


DOCUMENT_TYPES = (DocumentType("catalogue", _read_rows, _visible_rows, _delete_rows, _list_scoped_keys),)
