"""Tables of the log, the feed, nodes, unanswered entries and case numbers."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    WITHOUT_ROWID,
    added_bigint,
    added_bool,
    added_integer,
    added_text,
    bigint,
    json_list,
    optional_bigint,
    partial_index,
    primary_key,
    rowid_key,
)


class LedgerEntry(SQLModel, table=True):
    """A received command and its decision. Append-only, except for `answered_at`, `answer` and erasure."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("node", "incarnation", "number"),
        UniqueConstraint("stream", "revision"),
        partial_index("entries_unanswered", "position", where="answered_at IS NULL"),
        partial_index("entries_signed", "signature", where="signature IS NOT NULL"),
    )

    position: int = rowid_key()
    node: str
    incarnation: int
    number: int = bigint()
    stream: str
    revision: int = bigint()
    kind: str
    outcome: str  # done | refused
    actor: str
    said_at: int = bigint()
    corrected_at: int = bigint()
    decided_at: int = bigint()
    decided_by: str
    answered_at: int | None = optional_bigint()
    command: bytes
    personal: bytes | None = Field(default=None)
    salt: bytes | None = Field(default=None)
    personal_digest: bytes | None = Field(default=None)
    decision: bytes
    previous: bytes
    link: bytes
    answer: bytes | None = Field(default=None)  # the authority's decision, where it differs
    session: str | None = Field(default=None)  # whose key signed the entry; '' for the machine's key
    statement: bytes | None = Field(default=None)  # what was signed
    signature: bytes | None = Field(default=None)


class StaffSession(SQLModel, table=True):
    """Ticket and session of a person as tokens: the proof that the session's key may sign their entries."""

    __tablename__ = "staff_sessions"
    __table_args__ = WITHOUT_ROWID

    id: str = primary_key()
    ticket: bytes
    token: bytes


class FeedScope(SQLModel, table=True):
    """Last version in the feed of a scope (an organ, a hall, a window, a node, the city)."""

    __tablename__ = "scopes"
    __table_args__ = WITHOUT_ROWID

    scope: str = primary_key()
    version: int = bigint()


class Feed(SQLModel, table=True):
    """A document of a scope, with the version of its last change. Versions are counted per scope, in commit order."""

    __tablename__ = "feed"
    __table_args__ = (Index("feed_version", "scope", "version"), WITHOUT_ROWID)

    scope: str = primary_key()
    document: str = primary_key()  # type/key
    version: int = bigint()


class Node(SQLModel, table=True):
    """A program that creates entries: a center, a window, a kiosk. `here` marks the store's own node."""

    __tablename__ = "nodes"
    __table_args__ = (Index("nodes_here", "here", "id", "incarnation"),)  # each command reads its own node

    id: str = primary_key()
    name: str
    kind: str  # a MachineKind, or window: counter, department and supervisor together, from earlier versions
    incarnation: int
    here: bool
    enrolled_at: int = bigint()
    hall: str = added_text()  # hall, window and organs determine the scopes that the node may read
    window_id: str = added_text()
    organs: str = json_list(is_added=True)  # ids: its service centre, its departments
    epoch: str = added_text()  # of a center: a new one after each restore
    previous_epoch: str = added_text()  # of a center: the epoch before its last restore
    restored_after: int = added_bigint()  # of a center: last position in the backup of its last restore
    key_digest: str = added_text()  # SHA-256 of the key that authenticates it
    shut: bool = added_bool()  # its requests are rejected
    public_key: str = added_text()  # its current Ed25519 key, base64url; '' for a node that has registered none
    key_number: int = added_integer()  # of this key among the keys of the node, from 1; 0 for none


class NodeKey(SQLModel, table=True):
    """A public key that a node has or had. Entries signed with an earlier key stay verifiable."""

    __tablename__ = "node_keys"
    __table_args__ = WITHOUT_ROWID

    node: str = primary_key()
    number: int = Field(primary_key=True)
    public_key: str
    endorsement: str  # signature of `clerk_app.ledger.node_keys` by the key before; '' for the first key
    added_at: int = bigint()


class NodeContact(SQLModel, table=True):
    """At a center: when it received the last request of a node, and the node's program version. Not in the log."""

    __tablename__ = "node_contacts"
    __table_args__ = WITHOUT_ROWID

    node: str = primary_key()
    version: str
    seen_at: int = bigint()


class CenterClaim(SQLModel, table=True):
    """At a center with several processes: what one of them claims for a moment. Not in the log."""

    __tablename__ = "center_claims"
    __table_args__ = WITHOUT_ROWID

    node: str = primary_key()
    name: str = primary_key()
    until: int = bigint(index=True)


class KeptEntry(SQLModel, table=True):
    """At a center: an entry that an excluded machine sent after its exclusion. Not in the log until it is released."""

    __tablename__ = "kept_entries"
    __table_args__ = WITHOUT_ROWID

    node: str = primary_key()
    incarnation: int = Field(primary_key=True)
    number: int = bigint(is_primary_key=True)
    kind: str
    actor: str
    corrected_at: int = bigint()  # corrected time of the entry, as stated by the machine
    received_at: int = bigint()
    state: str  # kept, applied, refused (by a rule), rejected (made too late)
    entry: bytes | None = Field(default=None)  # the message; NULL once it is in the log
    signer: str = added_text()  # person, machine, or forged: the signature is missing or wrong


class Invitation(SQLModel, table=True):
    """An invitation for one node to join with a code, of which only the digest is stored."""

    __tablename__ = "invitations"

    digest: str = primary_key()
    name: str
    kind: str
    hall: str
    window_id: str
    organs: str = json_list()
    made_at: int = bigint()
    expires_at: int = bigint()
    used_at: int | None = optional_bigint()
    node: str


class UnansweredDocument(SQLModel, table=True):
    """At a window: a document written by an unanswered entry, with the entry's position."""

    __tablename__ = "unanswered"
    __table_args__ = WITHOUT_ROWID

    document: str = primary_key()
    position: int = bigint(is_primary_key=True)


class DocumentBase(SQLModel, table=True):
    """At a window: the authority's last version of a document that an unanswered entry wrote; NULL for none."""

    __tablename__ = "bases"
    __table_args__ = WITHOUT_ROWID

    document: str = primary_key()
    content: bytes | None = Field(default=None)


class FeedCursor(SQLModel, table=True):
    """At a window: the version up to which it has read the feed of a scope at its center.

    The scopes "" and "." have other uses (`clerk_app/sync/rebase.py`).
    """

    __tablename__ = "cursors"
    __table_args__ = WITHOUT_ROWID

    scope: str = primary_key()
    version: int = bigint()


class CenterConnection(SQLModel, table=True):
    """At a window: its center and the state of the connection to it."""

    __tablename__ = "center_lines"

    center: str = primary_key()
    url: str
    epoch: str
    clock_offset: int = bigint()  # microseconds that the center's clock is ahead of this one
    measured_at: int | None = optional_bigint()  # time of the last response
    reached_at: int | None = optional_bigint()  # connected since, without an interruption
    lost_at: int | None = optional_bigint()  # disconnected since; NULL while connected
    safe: int = bigint()  # durable watermark: own entries up to this number survive the loss of the center
    public_key: str = added_text()  # the center's Ed25519 key, with which it signs its responses; '' for none
    key_number: int = added_integer()  # of this key among the keys of the center


class RejectedWork(SQLModel, table=True):
    """At a window: an entry that the authority rejected, until a person has settled it."""

    __tablename__ = "refusals"

    position: int = bigint(is_primary_key=True)
    reason: str
    sentence: str
    facts: bytes
    told_at: int = bigint()  # when the window received the rejection
    settled_at: int | None = optional_bigint()


class CaseHistoryEntry(SQLModel, table=True):
    """At a window: a copy of an entry of a case from the authority's log."""

    __tablename__ = "histories"
    __table_args__ = WITHOUT_ROWID

    case_number: str = primary_key()
    revision: int = bigint(is_primary_key=True)
    kind: str
    actor: str
    at: int = bigint()
    command: bytes
    decision: bytes


class NumberBlock(SQLModel, table=True):
    """A block of serial numbers of cases lent to a node: `next` runs from `first` to `last`."""

    __tablename__ = "number_blocks"

    first: int = bigint(is_primary_key=True)
    node: str
    incarnation: int
    last: int = bigint()
    next: int = bigint()
    lent_at: int = bigint()


class Tries(SQLModel, table=True):
    """Failed attempts at a secret: `what` is the kind of secret, `who` the case, machine or person concerned.

    They count until `until`, which each failure postpones.
    """

    __tablename__ = "tries"
    __table_args__ = WITHOUT_ROWID

    what: str = primary_key()
    who: str = primary_key()
    failures: int
    until: int = bigint()


class CatalogueVersion(SQLModel, table=True):
    """A published catalogue version as canonical JSON. A case keeps its version."""

    __tablename__ = "catalogue_versions"

    catalogue: str = primary_key()
    version: int = bigint(is_primary_key=True)
    content: bytes
    digest: str
    published_at: int = bigint()
    published_by: str


class LogTile(SQLModel, table=True):
    """Up to 256 hashes of the Merkle tree over the log: leaves at level 0, roots of full tiles above."""

    __tablename__ = "log_tiles"

    level: int = Field(primary_key=True)
    number: int = bigint(is_primary_key=True)
    hashes: bytes


class LogCheckpoint(SQLModel, table=True):
    """A checkpoint: of the store's own log, or at a window, of its center's log. Not in the log."""

    __tablename__ = "checkpoints"

    origin: str = primary_key()  # center and epoch
    size: int = bigint(is_primary_key=True)
    root: str = primary_key()  # base64; two roots of one size show that the log was forked
    note: str  # the signed note with its cosignatures
    made_at: int = bigint()  # when it was made, or received
    is_consistent: bool  # false at a window: it does not extend the one that the window cosigned before
