"""Comparison of a store's log with checkpoints: entries that were cut off, removed, reordered or rewritten.

A log that was rewritten as a whole has correct links. Its leaves differ from the kept hashes, and its roots from the
checkpoints; checkpoints that windows have cosigned, or that are kept elsewhere, cannot be rewritten with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.audit import ChainBreak
from clerk_app.ledger.checkpoints import log_origin
from clerk_app.ledger.log_tree import LogTree
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.merkle_tree import EMPTY_ROOT, HASH_BYTES, hash_children, hash_leaf
from clerk_app.ledger.signed_note import SignedNote, parse_note
from db.engines import Row, Store, Transaction

_PAGE_SIZE = 2_000


@dataclass(frozen=True)
class CheckpointReport:
    """Result: what differs, and up to which entry checkpoints prove the log."""

    breaks: tuple[ChainBreak, ...]
    checkpoints: int
    proved: int  # entries up to the newest checkpoint
    cosigned: int  # entries up to the newest checkpoint that another machine has cosigned
    lost: int  # entries after a backup that was restored: an earlier epoch had a checkpoint over more entries


class _EpochCommand(msgspec.Struct):
    """The field of a command that begins an epoch of a center."""

    epoch: str = ""


class GrowingTree:
    """Root of a tree whose leaves are appended one by one; holds one hash for each bit of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf."""
        self.size += 1
        self._peaks.append(leaf)
        size = self.size
        while size & 1 == 0:
            right = self._peaks.pop()
            self._peaks[-1] = hash_children(self._peaks[-1], right)
            size >>= 1

    @property
    def root(self) -> bytes:
        """Root over all leaves."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = hash_children(peak, root)
        return root


def verify_checkpoints(
    store: Store, notes: Sequence[SignedNote] = (), keys: Sequence[PublicKey] = ()
) -> CheckpointReport:
    """Compare the log with the checkpoints of the store, and with `notes` that are kept elsewhere.

    `keys` are public keys of the center from outside the store; those in the store count too if there are none.
    """
    with store.read() as tx:
        own = tx.get("nodes", here=True)
        if own is None:
            return CheckpointReport((), 0, 0, 0, 0)
        comparison = _Comparison(tx, own, notes, keys)
        return comparison.run()


class _Comparison:
    """One pass over the log."""

    def __init__(self, tx: Transaction, own: Row, notes: Sequence[SignedNote], keys: Sequence[PublicKey]) -> None:
        self._tx = tx
        self._own = own
        self._origin = log_origin(own["id"], own["epoch"])
        self._breaks: list[ChainBreak] = []
        self._keys = list(keys) or [key for node, key in _stored_keys(tx) if node == own["id"]]
        self._witness_keys = [(node, key) for node, key in _stored_keys(tx) if node != own["id"]]
        stored = list(self._read_stored_notes())
        self._notes = sorted([*stored, *notes], key=lambda note: note.checkpoint.size)
        self._tree, self._kept = GrowingTree(), LogTree(tx)
        self._proved = self._cosigned = self._lost = 0

    def run(self) -> CheckpointReport:
        waiting = [note for note in self._notes if self._is_signed(note)]
        count = len(waiting)
        while waiting and waiting[0].checkpoint.size == 0:
            waiting.pop(0)
        epoch_starts = self._epoch_starts()
        is_different, last = False, None
        for row in self._entries():
            while self._tree.size + 1 < row["position"]:  # `verify_log` names the entry before which some are missing
                is_kept = self._tree.size < self._kept.size
                self._tree.append(self._kept.leaf(self._tree.size) if is_kept else bytes(HASH_BYTES))
            leaf = hash_leaf(row["link"])
            differs = row["position"] <= self._kept.size and leaf != self._kept.leaf(row["position"] - 1)
            if differs and not is_different:  # the first of a row of them
                self._breaks.append(ChainBreak(row["node"], row["number"], "rewritten", row["position"]))
            is_different, last = differs, row
            self._tree.append(leaf)
            while waiting and waiting[0].checkpoint.size == self._tree.size:
                self._compare(waiting.pop(0), row, epoch_starts)
        self._name_missing(waiting, last, epoch_starts)
        return CheckpointReport(tuple(self._breaks), count, self._proved, self._cosigned, self._lost)

    def _compare(self, note: SignedNote, row: Row, epoch_starts: dict[str, int]) -> None:
        checkpoint = note.checkpoint
        if checkpoint.root != self._tree.root:
            if checkpoint.origin != self._origin and checkpoint.size > epoch_starts.get(checkpoint.origin, 0):
                return  # of entries that a restored backup does not have
            place = ChainBreak(row["node"], row["number"], "differs from checkpoint", row["position"])
            self._breaks.append(place)
            return
        self._proved = checkpoint.size
        if any(note.cosigned_at(node, key) is not None for node, key in self._witness_keys):
            self._cosigned = checkpoint.size

    def _name_missing(self, waiting: list[SignedNote], last: Row | None, epoch_starts: dict[str, int]) -> None:
        """Name the entries after the last one that checkpoints or kept hashes cover."""
        sizes = [note.checkpoint.size for note in waiting if note.checkpoint.origin == self._origin]
        expected = max([*sizes, self._kept.size], default=0)
        if expected > self._tree.size:
            node, number = (last["node"], last["number"]) if last else (self._own["id"], 0)
            self._breaks.append(ChainBreak(node, number, "cut off after", self._tree.size))
        for note in self._notes:
            checkpoint = note.checkpoint
            start = epoch_starts.get(checkpoint.origin)
            if checkpoint.origin != self._origin and start is not None:
                self._lost = max(self._lost, checkpoint.size - start)

    def _epoch_starts(self) -> dict[str, int]:
        """Return for each earlier epoch of this center how many of its entries the log has after the restore."""
        starts: dict[str, int] = {}
        origin, default = "", 0
        for row in self._tx.query_all("ledger.entries_of_stream", stream=f"node/{self._own['id']}"):
            epoch = msgspec.json.decode(row["command"], type=_EpochCommand).epoch
            if epoch and row["outcome"] == "done":
                starts[origin] = default = row["position"] - 1
                origin = log_origin(self._own["id"], epoch)
        return {note.checkpoint.origin: starts.get(note.checkpoint.origin, default) for note in self._notes}

    def _read_stored_notes(self) -> Iterator[SignedNote]:
        for row in self._tx.select("checkpoints", order=("size",)):
            if not row["origin"].startswith(log_origin(self._own["id"], "")):
                continue  # of the center, kept by a window
            try:
                note = parse_note(row["note"])
                if note.checkpoint.origin != row["origin"]:
                    raise BadData("The checkpoint is of another log.")
            except BadData:
                self._breaks.append(ChainBreak(self._own["id"], 0, "checkpoint damaged", int(row["size"])))
                continue
            yield note

    def _is_signed(self, note: SignedNote) -> bool:
        origin = note.checkpoint.origin
        if any(note.is_signed_by(origin, key) for key in self._keys):
            return True
        if origin != self._origin:  # from before a restore on a machine that does not have the key of that time
            return False
        self._breaks.append(ChainBreak(self._own["id"], 0, "checkpoint not signed", note.checkpoint.size))
        return False

    def _entries(self) -> Iterator[Row]:
        position = 0
        while page := self._tx.query_all("ledger.leaves_after", position=position, many=_PAGE_SIZE):
            yield from page
            position = page[-1]["position"]


def _stored_keys(tx: Transaction) -> list[tuple[str, PublicKey]]:
    """Return the public keys that nodes have or had, with the id of the node."""
    found = {(row["node"], row["public_key"]) for row in tx.select("node_keys")}
    found |= {(row["id"], row["public_key"]) for row in tx.select("nodes")}
    return [(node, PublicKey.parse(text)) for node, text in sorted(found) if text]
