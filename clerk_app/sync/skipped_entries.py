"""Unanswered entries that a rebase could not apply again: logged, and counted until the center has answered them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from clerk_app.log import log_event, log_exception
from db.engines import Store


class SkippedEntries:
    """Positions of the entries that are missing in the documents of this window."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._positions: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        """Number of these entries."""
        return len(self._positions)

    def update(self, reapplied: Collection[int], skipped: Mapping[int, Exception]) -> None:
        """Record the result of a rebase. An error is logged when its entry is skipped for the first time."""
        for position in sorted(skipped.keys() - self._positions):
            log_event("sync", "entry not applied again", position=position)
            log_exception("sync", skipped[position])
        positions = set(self._positions - set(reapplied)) | skipped.keys()
        if positions:  # an entry that the center has answered is part of its documents
            with self._store.read() as tx:
                rows = {position: tx.get("ledger_entries", position=position) for position in positions}
            positions = {position for position, row in rows.items() if row and row["answered_at"] is None}
        self._positions = frozenset(positions)
