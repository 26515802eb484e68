"""Tables of the registry's corrections, and of the searches that found a person or organisation."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import WITHOUT_ROWID, bigint, optional_bigint, partial_index, personal_data, primary_key


class RegistryCorrection(SQLModel, table=True):
    """A correction of one field of a record: asked for by one administrator, decided by another.

    `base` is the value that the record had when the correction was approved, `source_value` the one that a source has
    sent since. The row is deleted with the personal data of its record.
    """

    __tablename__ = "registry_corrections"
    __table_args__ = (
        Index("registry_corrections_subject", "subject"),
        Index("registry_corrections_owner", "owner"),
        partial_index("registry_corrections_unreported", "id", where="state = 'approved' AND reported_at IS NULL"),
        partial_index(
            "registry_corrections_open",
            "asked_at",
            "id",
            where="state IN ('requested', 'overtaken') OR (state = 'approved' AND conflict <> '')",
        ),
    )

    id: str = primary_key()
    kind: str  # of the record: person | organisation | relation | licence
    subject: str  # id of the record
    owner: str  # id of the person or organisation whom it concerns
    field: str  # name of a field of the rows of this kind, or claim: and the id of a value of the licence
    value: str | None = personal_data()
    base: str | None = personal_data()
    source_value: str | None = personal_data()
    reason: str
    state: str  # requested | approved | declined | adopted | overtaken | settled
    asked_by: str
    asked_at: int = bigint()
    decided_by: str
    decided_at: int | None = optional_bigint()
    decided_on: str  # the same as a day of the city
    alone: bool  # whether there was no second administrator to decide it
    note: str  # of the person who declined or settled it
    conflict: str  # "" | repeated | older | newer: how the last row of a source contradicts it
    source: str  # that sent this row
    source_changed_on: str
    source_at: int | None = optional_bigint()  # when this row was imported
    reported_at: int | None = optional_bigint()  # when objections were raised in the open cases
    reported_cases: int


class RegistrySearch(SQLModel, table=True):
    """A search that found a person or organisation: the key of its entry in the log."""

    __tablename__ = "registry_searches"
    __table_args__ = WITHOUT_ROWID

    subject: str = primary_key()
    node: str = primary_key()
    incarnation: int = Field(primary_key=True)
    number: int = bigint(is_primary_key=True)
