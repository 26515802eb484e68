"""Messages between an authority and its windows: JSON, each with a protocol version.

A newer program may add fields; an older one ignores them, and keeps the bytes of an entry as received. An entry that a
program cannot decode is refused and appended to the log, so that it does not block the entries after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

import msgspec

from clerk_app.ledger.entries import SealedCommand
from clerk_app.ledger.machine_keys import MAX_EARLIER_KEYS, EarlierKey
from clerk_app.ledger.personal_parts import digest_personal
from clerk_app.ledger.receipts import Receipt
from clerk_app.ledger.remote_command import RemoteCommand

PROTOCOL_VERSION = 1
MAX_ENTRIES = 5_000  # entries in one push, and documents in one fetch

JsonInteger = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]  # exact in every JSON library (RFC 8259, section 6)
SequenceNumber = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
IncarnationNumber = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
BoundedText = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00]*$")]  # PostgreSQL stores no NUL
ABSENT = msgspec.Raw()  # a missing part of a message
REMOVED = msgspec.Raw(b"null")  # content of a document that the node may not see, or not any more


def raw_or_absent(content: bytes | None) -> msgspec.Raw:
    """Return encoded JSON as a part of a message; ABSENT for None or no bytes."""
    return msgspec.Raw(content) if content else ABSENT


class WireMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message or a part of one. Unknown fields of newer versions are ignored.

    Names on the wire never change: where a Python name differs, the field declares its wire name as `name`.
    """


class EntryMessage(WireMessage, frozen=True, kw_only=True):
    """An entry as its node sends it. Times are microseconds UTC.

    `decision` is set if it is final, or if the authority made it and lost it in a restore. `receipt` is that of the
    authority, if it has answered the entry.
    """

    kind: BoundedText
    actor: BoundedText
    said_at: JsonInteger
    clock_correction: JsonInteger = msgspec.field(name="ahead", default=0)  # added to `said_at` to correct the clock
    plain: msgspec.Raw
    personal: msgspec.Raw = ABSENT
    salt: bytes | None = None
    erased: bytes | None = None  # digest of the personal part, where retention has erased it
    decision: msgspec.Raw = msgspec.field(name="decided", default=ABSENT)
    previously_refused: bool = msgspec.field(name="refused_before", default=False)  # before the authority's restore
    depends_on: SequenceNumber = msgspec.field(name="because", default=0)  # number of an unanswered entry it builds on
    receipt: Receipt | None = None
    session: BoundedText = ""  # of the actor at this node; "" where the machine's key signs
    signature: bytes = b""  # of the statement (clerk_app/ledger/entry_signatures.py)
    statement: bytes = b""  # only if it has another number than this entry

    @property
    def sealed_command(self) -> SealedCommand:
        """The command as bytes."""
        personal = bytes(self.personal) or None
        digest = self.erased if personal is None else digest_personal(self.kind, self.salt, personal)
        salt = self.salt if personal is not None else None  # a salt without a personal part does not verify
        return SealedCommand(self.kind, bytes(self.plain), personal, salt, digest)

    def to_remote_command(self, node: str, incarnation: int, number: int) -> RemoteCommand:
        """Return the entry as the argument of `Door.receive`."""
        return RemoteCommand(
            key=(node, incarnation, number),
            sealed=self.sealed_command,
            actor=self.actor,
            said_at=self.said_at,
            corrected_at=self.said_at + self.clock_correction,
            decision=bytes(self.decision) or None,
            previously_refused=self.previously_refused,
            depends_on=self.depends_on,
            receipt=self.receipt,
        )


class NodeRequest(WireMessage, frozen=True, kw_only=True):
    """Fields of every request of a node. The node is authenticated by its key in the HTTP header."""

    version: int = PROTOCOL_VERSION
    incarnation: IncarnationNumber
    epoch: str = ""  # of the center, from its last response; empty at first
    sent_at: JsonInteger  # by the node's clock
    cursors: dict[str, SequenceNumber] = {}  # version up to which each scope was read
    witnessed: SequenceNumber | None = None  # entries of the last checkpoint that the node has; None: it reads none
    cosignature: Annotated[bytes, msgspec.Meta(max_length=100)] = b""  # by the node, of that checkpoint


class SessionProof(WireMessage, frozen=True, kw_only=True):
    """Ticket and session of a person, as tokens (clerk_app/composition/session_tokens.py)."""

    ticket: bytes
    token: bytes


class PushRequest(NodeRequest, frozen=True, kw_only=True):
    """Push entries in order, from number `first` on. `batch_digest` detects a truncated batch."""

    first: SequenceNumber
    entries: Annotated[tuple[EntryMessage, ...], msgspec.Meta(max_length=MAX_ENTRIES)]
    batch_digest: bytes = msgspec.field(name="head")
    sessions: dict[BoundedText, SessionProof] = {}  # of the entries, by id
    may_wait: bool = False  # whether the node understands `Response.awaiting`


class CallRequest(NodeRequest, frozen=True, kw_only=True):
    """Call a REMOTE command; it is sent before entries that wait. A repeat of the number gets the same result."""

    number: SequenceNumber
    entry: EntryMessage
    sessions: dict[BoundedText, SessionProof] = {}  # of the entry
    may_wait: bool = False  # whether the node understands `Response.awaiting`


class PullRequest(NodeRequest, frozen=True, kw_only=True):
    """Request the changes after the cursors. With `wait_seconds`, an empty response is delayed (long poll)."""

    wait_seconds: float = msgspec.field(name="wait", default=0.0)
    max_documents: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(name="most", default=500)  # in one response
    all_sent: bool | None = None  # whether the node has nothing to send again; None from programs of earlier versions


class FetchRequest(NodeRequest, frozen=True, kw_only=True):
    """Request the current state of these documents."""

    documents: Annotated[tuple[BoundedText, ...], msgspec.Meta(max_length=MAX_ENTRIES)]


class EnrolRequest(WireMessage, frozen=True, kw_only=True):
    """Enrol a new node with the code of its invitation.

    The code itself is not sent: `invitation` is the public key derived from it, and both signatures are over the same
    statement, which names the center's key and the node's key (`clerk_app.ledger.invitation_code`).
    """

    version: int = PROTOCOL_VERSION
    code: Annotated[str, msgspec.Meta(max_length=200)] = ""  # sent by programs before key pairs
    invitation: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    public_key: Annotated[str, msgspec.Meta(max_length=64)] = ""  # of the node: Ed25519, base64url
    code_signature: Annotated[bytes, msgspec.Meta(max_length=64)] = b""  # by the key derived from the code
    key_signature: Annotated[bytes, msgspec.Meta(max_length=64)] = b""  # by the node's key: proof of possession
    center: Annotated[str, msgspec.Meta(max_length=64)] = ""  # of the code: which center gave it out
    blocks: Annotated[tuple[tuple[int, int], ...], msgspec.Meta(max_length=100)] = ()
    """First and last serials of the number blocks of a node that joins again."""
    earlier_keys: Annotated[tuple[EarlierKey, ...], msgspec.Meta(max_length=MAX_EARLIER_KEYS)] = ()
    """Keys that a node that joins again has replaced, oldest first."""


class EnrolResponse(WireMessage, frozen=True, kw_only=True):
    """The enrolled node, and the center's key, which the node verifies against its code.

    The node gets number blocks and documents in response to its first pull, which has no cursors.
    """

    version: int = PROTOCOL_VERSION
    center: str
    center_name: str
    epoch: str
    node: str
    key: str = ""  # bearer key; not sent to a node with a public key
    public_key: str = ""  # of the node, as in the request
    key_number: int = 1  # of that key; more than 1 for a node that joined again
    center_key: str = ""  # Ed25519, base64url
    center_key_number: int = 0
    name: str
    node_kind: str  # MachineKind; window from centers of earlier versions
    hall: str
    window: str
    organs: tuple[str, ...]
    settings: msgspec.Raw = ABSENT  # shared by all offices of the city; keys as in office.toml
    root: str = ""  # public key (PEM) that verifies the trust lists


class SignInRequest(WireMessage, frozen=True, kw_only=True):
    """Sign a person in at this node, and replace their PIN if a new one is given. It is in no log."""

    version: int = PROTOCOL_VERSION
    number: BoundedText  # or the code of their badge
    pin: BoundedText
    new_pin: BoundedText = ""
    public_key: BoundedText  # made by the node for this person: Ed25519, base64url

    def __repr__(self) -> str:
        return "SignInRequest()"  # so that no log shows a PIN


class SignInResponse(WireMessage, frozen=True, kw_only=True):
    """The person who signed in, and their ticket for this node; no ticket while the PIN has to be changed."""

    version: int = PROTOCOL_VERSION
    staff: str
    number: str
    name: str
    role: str
    organ: str = ""
    ticket: bytes = b""
    pin_due: bool = False


class TrustListFiles(WireMessage, frozen=True, kw_only=True):
    """The signed trust lists (issuers, revocations) of the center, by their path in its folder.

    `root` is the public key (PEM) of the signer, for a machine that enrolled before the center had one.
    """

    version: int = PROTOCOL_VERSION
    files: dict[BoundedText, bytes]
    root: str = ""


class ErrorBody(WireMessage, frozen=True, kw_only=True):
    """Why a request failed. `sentence` is an English message id with placeholders for `facts`."""

    reason: str
    sentence: str
    facts: dict[str, str] = {}


class RejectionBody(WireMessage, frozen=True, kw_only=True):
    """Why an entry was refused; fields as in ErrorBody."""

    reason: str
    sentence: str
    facts: dict[str, str] = {}


class DocumentChanges(WireMessage, frozen=True, kw_only=True):
    """Changed documents, with REMOVED for one that the node may not see any more, and the node's new cursors."""

    documents: dict[str, msgspec.Raw] = {}
    unchanged: tuple[str, ...] = msgspec.field(name="same", default=())  # equal at the authority and at the node
    cursors: dict[str, int] = {}
    more: bool = False
    total: int = 0  # approximate number of documents still to come, for the progress of a first pull


class Response(WireMessage, frozen=True, kw_only=True):
    """The authority's response to any request."""

    version: int = PROTOCOL_VERSION
    center: str
    epoch: str
    now: int  # by the authority's clock
    last_number: int = msgspec.field(name="last", default=0)  # last entry received, in the incarnation of the request
    last_call: int = msgspec.field(name="asked", default=0)  # number of the last call received
    durable_number: int = msgspec.field(name="safe", default=0)  # durable watermark: entries that survive a lost center
    refused: dict[int, RejectionBody] = {}
    decided: dict[int, msgspec.Raw] = {}  # decisions that differ from the node's own
    fork: int = 0  # number of an entry that differs at the authority; 0 for none
    awaiting: int = 0  # number of an entry or call to send again later: other nodes send what it depends on; 0 for none
    result: msgspec.Raw = msgspec.field(name="answer", default=ABSENT)  # decision on a call
    receipts: dict[int, Receipt] = {}  # of the answered entries or the call, by number
    changes: DocumentChanges = DocumentChanges()
    checkpoint: str = ""  # the newest one of the center's log, a signed note, if the node does not have it
    consistency: tuple[bytes, ...] = ()  # proof that it extends the one that the node has


def compute_batch_digest(entries: Sequence[EntryMessage]) -> bytes:
    """Return the SHA-256 over the digests of a batch's entries."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(entry.sealed_command.digest)
    return digest.digest()
