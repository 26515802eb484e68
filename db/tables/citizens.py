"""Table of the sessions of citizens at kiosks."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import WITHOUT_ROWID, bigint, optional_bigint, partial_index, primary_key


class CitizenSession(SQLModel, table=True):
    """A session of a citizen at a kiosk, at the authority alone. Its end clears `person` and `case_number`."""

    __tablename__ = "citizen_sessions"
    __table_args__ = (
        partial_index("citizen_sessions_open", "node", where="ended_at IS NULL"),
        Index("citizen_sessions_code", "code_key"),
        WITHOUT_ROWID,
    )

    id: str = primary_key()  # random
    node: str  # the kiosk
    kind: str  # code | receipt
    person: str  # person or organisation id of a code; empty for a receipt
    case_number: str  # of a receipt; empty for a code
    code_key: str  # identifies the code: its cti, or its digest; empty for a receipt
    opened_at: int = bigint()
    used_at: int = bigint()
    ends_at: int = bigint()  # at the latest
    ended_at: int | None = optional_bigint()
    ended_how: str = Field(default="")  # citizen | idle | due | replaced; empty while it is open


class KioskPaper(SQLModel, table=True):
    """A file that a kiosk has announced for a paper of a case, at the authority; deleted when it is taken in."""

    __tablename__ = "kiosk_papers"
    __table_args__ = (
        Index("kiosk_papers_content", "content"),
        Index("kiosk_papers_announced", "announced_at"),
        WITHOUT_ROWID,
    )

    visit: str = primary_key()  # of the session
    content: str = primary_key()  # digest of the file
    node: str  # the kiosk, which sends the file
    case_number: str
    material: str
    media_type: str
    pages: int
    size: int
    announced_at: int = bigint()
