"""The key pair of this machine at its center: reading, first registration, and rotation.

A new key is `keys/machine-next.key` until the center has accepted a request under it. Every step may be repeated after
a crash or a lost response: the center gives the same number to the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from clerk_app.composition.office import NODE_KEY_FILE
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Command
from clerk_app.ledger.machine_keys import (
    KEYS_FOLDER,
    MAX_EARLIER_KEYS,
    EarlierKey,
    SigningKey,
    encode_base64url,
    machine_key_path,
    read_or_create_signing_key,
    read_signing_key,
    write_signing_key,
)
from clerk_app.ledger.node_keys import (
    CenterKeyLink,
    NodeKeyRegistered,
    RegisterNodeKey,
    node_key_statement,
)
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync.center_trust import CenterTrust, MachineCredentials, RequestSigner, older_center
from db.engines import Row, Store
from db.files import replace_file

NEXT_KEY_FILE = "machine-next.key"
EARLIER_KEYS_FILE = "machine-earlier.json"
"""Public keys that were replaced. A center restored from a backup may not know them, and entries are signed by them."""
BEARER_FILE = NODE_KEY_FILE
"""Key of a machine that an earlier version enrolled; removed when the machine has a key pair."""


def open_signer(store: Store, folder: Path) -> RequestSigner:
    """Return the signer of this machine. Raises BadData if its key is missing, damaged or readable by others."""
    with store.read() as tx:
        line = tx.query_one("ledger.center_connection")
    if line is None:
        raise BadData("This office has no center: it is its own.")
    credentials = _read_credentials(store, folder)
    trust = CenterTrust(line["center"], on_new_key=lambda link: _store_center_key(store, link))
    if line["public_key"]:
        trust.known = CenterKeyLink(line["key_number"], line["public_key"])
    return RequestSigner(credentials, trust, lambda: _read_credentials(store, folder))


def _read_credentials(store: Store, folder: Path) -> MachineCredentials:
    """Return node and key of this machine. Raises BadData."""
    with store.read() as tx:
        own = tx.get("nodes", here=True)
    if own is None:
        raise BadData("This office is not set up yet.")
    key = read_signing_key(machine_key_path(folder)) if own["public_key"] else None
    if own["public_key"] and (key is None or key.public.text != own["public_key"]):
        raise BadData(
            "The key {path} is missing. Without it the center does not accept this window.",
            path=machine_key_path(folder),
        )
    if key is None:
        return MachineCredentials(own["id"], bearer=read_bearer_key(folder))
    return MachineCredentials(own["id"], key, own["key_number"])


def read_bearer_key(folder: Path) -> str:
    """Return the bearer key of this machine. Raises BadData if the file is missing or readable by other users."""
    path = folder / BEARER_FILE
    try:
        if path.stat().st_mode & 0o077:
            raise BadData("The key {path} can be read by other users. Remove that permission: chmod 600", path=path)
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(
            "The key {path} is missing. Without it the center does not accept this window.", path=path
        ) from error


def read_earlier_keys(folder: Path) -> tuple[EarlierKey, ...]:
    """Return the public keys that this machine has replaced, oldest first. Raises BadData if their file is damaged."""
    path = folder / KEYS_FOLDER / EARLIER_KEYS_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[EarlierKey, ...])[-MAX_EARLIER_KEYS:]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error


def _keep_earlier_key(folder: Path, current: MachineCredentials, new: SigningKey) -> None:
    """Keep the public key that is replaced, with its signature for the new one: see `follow_earlier_keys`."""
    if current.key is None:
        return
    try:
        earlier = read_earlier_keys(folder)
    except BadData:  # a damaged file does not prevent a rotation
        earlier = ()
    statement = node_key_statement(current.node, new.public.text)
    kept = [key for key in earlier if key.public_key != current.key.public.text]  # of an interrupted rotation
    kept.append(EarlierKey(current.key.public.text, encode_base64url(current.key.sign(statement))))
    replace_file(folder / KEYS_FOLDER / EARLIER_KEYS_FILE, msgspec.json.encode(kept[-MAX_EARLIER_KEYS:]))


class MachineKeyRotation:
    """Gives this machine a new key pair, or its first one."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        signer: RequestSigner,
        call: Callable[[Command[Any], str], Any],
        send_request: Callable[[], object],
    ) -> None:
        """`call` performs a command at the center; `send_request` sends it any request."""
        self._store = store
        self._folder = folder
        self._signer = signer
        self._call = call
        self._send_request = send_request

    @property
    def is_unfinished(self) -> bool:
        """Whether this machine has no key pair yet, or a rotation was interrupted."""
        return self._signer.credentials.key is None or self._next_path.exists()

    def finish(self) -> None:
        """Register the first key pair, or complete an interrupted rotation. Raises OutOfReach, Refused."""
        if not self.is_unfinished:
            return
        try:
            self.rotate()
        except BadData as error:
            if self._signer.trust.known is None:  # it does not know the command
                raise older_center() from error
            raise

    def rotate(self) -> MachineCredentials:
        """Replace the key pair and return the new credentials. Raises OutOfReach, Refused."""
        new, current = read_or_create_signing_key(self._next_path), self._signer.credentials
        try:
            number = self._register(new, current)
        except Refused as refused:
            if refused.reason != "stranger":
                raise
            number = current.key_number + 1  # an earlier attempt has ended the old key already
        credentials = MachineCredentials(current.node, new, number)
        self._signer.credentials = credentials
        try:
            self._send_request()
        except BaseException:
            self._signer.credentials = current
            raise
        _keep_earlier_key(self._folder, current, new)
        write_signing_key(machine_key_path(self._folder), new)
        with self._store.write() as tx:
            tx.update("nodes", {"id": current.node}, public_key=new.public.text, key_number=number)
        self._next_path.unlink()
        (self._folder / BEARER_FILE).unlink(missing_ok=True)
        return credentials

    @property
    def _next_path(self) -> Path:
        return self._folder / KEYS_FOLDER / NEXT_KEY_FILE

    def _register(self, new: SigningKey, current: MachineCredentials) -> int:
        statement = node_key_statement(current.node, new.public.text)
        decision: NodeKeyRegistered = self._call(
            RegisterNodeKey(
                node=current.node,
                public_key=new.public.text,
                proof=encode_base64url(new.sign(statement)),
                endorsement=encode_base64url(current.key.sign(statement)) if current.key is not None else "",
            ),
            SYSTEM,
        )
        trust = self._signer.trust
        if trust.known is None and decision.center_key:  # a machine of an earlier version: it trusts what it sees first
            trust.known = CenterKeyLink(decision.center_key_number, decision.center_key)
            _store_center_key(self._store, trust.known)
        return decision.number


def _store_center_key(store: Store, link: CenterKeyLink) -> None:
    with store.write() as tx:
        line: Row | None = tx.query_one("ledger.center_connection")
        if line is not None:
            key = {"public_key": link.public_key, "key_number": link.number}
            tx.update("center_lines", {"center": line["center"]}, **key)
