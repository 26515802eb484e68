"""The durable watermark: number of a node's newest entry that would survive the loss of the center's machine.

An entry survives if a backup on another machine contains it, or if a synchronous standby confirms each commit
(PostgreSQL). A file in the store's folder records the newest backup on another machine, with the epoch of the store
at the time of the backup. A record of another epoch is ignored, because a restored store may lack the entries of the
backup.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from db.engines import Row, Store, open_read_only
from db.files import replace_file

RECORD_FILE = "safe.json"
REFRESH_SECONDS = 5.0  # between two reads of the record file


class BackupRecord(msgspec.Struct, frozen=True):
    """A backup on another machine: the epoch of the store, and the position of the last entry in the backup."""

    epoch: str
    position: int
    backup: str  # file name, shown to people


def record_backup(folder: Path, backup: Path) -> BackupRecord | None:
    """Record a backup in the center's folder. The values are read from the backup.

    Returns the record; None if the backup is not a center's store.
    """
    with open_read_only(backup) as tx:
        own_node, last = tx.get("nodes", here=True), tx.query_one("ledger.last_position")
    if own_node is None or not own_node["epoch"] or last is None:
        return None
    record = BackupRecord(own_node["epoch"], last["position"] or 0, backup.name)
    replace_file(folder / RECORD_FILE, msgspec.json.encode(record))
    return record


@dataclass(frozen=True)
class _State:
    """The result of one refresh, and the entry numbers looked up since. The next refresh replaces the object."""

    has_synchronous_standby: bool = False
    record: BackupRecord | None = None
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)  # watermarks by node and incarnation


class DurableWatermark:
    """Looks up the watermark of each node in one center's store (a `WatermarkLookup`). Thread-safe."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        refresh_seconds: float = REFRESH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._file = folder / RECORD_FILE
        self._refresh_seconds = refresh_seconds
        self._monotonic = monotonic
        self._next_refresh = 0.0
        self._state = _State()
        self._lock = threading.Lock()

    def __call__(self, node_state: Row, node: str, incarnation: int) -> int:
        """Return the number of the newest durable entry of this node and incarnation; 0 without a durable entry.

        `node_state` has the store's `epoch`, and the number of the incarnation's newest entry as `last`.
        """
        with self._lock:
            state = self._refreshed_state()
            if state.has_synchronous_standby:
                return node_state["last"] or 0
            record = state.record
            if record is None or record.epoch != node_state["epoch"]:
                return 0
            key = (node, incarnation)
            if key not in state.numbers:
                place = {"node": node, "incarnation": incarnation, "position": record.position}
                with self._store.read() as tx:
                    row = tx.query_one("ledger.last_number_up_to", **place)
                state.numbers[key] = row["number"] if row else 0
            return state.numbers[key]

    def _refreshed_state(self) -> _State:
        if self._monotonic() < self._next_refresh:
            return self._state
        with self._store.read() as tx:
            standby = tx.query_one("ledger.has_synchronous_standby")
        try:
            record = msgspec.json.decode(self._file.read_bytes(), type=BackupRecord)
        except (OSError, ValueError, RecursionError):
            record = None
        numbers = self._state.numbers if record == self._state.record else {}
        self._state = _State(bool(standby and standby["mirrored"]), record, numbers)
        self._next_refresh = self._monotonic() + self._refresh_seconds
        return self._state
