"""The one log that everything follows from, and the positions that readers keep in it."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    WITHOUT_ROWID,
    added_bool,
    added_text,
    bigint,
    optional_bigint,
    partial_index,
    primary_key,
    rowid_key,
)


class LedgerEntry(SQLModel, table=True):
    """A command as it was received and what was decided about it. Append-only but for `answered_at` and erasure."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("node", "incarnation", "number"),
        UniqueConstraint("stream", "revision"),
        partial_index("entries_unanswered", "position", where="answered_at IS NULL"),
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
    answer: bytes | None = Field(default=None)  # what the authority decided, where that is something else


class FeedScope(SQLModel, table=True):
    """How far the feed of one scope (an organ, a hall, a case's window) has come."""

    __tablename__ = "scopes"
    __table_args__ = WITHOUT_ROWID

    scope: str = primary_key()
    version: int = bigint()


class Feed(SQLModel, table=True):
    """What changed, in commit order, one counter a scope: each document once, where it changed last."""

    __tablename__ = "feed"
    __table_args__ = (Index("feed_version", "scope", "version"), WITHOUT_ROWID)

    scope: str = primary_key()
    document: str = primary_key()  # kind/key
    version: int = bigint()


class Node(SQLModel, table=True):
    """A program that makes entries: a center, a window, a kiosk. `here` marks this store's own."""

    __tablename__ = "nodes"
    __table_args__ = (
        Index("nodes_here", "here", "id", "incarnation"),
    )  # a center has thousands, and each command asks for its own

    id: str = primary_key()
    name: str
    kind: str  # center | window | kiosk
    incarnation: int
    here: bool
    enrolled_at: int = bigint()
    hall: str = added_text()  # where it stands, which sets what it may see
    window_id: str = added_text()
    organs: str = added_text()  # ids, comma between: its centre, its departments
    epoch: str = added_text()  # of a center: another one after each restore
    key_digest: str = added_text()  # SHA-256 of the key it speaks with
    shut: bool = added_bool()  # may not speak any more


class Invitation(SQLModel, table=True):
    """A place for a node that may join once, with a code of which only the digest is kept."""

    __tablename__ = "invitations"

    digest: str = primary_key()
    name: str
    kind: str
    hall: str
    window_id: str
    organs: str
    made_at: int = bigint()
    expires_at: int = bigint()
    used_at: int | None = optional_bigint()
    node: str


class UnansweredDocument(SQLModel, table=True):
    """At a window: a document that an entry wrote which the authority has not answered, by its position in the log."""

    __tablename__ = "unanswered"
    __table_args__ = WITHOUT_ROWID

    document: str = primary_key()
    position: int = bigint(is_primary_key=True)


class DocumentBase(SQLModel, table=True):
    """At a window: an unanswered document as the authority gave it last; none where it had none."""

    __tablename__ = "bases"
    __table_args__ = WITHOUT_ROWID

    document: str = primary_key()
    content: bytes | None = Field(default=None)


class FeedCursor(SQLModel, table=True):
    """At a window: how far it has read a scope of its center's feed."""

    __tablename__ = "cursors"
    __table_args__ = WITHOUT_ROWID

    scope: str = primary_key()
    version: int = bigint()


class CenterConnection(SQLModel, table=True):
    """At a window: what it knows of its center, and of the line to it."""

    __tablename__ = "center_lines"

    center: str = primary_key()
    url: str
    epoch: str
    clock_offset: int = bigint()  # microseconds that the center's clock is ahead of this one
    measured_at: int | None = optional_bigint()  # heard last
    reached_at: int | None = optional_bigint()  # in reach since, without a silence
    lost_at: int | None = optional_bigint()  # out of reach since; none while it is in reach
    safe: int = bigint()  # own entries up to here outlive the center's machine


class RejectedWork(SQLModel, table=True):
    """At a window: work that the authority refused, until somebody has dealt with it."""

    __tablename__ = "refusals"

    position: int = bigint(is_primary_key=True)
    reason: str
    sentence: str
    facts: bytes
    told_at: int = bigint()
    settled_at: int | None = optional_bigint()


class CaseHistoryEntry(SQLModel, table=True):
    """At a window: what happened to a case, as the authority's log has it."""

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
    """Serial numbers of cases lent to a node: `next` runs from `first` to `last`."""

    __tablename__ = "number_blocks"

    first: int = bigint(is_primary_key=True)
    node: str
    incarnation: int
    last: int = bigint()
    next: int = bigint()
    lent_at: int = bigint()


class CatalogueVersion(SQLModel, table=True):
    """A published catalogue, whole, as canonical JSON. A case keeps its version."""

    __tablename__ = "catalogue_versions"

    catalogue: str = primary_key()
    version: int = bigint(is_primary_key=True)
    content: bytes
    digest: str
    published_at: int = bigint()
    published_by: str
