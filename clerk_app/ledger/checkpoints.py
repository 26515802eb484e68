"""Checkpoints of a log: made at the authority, cosigned by the windows that have verified that the log only grew.

A checkpoint is not part of the log. The center makes one when its log has grown, and sends the newest one with each
response. A window cosigns it if it extends the one that the window cosigned before, and keeps both.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.center_key_file import open_center_key_file
from clerk_app.ledger.log_tree import LogTree
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from clerk_app.ledger.merkle_tree import prove_consistency, verify_consistency
from clerk_app.ledger.signed_note import (
    Checkpoint,
    SignedNote,
    cosign_checkpoint,
    parse_note,
    sign_checkpoint,
    verify_cosignature,
)
from db.engines import Row, Store, Transaction

_HOUR = 3_600_000_000  # microseconds: of the checkpoints of an hour, the newest and the newest cosigned one are kept
_MAX_PROOFS = 2_000  # kept in memory
MAX_PROOF_HASHES = 128  # of a consistency proof: twice the height of a tree of 2**53 leaves


class Cosignature(msgspec.Struct, frozen=True):
    """What a window sends back: size and root that it signed, and the signature."""

    node: str
    public_key: str
    size: int
    data: bytes


def log_origin(center: str, epoch: str) -> str:
    """Return the name of a center's log in an epoch: after a restore, another log begins."""
    return f"clerk/{center}/{epoch}" if epoch else f"clerk/{center}"


def make_checkpoint(store: Store, folder: Path, now: int) -> SignedNote | None:
    """Make a checkpoint of the store's log; return the newest checkpoint.

    Returns None in a store without a node. Creates the key of a store that has never had one. Raises Refused if its key
    is missing, BadData if the log is shorter than its last checkpoint: entries are missing at its end.
    """
    with store.write() as tx:
        tx.lock_rows("nodes", here=True)
        own = tx.get("nodes", here=True)
        if own is None:
            return None
        key = open_center_key_file(tx, folder).key
        origin = log_origin(own["id"], own["epoch"])
        newest = tx.query_one("ledger.newest_checkpoint", origin=origin)
        last = tx.query_one("ledger.last_position")
        position = int(last["position"] or 0) if last else 0
        if newest is not None and newest["size"] == position:
            return parse_note(newest["note"])
        tree = LogTree(tx)
        if tree.size > position or (newest is not None and newest["size"] > position):
            raise BadData("The log has fewer entries than its last checkpoint. Run: clerk audit verify")
        tree.extend(position)
        note = sign_checkpoint(Checkpoint(origin, position, tree.root(position)), origin, key)
        store_note(tx, note, now, is_consistent=True)
        _remove_earlier(tx, origin, now)
    return note


def add_cosignatures(store: Store, cosignatures: Iterable[Cosignature]) -> None:
    """Add cosignatures of windows to the checkpoints that they sign; those that are not valid are left out."""
    with store.write() as tx:
        own = tx.get("nodes", here=True)
        if own is not None:
            for cosignature in cosignatures:
                _add_cosignature(tx, log_origin(own["id"], own["epoch"]), cosignature)


class CheckpointProofs:
    """Newest checkpoint of a log, and proofs that it extends older ones. Thread-safe: windows share proofs."""

    def __init__(self) -> None:
        self._proofs: dict[tuple[str, int, int], tuple[bytes, ...]] = {}

    def find(self, tx: Transaction, origin: str, witnessed: int | None) -> tuple[str, tuple[bytes, ...]]:
        """Return the newest checkpoint and its proof for a node that has one of `witnessed` entries, 0 for none.

        Returns an empty note if the node has the newest one, or reads none (None).
        """
        row = tx.query_one("ledger.newest_checkpoint", origin=origin) if witnessed is not None else None
        if row is None or witnessed is None or row["size"] == witnessed:
            return "", ()
        note = parse_note(row["note"])
        key = (origin, witnessed, note.checkpoint.size)
        if key not in self._proofs:
            if len(self._proofs) > _MAX_PROOFS:
                self._proofs = {}
            self._proofs[key] = prove_extension(tx, witnessed, note.checkpoint.size)
        return SignedNote(note.checkpoint, note.signatures[:1]).text, self._proofs[key]


def read_newest_checkpoint(tx: Transaction, origin: str) -> SignedNote | None:
    """Return the largest consistent checkpoint of a log that this store has."""
    row = tx.query_one("ledger.newest_checkpoint", origin=origin)
    return parse_note(row["note"]) if row else None


def prove_extension(tx: Transaction, old_size: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that the log of `size` entries extends that of `old_size`; empty if there is nothing to prove.

    Empty also if the log does not have that many entries; then nothing can be proved.
    """
    tree = LogTree(tx)
    if not 0 < old_size < size <= tree.size:
        return ()
    return tuple(prove_consistency(tree.read, old_size, size))


def witness_checkpoint(
    tx: Transaction, note: SignedNote, proof: tuple[bytes, ...], name: str, key: SigningKey | None, now: int
) -> bool:
    """Store a checkpoint of the center, cosigned if there is a key, if it extends the last one that is kept here.

    Otherwise it is stored as evidence, and False is returned. The caller has verified the center's signature.
    """
    checkpoint = note.checkpoint
    last = read_newest_checkpoint(tx, checkpoint.origin)
    if last is not None and not _extends(checkpoint, last.checkpoint, proof):
        store_note(tx, note, now, is_consistent=False)
        return False
    cosigned = ((name, cosign_checkpoint(checkpoint, name, key, now // 1_000_000)),) if key is not None else ()
    store_note(tx, SignedNote(checkpoint, (*note.signatures, *cosigned)), now, is_consistent=True)
    _remove_earlier(tx, checkpoint.origin, now)
    return True


def store_note(tx: Transaction, note: SignedNote, now: int, *, is_consistent: bool) -> None:
    """Insert or replace a checkpoint."""
    origin, size, root = note.checkpoint.body[:-1].split("\n")
    tx.upsert(
        "checkpoints",
        ("origin", "size", "root"),
        origin=origin,
        size=int(size),
        root=root,
        note=note.text,
        made_at=now,
        is_consistent=is_consistent,
    )


def list_inconsistent(tx: Transaction, origin: str) -> list[Row]:
    """Return the checkpoints of a log that did not extend the one that was cosigned before."""
    return tx.select("checkpoints", origin=origin, is_consistent=False, order=("size",))


def _extends(checkpoint: Checkpoint, last: Checkpoint, proof: tuple[bytes, ...]) -> bool:
    if len(proof) > MAX_PROOF_HASHES:
        return False
    return verify_consistency(proof, last.size, last.root, checkpoint.size, checkpoint.root)


def _add_cosignature(tx: Transaction, origin: str, cosignature: Cosignature) -> None:
    """Add a cosignature to the checkpoint that it signs, unless that one was removed or it is not valid."""
    for row in tx.select("checkpoints", origin=origin, size=cosignature.size):
        note = parse_note(row["note"])
        key = PublicKey.parse(cosignature.public_key)
        is_new = all(name != cosignature.node for name, _data in note.signatures)
        if is_new and verify_cosignature(note.checkpoint, cosignature.node, key, cosignature.data) is not None:
            signatures = (*note.signatures, (cosignature.node, cosignature.data))
            tx.update(
                "checkpoints",
                {"origin": origin, "size": row["size"], "root": row["root"]},
                note=SignedNote(note.checkpoint, signatures).text,
            )


def _remove_earlier(tx: Transaction, origin: str, now: int) -> None:
    """Keep of each hour the last two checkpoints and the last one with a cosignature; remove the others."""
    rows = tx.query_all("ledger.checkpoints_since", origin=origin, since=now - now % _HOUR)
    cosigned = [row for row in rows if row["note"].count("\n") > _LINES_OF_UNCOSIGNED]
    kept = {row["size"] for row in [*rows[-2:], *cosigned[-1:]]}
    for row in rows:
        if row["size"] not in kept:
            tx.delete("checkpoints", origin=origin, size=row["size"], root=row["root"])


_LINES_OF_UNCOSIGNED = 5  # origin, size, root, empty line, signature of the log
