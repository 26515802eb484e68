"""What a window has done and its authority has not answered yet.

Every document that such an entry wrote is noted with it, and how the authority gave it last is kept beside: from there
the window goes on when an answer comes (`clerk_app/sync/rebase.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clerk_app.errors import OutOfReach
from clerk_app.ledger.commands import Command
from clerk_app.ledger.replication.documents import DocumentTypes, encode_rows
from db.engines import Store, Transaction

SILENCE_LIMIT = 120 * 1_000_000  # microseconds: a window that hears nothing for so long cannot say that it is connected


class OfflineAuthority:
    """A window's side of its door, as long as no line leads to the authority: it notes, and can ask nobody."""

    def __init__(self, store: Store, types: DocumentTypes) -> None:
        self.store = store
        self.types = types

    def call(self, command: Command[Any], actor: str) -> Any:
        """Raises OutOfReach."""
        del command, actor
        raise OutOfReach("The center is out of reach. This has to wait; accepting and deciding go on.")

    def clock_offset(self) -> int:
        """Microseconds that the authority's clock is ahead of this one, by the last measurement."""
        with self.store.read() as look:
            line = look.query_one("ledger.center_connection")
        return int(line["clock_offset"]) if line else 0

    def record_unanswered(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """An entry without an answer wrote these documents; what they were before is still there for other readers."""
        with self.store.read() as before:
            for document in sorted(documents):
                if tx.get("bases", document=document) is None:
                    rows = self.types.read_rows(before, document)
                    tx.insert("bases", document=document, content=encode_rows(rows) if rows else None)
                tx.insert("unanswered", document=document, position=position)


def is_window(store: Store) -> bool:
    """Whether another node is this store's authority."""
    with store.read() as look:
        return look.query_one("ledger.center_connection") is not None
