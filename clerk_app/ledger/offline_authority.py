"""Records the entries of a window that its authority has not answered yet.

For each document that such an entry wrote, the position of the entry is recorded, and the base of the document: its
last version from the authority. When a response arrives, the window replaces the documents by the authority's
version and applies the still unanswered entries again (rebase, `clerk_app/sync/rebase.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clerk_app.errors import CenterOutOfReach
from clerk_app.ledger.commands import Command
from clerk_app.ledger.replication.documents import DocumentTypes, encode_rows
from clerk_app.ledger.replication.messages import SignInRequest, SignInResponse
from db.engines import Row, Store, Transaction

SILENCE_LIMIT = 120 * 1_000_000  # microseconds without a response after which a window counts as disconnected


def answers_now(connection: Row, now: int) -> bool:
    """Return whether the center answered the last request, less than SILENCE_LIMIT before `now` (microseconds UTC)."""
    measured_at = connection["measured_at"]
    return connection["lost_at"] is None and measured_at is not None and now - measured_at < SILENCE_LIMIT


class OfflineAuthority:
    """A `RemoteAuthority` for a window without a connection: records unanswered entries, and refuses calls."""

    def __init__(self, store: Store, types: DocumentTypes) -> None:
        self.store = store
        self.types = types

    def call(self, command: Command[Any], actor: str) -> Any:
        """Raise OutOfReach, because a call needs a connection."""
        del command, actor
        raise CenterOutOfReach("The center is out of reach. This has to wait; accepting and deciding go on.")

    def clock_offset(self) -> int:
        """Return the last measured offset: authority's clock minus this machine's clock, in microseconds."""
        with self.store.read() as tx:
            row = tx.query_one("ledger.center_connection")
        return int(row["clock_offset"]) if row else 0

    def is_clock_offset_doubtful(self) -> bool:
        """Return whether a person has to confirm the offset, because the clock may have been set right since."""
        return False

    def use_clock_offset(self, clock_offset: int) -> None:
        """Do nothing, because the offset is read from the store each time."""

    def sign_in(self, request: SignInRequest) -> SignInResponse:
        """Raise OutOfReach, because an online sign-in needs a connection."""
        del request
        raise CenterOutOfReach("The center is out of reach. This has to wait; accepting and deciding go on.")

    def record_unanswered(self, tx: Transaction, position: int, documents: Iterable[str]) -> None:
        """Record the documents that an unanswered entry wrote, and their bases.

        Bases are read from a snapshot without the changes of the open transaction `tx`.
        """
        with self.store.read() as snapshot:
            for document in sorted(documents):
                if tx.get("bases", document=document) is None:
                    rows = self.types.read_rows(snapshot, document)
                    tx.insert("bases", document=document, content=encode_rows(rows) if rows else None)
                tx.insert("unanswered", document=document, position=position)


def is_window(store: Store) -> bool:
    """Return whether another node is the authority of this store."""
    with store.read() as tx:
        return tx.query_one("ledger.center_connection") is not None
