"""Tables of what other registers send: batches, rows of a source, personal parts of their entries, relations."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import WITHOUT_ROWID, added_bool, bigint, json_list, primary_key


class RegistryItem(SQLModel, table=True):
    """The newest row that a source sent for an identifier, and the record of this store that it became.

    The row is deleted when the personal data of its record is erased, because the identifier may be personal.
    """

    __tablename__ = "registry_items"
    __table_args__ = (Index("registry_items_subject", "subject"), WITHOUT_ROWID)

    source: str = primary_key()
    kind: str = primary_key()  # person | organisation | relation | licence
    identifier: str = primary_key()
    subject: str  # id of the person, organisation, relation or licence
    digest: str  # of the values as they were sent
    changed_on: str  # date of the change at the source; empty if the source has none


class RegistryPart(SQLModel, table=True):
    """A personal part of an entry that concerns a person or organisation."""

    __tablename__ = "registry_parts"
    __table_args__ = WITHOUT_ROWID

    subject: str = primary_key()
    node: str = primary_key()
    incarnation: int = primary_key()
    number: int = bigint(is_primary_key=True)
    part: int = primary_key()


class Relation(SQLModel, table=True):
    """A relation between two persons, or a person and an organisation, as a source has it."""

    __tablename__ = "relations"

    id: str = primary_key()
    subject: str = Field(index=True)
    other: str = Field(index=True)
    relation: str  # family | guardian | legal_representative | agent: what `other` is to `subject`
    valid_from: str
    valid_to: str  # empty: unlimited
    updated_at: int = bigint()


class IssuerStatusIndex(SQLModel, table=True):
    """The last index in the status list of an issuer that was given to a licence."""

    __tablename__ = "issuer_status_indexes"
    __table_args__ = WITHOUT_ROWID

    issuer_code: str = primary_key()
    last: int = bigint()


class RegistryBatch(SQLModel, table=True):
    """A batch that a source sent. `serial` counts the batches of the source from 1.

    An import of a file that finds many rows unchanged counts them in its next batch, or in a last one without rows.
    """

    __tablename__ = "registry_batches"
    __table_args__ = (
        Index("registry_batches_at", "at", "source", "serial"),
        Index("registry_batches_kind", "source", "kind", "serial"),
        WITHOUT_ROWID,
    )

    source: str = primary_key()
    serial: int = primary_key()
    kind: str  # of its rows: person | organisation | relation | licence
    way: str  # file | api
    machine: str  # node that sent it; empty for a file
    at: int = bigint()
    new_rows: int
    changed_rows: int
    unchanged_rows: int
    refused_rows: int
    changed_on: str  # newest date of a change at the source among the new and changed rows; empty without one


class RegistryRefusal(SQLModel, table=True):
    """A row of a batch that was not imported, without personal data. Kept for the last batches of a source."""

    __tablename__ = "registry_refusals"
    __table_args__ = WITHOUT_ROWID

    source: str = primary_key()
    serial: int = primary_key()
    row_number: int = bigint(is_primary_key=True)  # in its file; of an API batch the index, from 0
    field: str  # empty for the whole row
    code: str  # clerk_app.registry.refusals.REASONS
    facts: bytes  # JSON object of texts


class RegistryFeed(SQLModel, table=True):
    """What the machine of an issuing organ may write. Without kinds and licence types it may write nothing."""

    __tablename__ = "registry_feeds"
    __table_args__ = WITHOUT_ROWID

    node: str = primary_key()
    source: str
    kinds: str = json_list()  # person | organisation | relation
    licence_types: str = json_list()
    admitted_at: int = bigint()
    issuer_codes: str = json_list(is_added=True)  # credit codes whose licences and status lists it may send
    any_issuer: bool = added_bool()  # whether it may send those of every issuer


class InvitedFeed(SQLModel, table=True):
    """What a machine may write once it has joined by an invitation, until it is admitted otherwise."""

    __tablename__ = "invited_feeds"
    __table_args__ = WITHOUT_ROWID

    invitation: str = primary_key()
    source: str
    kinds: str = json_list()
    licence_types: str = json_list()
    issuer_codes: str = json_list()
    any_issuer: bool
