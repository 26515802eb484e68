"""What an authority and its windows say to each other: JSON, each message with its version.

A newer program may add fields; an older one lets them pass, and keeps an entry's bytes as it received them. What a
program does not understand in an entry is refused and written down, so that it blocks nothing behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

import msgspec

from clerk_app.ledger.entries import SealedCommand
from clerk_app.ledger.performer import RemoteCommand

PROTOCOL_VERSION = 1
MAX_ENTRIES = 5_000  # in one batch, and documents in one wish: what is longer is no honest message

JsonInteger = Annotated[
    int, msgspec.Meta(ge=-(2**53), le=2**53)
]  # as far as every JSON program counts (RFC 8259, section 6)
SequenceNumber = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
IncarnationNumber = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
BoundedText = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]  # PostgreSQL keeps no NUL in a text
ABSENT = msgspec.Raw()  # a part that is not there
REMOVED = msgspec.Raw(b"null")  # a document that the node may not hold (any more)


def raw_or_absent(content: bytes | None) -> msgspec.Raw:
    """JSON that was written before, as a part of a message; NOTHING for none."""
    return msgspec.Raw(content) if content else ABSENT


class WireMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message or part of one. Unknown fields of newer versions are let pass."""


class EntryMessage(WireMessage, frozen=True, kw_only=True):
    """An entry as its node sends it. Times are microseconds UTC."""

    kind: BoundedText
    actor: BoundedText
    said_at: JsonInteger
    clock_correction: JsonInteger = msgspec.field(
        name="ahead", default=0
    )  # what the node added to the time said, to correct its clock
    plain: msgspec.Raw
    personal: msgspec.Raw = ABSENT
    salt: bytes | None = None
    erased: bytes | None = None  # digest of the personal part, where retention has taken that
    decision: msgspec.Raw = msgspec.field(
        name="decided", default=ABSENT
    )  # where the decision is final, or the authority has forgotten it
    previously_refused: bool = msgspec.field(
        name="refused_before", default=False
    )  # by an authority that has forgotten it: it must not happen after all
    depends_on: SequenceNumber = msgspec.field(
        name="because", default=0
    )  # the entry it stands on, if that had no answer yet when this one was made

    @property
    def sealed_command(self) -> SealedCommand:
        """The command's bytes."""
        personal = bytes(self.personal) or None
        digest = hashlib.sha256((self.salt or b"") + personal).digest() if personal is not None else self.erased
        salt = self.salt if personal is not None else None  # alone it would look as if something had been taken away
        return SealedCommand(self.kind, bytes(self.plain), personal, salt, digest)

    def to_remote_command(self, node: str, incarnation: int, number: int) -> RemoteCommand:
        """The entry as the door takes it."""
        return RemoteCommand(
            key=(node, incarnation, number),
            sealed=self.sealed_command,
            actor=self.actor,
            said_at=self.said_at,
            corrected_at=self.said_at + self.clock_correction,
            decision=bytes(self.decision) or None,
            previously_refused=self.previously_refused,
            depends_on=self.depends_on,
        )


class NodeRequest(WireMessage, frozen=True, kw_only=True):
    """What every message of a node says. Who it is stands in its key, not here."""

    version: int = PROTOCOL_VERSION
    incarnation: IncarnationNumber
    epoch: str = ""  # of the center, as the node knows it; empty at first
    sent_at: JsonInteger  # by the node's clock
    cursors: dict[str, SequenceNumber] = {}  # how far it has read each scope


class PushRequest(NodeRequest, frozen=True, kw_only=True):
    """Entries in order, from number `first` on. `head` is over their digests: a batch that was cut is noticed."""

    first: SequenceNumber
    entries: Annotated[tuple[EntryMessage, ...], msgspec.Meta(max_length=MAX_ENTRIES)]
    batch_digest: bytes = msgspec.field(name="head")


class CallRequest(NodeRequest, frozen=True, kw_only=True):
    """A question that is answered before everything that waits. A repeat with its number gets the same answer."""

    number: SequenceNumber
    entry: EntryMessage


class PullRequest(NodeRequest, frozen=True, kw_only=True):
    """What changed? With `wait`, seconds until an empty answer is given."""

    wait_seconds: float = msgspec.field(name="wait", default=0.0)
    max_documents: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(name="most", default=500)  # in one response


class FetchRequest(NodeRequest, frozen=True, kw_only=True):
    """These documents, as the authority has them now."""

    documents: Annotated[tuple[BoundedText, ...], msgspec.Meta(max_length=MAX_ENTRIES)]


class EnrolRequest(WireMessage, frozen=True, kw_only=True):
    """A new node joins with the code that the center's people gave to it."""

    version: int = PROTOCOL_VERSION
    code: Annotated[str, msgspec.Meta(max_length=200)]
    key_digest: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""  # SHA-256 of a key that it made itself


class EnrolResponse(WireMessage, frozen=True, kw_only=True):
    """Who the node is from now on. A key that the center made is told once: it keeps only the digest.

    Its case numbers and everything that it may see come by the first pull, from empty cursors.
    """

    version: int = PROTOCOL_VERSION
    center: str
    center_name: str
    epoch: str
    node: str
    key: str  # 32 random bytes, base64url; empty where the node made it itself
    name: str
    node_kind: str  # window | kiosk
    hall: str
    window: str
    organs: tuple[str, ...]
    settings: msgspec.Raw = ABSENT  # what all offices of the city share, named as in office.toml
    root: str = ""  # the public key (PEM) of the authority that signs the trust list


class TrustListFiles(WireMessage, frozen=True, kw_only=True):
    """The signed lists as they lie at the center, by their path in the folder: who is trusted, and what was revoked."""

    version: int = PROTOCOL_VERSION
    files: dict[BoundedText, bytes]


class ErrorBody(WireMessage, frozen=True, kw_only=True):
    """Why there is no answer. `sentence` is an English message id; its places are filled from `facts`."""

    reason: str
    sentence: str
    facts: dict[str, str] = {}


class RejectionBody(WireMessage, frozen=True, kw_only=True):
    """Why an entry was refused."""

    reason: str
    sentence: str
    facts: dict[str, str] = {}


class DocumentChanges(WireMessage, frozen=True, kw_only=True):
    """Documents as the node may hold them (GONE: no more), and how far they bring its cursors."""

    documents: dict[str, msgspec.Raw] = {}
    unchanged: tuple[str, ...] = msgspec.field(name="same", default=())  # these stand as the node itself wrote them
    cursors: dict[str, int] = {}
    more: bool = False
    total: int = 0  # documents still to come, roughly: for a first pull's progress


class Response(WireMessage, frozen=True, kw_only=True):
    """The authority's answer to any message."""

    version: int = PROTOCOL_VERSION
    center: str
    epoch: str
    now: int  # by the authority's clock
    last_number: int = msgspec.field(
        name="last", default=0
    )  # the node's newest entry that the authority has, of the incarnation that it spoke in
    last_call: int = msgspec.field(name="asked", default=0)  # the newest of its questions that the authority has
    durable_number: int = msgspec.field(
        name="safe", default=0
    )  # its entries up to here outlive the authority's machine
    refused: dict[int, RejectionBody] = {}
    decided: dict[int, msgspec.Raw] = {}  # decisions that differ from the node's own
    fork: int = 0  # the number under which the authority has something else
    result: msgspec.Raw = msgspec.field(name="answer", default=ABSENT)  # of a question
    changes: DocumentChanges = DocumentChanges()


def compute_batch_digest(entries: Sequence[EntryMessage]) -> bytes:
    """What a batch says of itself: SHA-256 over the digests of its entries."""
    whole = hashlib.sha256()
    for entry in entries:
        whole.update(entry.sealed_command.digest)
    return whole.digest()
