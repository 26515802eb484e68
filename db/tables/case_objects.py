"""Table of the objects of cases, by which the same vehicle, ship, child or name is found again."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from db.tables.columns import WITHOUT_ROWID, primary_key


class CaseObject(SQLModel, table=True):
    """The object of a matter of a case: a digest of the values that identify it."""

    __tablename__ = "case_objects"
    __table_args__ = (Index("case_objects_digest", "matter", "digest"), WITHOUT_ROWID)

    case_number: str = primary_key()
    matter: str = primary_key()
    digest: str
