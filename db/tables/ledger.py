"""The one log that everything follows from, and the positions that readers keep in it."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.columns import NARROW, big, index_where, key, maybe_big, row_number, text_or_empty, yes_or_no


class LedgerEntry(SQLModel, table=True):
    """A command as it was received and what was decided about it. Append-only but for `answered_at` and erasure."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("node", "incarnation", "number"),
        UniqueConstraint("stream", "revision"),
        index_where("entries_unanswered", "position", where="answered_at IS NULL"),
    )

    position: int = row_number()
    node: str
    incarnation: int
    number: int = big()
    stream: str
    revision: int = big()
    kind: str
    outcome: str  # done | refused
    actor: str
    said_at: int = big()
    corrected_at: int = big()
    decided_at: int = big()
    decided_by: str
    answered_at: int | None = maybe_big()
    command: bytes
    personal: bytes | None = Field(default=None)
    salt: bytes | None = Field(default=None)
    personal_digest: bytes | None = Field(default=None)
    decision: bytes
    previous: bytes
    link: bytes
    answer: bytes | None = Field(default=None)  # what the authority decided, where that is something else


class Scope(SQLModel, table=True):
    """How far the feed of one scope (an organ, a hall, a case's window) has come."""

    __tablename__ = "scopes"
    __table_args__ = NARROW

    scope: str = key()
    version: int = big()


class Feed(SQLModel, table=True):
    """What changed, in commit order, one counter a scope: each document once, where it changed last."""

    __tablename__ = "feed"
    __table_args__ = (Index("feed_version", "scope", "version"), NARROW)

    scope: str = key()
    document: str = key()  # kind/key
    version: int = big()


class Node(SQLModel, table=True):
    """A program that makes entries: a center, a window, a kiosk. `here` marks this store's own."""

    __tablename__ = "nodes"
    __table_args__ = (
        Index("nodes_here", "here", "id", "incarnation"),
    )  # a center has thousands, and each command asks for its own

    id: str = key()
    name: str
    kind: str  # center | window | kiosk
    incarnation: int
    here: bool
    enrolled_at: int = big()
    hall: str = text_or_empty()  # where it stands, which sets what it may see
    window_id: str = text_or_empty()
    organs: str = text_or_empty()  # ids, comma between: its centre, its departments
    epoch: str = text_or_empty()  # of a center: another one after each restore
    key_digest: str = text_or_empty()  # SHA-256 of the key it speaks with
    shut: bool = yes_or_no()  # may not speak any more


class Invitation(SQLModel, table=True):
    """A place for a node that may join once, with a code of which only the digest is kept."""

    __tablename__ = "invitations"

    digest: str = key()
    name: str
    kind: str
    hall: str
    window_id: str
    organs: str
    made_at: int = big()
    expires_at: int = big()
    used_at: int | None = maybe_big()
    node: str


class Unanswered(SQLModel, table=True):
    """At a window: a document that an entry wrote which the authority has not answered, by its position in the log."""

    __tablename__ = "unanswered"
    __table_args__ = NARROW

    document: str = key()
    position: int = big(primary=True)


class Base(SQLModel, table=True):
    """At a window: an unanswered document as the authority gave it last; none where it had none."""

    __tablename__ = "bases"
    __table_args__ = NARROW

    document: str = key()
    content: bytes | None = Field(default=None)


class Cursor(SQLModel, table=True):
    """At a window: how far it has read a scope of its center's feed."""

    __tablename__ = "cursors"
    __table_args__ = NARROW

    scope: str = key()
    version: int = big()


class CenterLine(SQLModel, table=True):
    """At a window: what it knows of its center, and of the line to it."""

    __tablename__ = "center_lines"

    center: str = key()
    url: str
    epoch: str
    clock_offset: int = big()  # microseconds that the center's clock is ahead of this one
    measured_at: int | None = maybe_big()  # heard last
    reached_at: int | None = maybe_big()  # in reach since, without a silence
    lost_at: int | None = maybe_big()  # out of reach since; none while it is in reach
    safe: int = big()  # own entries up to here outlive the center's machine


class Refusal(SQLModel, table=True):
    """At a window: work that the authority refused, until somebody has dealt with it."""

    __tablename__ = "refusals"

    position: int = big(primary=True)
    reason: str
    sentence: str
    facts: bytes
    told_at: int = big()
    settled_at: int | None = maybe_big()


class History(SQLModel, table=True):
    """At a window: what happened to a case, as the authority's log has it."""

    __tablename__ = "histories"
    __table_args__ = NARROW

    case_number: str = key()
    revision: int = big(primary=True)
    kind: str
    actor: str
    at: int = big()
    command: bytes
    decision: bytes


class NumberBlock(SQLModel, table=True):
    """Serial numbers of cases lent to a node: `next` runs from `first` to `last`."""

    __tablename__ = "number_blocks"

    first: int = big(primary=True)
    node: str
    incarnation: int
    last: int = big()
    next: int = big()
    lent_at: int = big()


class CatalogueVersion(SQLModel, table=True):
    """A published catalogue, whole, as canonical JSON. A case keeps its version."""

    __tablename__ = "catalogue_versions"

    catalogue: str = key()
    version: int = big(primary=True)
    content: bytes
    digest: str
    published_at: int = big()
    published_by: str
