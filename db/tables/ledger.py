"""The one log that everything follows from, and the positions that readers keep in it."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.columns import NARROW, big, index_where, key, maybe_big, row_number


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


class Scope(SQLModel, table=True):
    """How far the feed of one scope (an organ, a hall, a case's window) has come."""

    __tablename__ = "scopes"
    __table_args__ = NARROW

    scope: str = key()
    version: int = big()


class Feed(SQLModel, table=True):
    """What changed, in commit order, one counter a scope."""

    __tablename__ = "feed"
    __table_args__ = NARROW

    scope: str = key()
    version: int = big(primary=True)
    changed_table: str
    changed_row: str


class Node(SQLModel, table=True):
    """A program that makes entries: a center, a window, a kiosk. `here` marks this store's own."""

    __tablename__ = "nodes"

    id: str = key()
    name: str
    kind: str  # center | window | kiosk
    incarnation: int
    here: bool
    enrolled_at: int = big()


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
