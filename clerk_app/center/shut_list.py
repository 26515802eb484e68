"""The list of excluded machines, kept outside the store: a restored store may be older than an exclusion.

The file `keys/shut-nodes.json` is signed with the center's key. It has the keys and the invitation of each excluded
machine too, so that a center that was restored to a time before its enrolment does not admit it again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.center_key_file import read_center_keys
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import (
    KEYS_FOLDER,
    SigningKey,
    decode_base64url,
    encode_base64url,
    encode_statement,
)
from clerk_app.ledger.nodes import ShutNode
from clerk_app.locales import mark
from clerk_app.log import log_event
from clerk_app.people import SYSTEM
from db.engines import Store, Transaction
from db.files import replace_file

SHUT_LIST_FILE = "shut-nodes.json"
UNKNOWN_NODE = mark(
    "The center does not know this machine or its key. Its administrator joins it again: clerk window enrol."
)
SHUT_OUT = mark("This window has been shut out by the center.")
_STATEMENT_NAME = "clerk-shut-nodes-1"
_RESTORED_REASON = "excluded before the store was restored"  # stored, where the list has no reason


class ExcludedNode(msgspec.Struct, frozen=True):
    """An excluded machine."""

    node: str
    reason: str = ""
    public_keys: tuple[str, ...] = ()
    invitation: str = ""  # with which it was admitted


class _ShutListFile(msgspec.Struct, frozen=True):
    nodes: tuple[ExcludedNode, ...]
    signature: str  # of the nodes, by a key of the center, base64url


class ShutList:
    """The excluded machines of the center in one folder. Thread-safe; a change of the file is noticed at once."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self._folder = folder
        self._path = folder / KEYS_FOLDER / SHUT_LIST_FILE
        self._key = key
        self._lock = threading.Lock()
        self._state: tuple[int, int] | None = None  # time and size of the file that was read last
        self._nodes: dict[str, ExcludedNode] = {}

    def read(self) -> dict[str, ExcludedNode]:
        """Return the excluded machines by id. Raises BadData if the file is damaged, or not signed by this center."""
        with self._lock:
            try:
                status = self._path.stat()
            except FileNotFoundError:
                return {}
            state = (status.st_mtime_ns, status.st_size)
            if state != self._state:
                self._nodes, self._state = self._load(), state
            return self._nodes

    def is_shut(self, node: str) -> bool:
        """Return whether a machine was excluded, also if the store does not know it. Raises BadData."""
        return node in self.read()

    def require_new(self, public_key: str, invitation: str, node: str = "") -> None:
        """Raise Refused if an excluded machine asks to be enrolled again with its key, code or id."""
        for excluded in self.read().values():
            is_its_code = bool(invitation) and invitation == excluded.invitation
            if public_key in excluded.public_keys or is_its_code or node == excluded.node:
                raise Refused("shut", SHUT_OUT)

    def add_from_store(self, store: Store) -> None:
        """Add the machines that are excluded in the store. Raises BadData, OSError."""
        with store.read() as tx:
            found = list(_read_excluded(tx))
        known = self.read()
        new = [excluded for excluded in found if excluded.node not in known]
        if new:
            nodes = (*known.values(), *new)
            signature = encode_base64url(self._key.sign(_statement(nodes)))
            replace_file(self._path, msgspec.json.encode(_ShutListFile(nodes, signature)))

    def restore_exclusions(self, door: Door) -> None:
        """Exclude in the store the machines of the list that a restore has readmitted, and add those of the store."""
        for excluded in self.read().values():
            with door.store.read() as tx:
                row = tx.get("nodes", id=excluded.node)
            if row is not None and not row["shut"] and not row["here"]:
                door.perform(ShutNode(node=excluded.node, reason=excluded.reason or _RESTORED_REASON), SYSTEM)
                log_event("center", "excluded again after a restore", node=excluded.node)
        self.add_from_store(door.store)

    def _load(self) -> dict[str, ExcludedNode]:
        try:
            file = msgspec.json.decode(self._path.read_bytes(), type=_ShutListFile)
            statement, signature = _statement(file.nodes), decode_base64url(file.signature)
        except (OSError, ValueError, RecursionError, BadData) as error:
            raise self._damaged() from error
        if not any(key.verifies(signature, statement) for key in read_center_keys(self._folder)):
            raise self._damaged()
        return {excluded.node: excluded for excluded in file.nodes}

    def _damaged(self) -> BadData:
        return BadData(
            "The list of excluded machines {path} is damaged, or is not the list of this center. "
            "Bring it back from a copy of the folder: without it, excluded machines would be readmitted.",
            path=self._path,
        )


def _statement(nodes: tuple[ExcludedNode, ...]) -> bytes:
    return encode_statement(_STATEMENT_NAME, msgspec.json.encode(nodes).decode())


def _read_excluded(tx: Transaction) -> Iterable[ExcludedNode]:
    for row in tx.select("nodes", order=("id",), shut=True):
        keys = tuple(key["public_key"] for key in tx.select("node_keys", order=("number",), node=row["id"]))
        invitations = tx.select("invitations", node=row["id"])
        yield ExcludedNode(
            row["id"], _read_reason(tx, row["id"]), keys, *(found["digest"] for found in invitations[:1])
        )


def _read_reason(tx: Transaction, node: str) -> str:
    for row in tx.query_all("ledger.entries_of_stream", stream=f"node/{node}"):
        if row["kind"] == ShutNode.stored_name and row["outcome"] == "done":
            return msgspec.json.decode(row["command"], type=ShutNode).reason
    return ""
