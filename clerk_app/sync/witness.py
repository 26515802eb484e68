"""The window as a witness of its center's log: verifies that the log only grows, cosigns checkpoints, keeps them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.checkpoints import (
    list_inconsistent,
    log_origin,
    read_newest_checkpoint,
    witness_checkpoint,
)
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
)
from clerk_app.ledger.signed_note import SignedNote, parse_note
from clerk_app.log import log_event
from clerk_app.sync.transport import Transport
from clerk_app.sync.window_rows import own_node
from db.engines import Row, Store, Transaction

RequestT = TypeVar("RequestT", bound=NodeRequest)


class WitnessingTransport:
    """A transport that adds cosignatures to requests, and verifies and stores the checkpoints in responses."""

    def __init__(self, transport: Transport, store: Store, key: SigningKey | None, clock: Callable[[], int]) -> None:
        """Without `key`, checkpoints are verified and stored, and not cosigned."""
        self._transport = transport
        self._store = store
        self._key = key
        self._clock = clock
        self._sent_size = 0  # of the last checkpoint whose cosignature was sent

    @property
    def is_contradicted(self) -> bool:
        """Whether the center has shown a log that does not extend what it has shown before."""
        with self._store.read() as tx:
            line = tx.query_one("ledger.center_connection")
            return line is not None and bool(list_inconsistent(tx, log_origin(line["center"], line["epoch"])))

    def push(self, message: PushRequest) -> Response:
        """Push entries."""
        return self._send(message, self._transport.push)

    def call(self, message: CallRequest, timeout: float | None = None) -> Response:
        """Call a remote command."""
        return self._send(message, partial(self._transport.call, timeout=timeout))

    def pull(self, message: PullRequest) -> Response:
        """Pull changes."""
        return self._send(message, self._transport.pull)

    def fetch(self, message: FetchRequest) -> Response:
        """Fetch documents."""
        return self._send(message, self._transport.fetch)

    def sign_in(self, message: SignInRequest) -> SignInResponse:
        """Sign a person in; the response has no checkpoint."""
        return self._transport.sign_in(message)

    def _send(self, message: RequestT, send: Callable[[RequestT], Response]) -> Response:
        with self._store.read() as tx:
            line, node = tx.query_one("ledger.center_connection"), str(own_node(tx)["id"])
            last = read_newest_checkpoint(tx, log_origin(line["center"], line["epoch"])) if line else None
        size = last.checkpoint.size if last else 0
        signed = dict(last.signatures).get(node, b"") if last and size != self._sent_size else b""
        response = send(msgspec.structs.replace(message, witnessed=size, cosignature=signed))
        self._sent_size = size
        if response.checkpoint and line is not None:
            self._witness(line, node, size, response)
        return response

    def _witness(self, line: Row, node: str, sent_size: int, response: Response) -> None:
        note = _read_signed_note(line, response)
        if note is None:
            return
        with self._store.write() as tx:
            if _newest_size(tx, note.checkpoint.origin) != (sent_size if line["epoch"] == response.epoch else 0):
                return  # another program on this machine has stored one meanwhile
            name = node if self._key is not None else ""
            is_consistent = witness_checkpoint(tx, note, response.consistency, name, self._key, self._clock())
        if not is_consistent:
            log_event("witness", "the center's log does not extend what was seen before", size=note.checkpoint.size)


def _newest_size(tx: Transaction, origin: str) -> int:
    newest = read_newest_checkpoint(tx, origin)
    return newest.checkpoint.size if newest else 0


def _read_signed_note(line: Row, response: Response) -> SignedNote | None:
    """Return the checkpoint of a response if this window's center has signed it; None if its key is not known here."""
    if not line["public_key"]:
        return None
    try:
        note = parse_note(response.checkpoint)
    except BadData:
        note = None
    origin = log_origin(line["center"], response.epoch)
    key = PublicKey.parse(line["public_key"])
    if note is None or note.checkpoint.origin != origin or not note.is_signed_by(origin, key):
        log_event("witness", "a checkpoint is not signed by the center")
        return None
    return note
