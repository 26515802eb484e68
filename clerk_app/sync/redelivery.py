"""The redelivery after a restore of the center: the window reads all documents again and deletes the others.

It is in progress while the table `cursors` has the row of REDELIVERY_SCOPE, whose version identifies the program that
reads. If that program has ended, another one starts again.
"""

from __future__ import annotations

import secrets

from clerk_app.ledger.chain_tips import apply_queue_counts
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.ledger.replication.messages import Response
from clerk_app.sync.rebase import REDELIVERY_SCOPE, AppliedResponse
from db.engines import Store


class Redelivery:
    """Collects the names of the documents that a restored center sends to one program."""

    def __init__(self, store: Store, types: DocumentTypes) -> None:
        self._store = store
        self._types = types
        self._delivered: set[str] | None = None  # names received in this redelivery; None without one
        self._reader = secrets.randbits(50) + 1  # identifies this program

    @property
    def is_running(self) -> bool:
        """Whether documents are being read again."""
        return self._delivered is not None

    def follow(self, cursors: dict[str, int]) -> dict[str, int]:
        """Return the cursors of the next request, without the marker; restart if another program began to read."""
        reader = cursors.pop(REDELIVERY_SCOPE, None)
        if reader is None:
            self._delivered = None
        elif reader != self._reader or self._delivered is None:  # that program has ended
            self._restart()
            return {}
        return cursors

    def track(self, response: Response, applied: AppliedResponse) -> None:
        """Collect the names of the documents in a response."""
        if applied.restored:
            self._delivered = None
        elif self._delivered is not None:
            self._delivered |= response.changes.documents.keys() | set(response.changes.unchanged)

    def finish(self) -> None:
        """Delete the documents that the center did not send, and end the redelivery."""
        delivered = self._delivered or set()
        with self._store.write() as tx:
            for document_type in self._types:
                for _scope, key in list(document_type.list_all(tx)):
                    name = f"{document_type.name}/{key}"
                    if name not in delivered and tx.get("bases", document=name) is None:
                        self._types.replace(tx, name, None)
            apply_queue_counts(tx)
            tx.delete("cursors", scope=REDELIVERY_SCOPE)
        self._delivered = None

    def _restart(self) -> None:
        """Start to read the feed of a restored center from the beginning."""
        with self._store.write() as tx:
            tx.execute("ledger.delete_feed_cursors")
            tx.insert("cursors", scope=REDELIVERY_SCOPE, version=self._reader)
        self._delivered = set()
