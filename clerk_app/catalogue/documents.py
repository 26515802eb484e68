"""Published catalogues travel to everybody, each version whole."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.ledger.documents import Kind, Reader, Rows, number_in
from db.engines import Transaction


def _rows(tx: Transaction, key: str) -> Rows:
    catalogue, _slash, version = key.rpartition("/")
    return {"catalogue_versions": tx.rows("catalogue_versions", catalogue=catalogue, version=number_in(version))}


def _seen(tx: Transaction, key: str, _: Reader) -> Rows | None:
    found = _rows(tx, key)
    return found if found["catalogue_versions"] else None


def _clear(tx: Transaction, key: str) -> None:
    catalogue, _slash, version = key.rpartition("/")
    tx.remove("catalogue_versions", catalogue=catalogue, version=number_in(version))


def _told(tx: Transaction) -> Iterator[tuple[str, str]]:
    return (("city", f"{row['catalogue']}/{row['version']}") for row in tx.rows("catalogue_versions"))


KINDS = (Kind("catalogue", _rows, _seen, _clear, _told),)
