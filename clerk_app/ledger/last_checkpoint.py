"""The last checkpoint of a center's log, kept in a file outside the store: a center does not start behind it.

An older copy of the store, put in the place of the newer one, has a correct log; only its end is missing. The store
itself cannot show that.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.checkpoints import log_origin
from clerk_app.ledger.log_tree import LogTree
from clerk_app.ledger.machine_keys import KEYS_FOLDER
from clerk_app.ledger.signed_note import Checkpoint, SignedNote, parse_note
from clerk_app.locales import mark
from db.engines import Row, Store, Transaction
from db.files import replace_file

LAST_CHECKPOINT_FILE = "last-checkpoint.txt"
_BEHIND = mark(
    "The store of this center is an older copy: its log had {size} entries before. Bring back the newer store. "
    "If that is lost: clerk center begin-epoch --reason TEXT"
)


class _EpochCommand(msgspec.Struct):
    """The fields of the commands that name an epoch of a center."""

    epoch: str = ""
    previous_epoch: str = ""


def keep_last_checkpoint(store: Store, folder: Path, note: SignedNote) -> None:
    """Replace the file by a newer checkpoint of the same log. Evidence of a log that was lost is not replaced."""
    kept = _read(folder)
    if kept is not None and (kept == note.checkpoint or not _continues(store, kept)):
        return
    replace_file(folder / KEYS_FOLDER / LAST_CHECKPOINT_FILE, note.text.encode())


def read_last_checkpoint(folder: Path) -> SignedNote | None:
    """Return the checkpoint in the file; None without a file or if it is damaged, which a crash cannot cause."""
    try:
        return parse_note((folder / KEYS_FOLDER / LAST_CHECKPOINT_FILE).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, BadData):
        return None


def require_last_checkpoint(store: Store, folder: Path) -> None:
    """Raise Refused ("behind") if the log lacks entries of the last checkpoint, or has others in their place."""
    kept = _read(folder)
    if kept is not None and not _continues(store, kept):
        raise Refused("behind", _BEHIND, size=kept.size)


def _read(folder: Path) -> Checkpoint | None:
    note = read_last_checkpoint(folder)
    return note.checkpoint if note is not None else None


def _continues(store: Store, kept: Checkpoint) -> bool:
    """Return whether the store's log continues the log of a checkpoint, in its epoch or in a later one."""
    with store.write() as tx:
        own = tx.query_one("ledger.own_node")
        if own is None:
            return False
        if kept.origin != log_origin(own["id"], own["epoch"]):
            return kept.origin in _known_origins(tx, own)
        last = tx.query_one("ledger.last_position")
        position = int(last["position"] or 0) if last else 0
        if position < kept.size:
            return False
        tree = LogTree(tx)
        tree.extend(position)
        return tree.size >= kept.size and tree.root(kept.size) == kept.root


def _known_origins(tx: Transaction, own: Row) -> set[str]:
    """Return the logs of all epochs that the store's log names."""
    origins: set[str] = set()
    for row in tx.query_all("ledger.entries_of_stream", stream=f"node/{own['id']}"):
        if row["outcome"] == "done":
            command = msgspec.json.decode(row["command"], type=_EpochCommand)
            origins |= {log_origin(own["id"], epoch) for epoch in (command.epoch, command.previous_epoch) if epoch}
    return origins
