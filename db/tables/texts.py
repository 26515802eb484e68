"""Tables of the index of long texts of cases, by which similar applications are found at the center."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import WITHOUT_ROWID, bigint, json_list, primary_key


class CaseText(SQLModel, table=True):
    """A long text of a case: the topic within which it is compared, and its 1- and 2-grams for the meaning."""

    __tablename__ = "case_texts"
    __table_args__ = (Index("case_texts_topic", "topic", "case_number"),)

    case_number: str = primary_key()
    field: str = primary_key()
    topic: str
    grams: bytes


class TextFingerprint(SQLModel, table=True):
    """A fingerprint of a long text of a case."""

    __tablename__ = "text_fingerprints"
    __table_args__ = WITHOUT_ROWID

    topic: str = primary_key()
    fingerprint: int = bigint(is_primary_key=True)
    case_number: str = primary_key()
    field: str = primary_key()


class SimilarFinding(SQLModel, table=True):
    """A similar application that was named for a task, and how the officer settled it."""

    __tablename__ = "similar_findings"
    __table_args__ = WITHOUT_ROWID

    task: str = primary_key()
    other: str = primary_key()  # number of the earlier case
    case_number: str = Field(index=True)
    text: int  # percent of the fingerprints
    meaning: int  # percent
    leader: bool  # a person of both
    enterprise: bool
    passages: str = json_list()  # digests
    found_at: int = bigint()
    code: str  # how it is settled; empty until then
    note: str
    settled_by: str


class SimilarSearch(SQLModel, table=True):
    """The newest search of similar applications for a task: digest of the texts that the task uses, and when."""

    __tablename__ = "similar_searches"
    __table_args__ = WITHOUT_ROWID

    task: str = primary_key()
    case_number: str = Field(index=True)
    digest: str
    searched_at: int = bigint()
