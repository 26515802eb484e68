"""Up to where everything outlives the center's machine: what a backup elsewhere has, or a standby before each answer.

A backup that was written to another machine is noted beside the store, with the life (epoch) of the store that it is
of: a center that begins anew knows nothing of what was safe before. A PostgreSQL that answers a commit only when a
synchronous standby has it needs no note.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from db.engines import Row, Store, open_read_only

RECORD_FILE = "safe.json"
REFRESH_SECONDS = 5.0  # seconds


class BackupRecord(msgspec.Struct, frozen=True):
    """A backup elsewhere: of which life of the store, and up to which position of its log."""

    epoch: str
    position: int
    backup: str  # the name of its file, for whoever looks


def record_backup(folder: Path, backup: Path) -> BackupRecord | None:
    """Notes in the center's folder what a backup has, as it stands in the backup itself; None if it is of no center."""
    with open_read_only(backup) as look:
        here, last = look.get("nodes", here=True), look.query_one("ledger.last_position")
    if here is None or not here["epoch"] or last is None:
        return None
    mark = BackupRecord(here["epoch"], last["position"] or 0, backup.name)
    part = folder / f"{RECORD_FILE}.part"
    part.write_bytes(msgspec.json.encode(mark))
    part.replace(folder / RECORD_FILE)
    return mark


class DurableWatermark:
    """Answers for one center's store. May be used by several threads."""

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
        self._synchronous_standby = False  # a standby has everything before it is answered
        self._record: BackupRecord | None = None
        self._numbers: dict[tuple[BackupRecord, str, int], int] = {}

    def __call__(self, here: Row, node: str, incarnation: int) -> int:
        """The newest entry of this node's incarnation that outlives the machine, 0 for none.

        `here` has the store's `epoch`, and the `last` entry of the node's incarnation.
        """
        if self._monotonic() >= self._next_refresh:
            self._refresh()
        if self._synchronous_standby:
            return here["last"] or 0
        mark = self._record
        if mark is None or mark.epoch != here["epoch"]:
            return 0
        key = (mark, node, incarnation)
        if key not in self._numbers:
            place = {"node": node, "incarnation": incarnation, "position": mark.position}
            with self._store.read() as look:
                found = look.query_one("ledger.last_number_up_to", **place)
            self._numbers[key] = found["number"] if found else 0
        return self._numbers[key]

    def _refresh(self) -> None:
        with self._store.read() as look:
            found = look.query_one("ledger.has_synchronous_standby")
        self._synchronous_standby = bool(found and found["mirrored"])
        try:
            mark = msgspec.json.decode(self._file.read_bytes(), type=BackupRecord)
        except (OSError, msgspec.DecodeError):
            mark = None
        if mark != self._record:
            self._numbers = {}
        self._record, self._next_refresh = mark, self._monotonic() + self._refresh_seconds
