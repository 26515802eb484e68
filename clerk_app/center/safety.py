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

from db.engines import Row, Store, looking_at

MARK = "safe.json"
LOOK_EVERY = 5.0  # seconds


class Mark(msgspec.Struct, frozen=True):
    """A backup elsewhere: of which life of the store, and up to which position of its log."""

    epoch: str
    position: int
    backup: str  # the name of its file, for whoever looks


def mark_backup(folder: Path, backup: Path) -> Mark | None:
    """Notes in the center's folder what a backup has, as it stands in the backup itself; None if it is of no center."""
    with looking_at(backup) as look:
        here, last = look.row("nodes", here=True), look.one("ledger.last_position")
    if here is None or not here["epoch"] or last is None:
        return None
    mark = Mark(here["epoch"], last["position"] or 0, backup.name)
    part = folder / f"{MARK}.part"
    part.write_bytes(msgspec.json.encode(mark))
    part.replace(folder / MARK)
    return mark


class Safety:
    """Answers for one center's store. May be used by several threads."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        look_every: float = LOOK_EVERY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._file = folder / MARK
        self._every = look_every
        self._monotonic = monotonic
        self._next = 0.0
        self._mirrored = False  # a standby has everything before it is answered
        self._mark: Mark | None = None
        self._known: dict[tuple[Mark, str, int], int] = {}

    def __call__(self, here: Row, node: str, incarnation: int) -> int:
        """The newest entry of this node's incarnation that outlives the machine, 0 for none.

        `here` has the store's `epoch`, and the `last` entry of the node's incarnation.
        """
        if self._monotonic() >= self._next:
            self._look()
        if self._mirrored:
            return here["last"] or 0
        mark = self._mark
        if mark is None or mark.epoch != here["epoch"]:
            return 0
        key = (mark, node, incarnation)
        if key not in self._known:
            place = {"node": node, "incarnation": incarnation, "position": mark.position}
            with self._store.read() as look:
                found = look.one("ledger.last_up_to", **place)
            self._known[key] = found["number"] if found else 0
        return self._known[key]

    def _look(self) -> None:
        with self._store.read() as look:
            found = look.one("ledger.mirrored")
        self._mirrored = bool(found and found["mirrored"])
        try:
            mark = msgspec.json.decode(self._file.read_bytes(), type=Mark)
        except (OSError, msgspec.DecodeError):
            mark = None
        if mark != self._mark:
            self._known = {}
        self._mark, self._next = mark, self._monotonic() + self._every
