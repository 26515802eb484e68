"""Organs travel to everybody, staff only to the place where they work."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.ledger.documents import Kind, Reader, Rows, simple
from db.engines import Transaction


def _staff(tx: Transaction, staff: str) -> Rows:
    return {"staff": tx.rows("staff", id=staff)}


def _seen(tx: Transaction, staff: str, reader: Reader) -> Rows | None:
    row = tx.row("staff", id=staff)
    return _staff(tx, staff) if row is not None and row["organ"] in reader.organs else None


def _clear(tx: Transaction, staff: str) -> None:
    tx.remove("staff", id=staff)


def _told(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"organ/{row['organ'] or ''}", row["id"]) for row in tx.rows("staff"))


KINDS = (simple("organ", "organs", "id", lambda _: "city"), Kind("staff", _staff, _seen, _clear, _told))
