"""The durable watermark: up to which entry a node's work would survive the loss of the center's machine.

An entry survives when a backup on another machine holds it, or a synchronous standby confirms each commit (PostgreSQL).
The newest backup elsewhere is recorded in a file beside the store, with the epoch of the store that it was taken from:
the record of another epoch means nothing, because a restored store may lack those entries.
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
    """A backup on another machine: the epoch of its store, and the position of its last entry."""

    epoch: str
    position: int
    backup: str  # name of the file, for people


def record_backup(folder: Path, backup: Path) -> BackupRecord | None:
    """Record a backup in the center's folder, as read from the backup itself; None if it is not of a center."""
    with open_read_only(backup) as tx:
        own_node, last = tx.get("nodes", here=True), tx.query_one("ledger.last_position")
    if own_node is None or not own_node["epoch"] or last is None:
        return None
    record = BackupRecord(own_node["epoch"], last["position"] or 0, backup.name)
    replace_file(folder / RECORD_FILE, msgspec.json.encode(record))
    return record


@dataclass(frozen=True)
class _State:
    """What was read at one refresh, and the numbers looked up since; replaced as a whole by the next refresh."""

    has_synchronous_standby: bool = False
    record: BackupRecord | None = None
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)  # by node and incarnation


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
        """Return the number of the newest durable entry of this node and incarnation; 0 for none.

        `node_state` holds the store's `epoch`, and the number `last` of the newest entry of this incarnation.
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
        except (OSError, msgspec.DecodeError):
            record = None
        numbers = self._state.numbers if record == self._state.record else {}
        self._state = _State(bool(standby and standby["mirrored"]), record, numbers)
        self._next_refresh = self._monotonic() + self._refresh_seconds
        return self._state
