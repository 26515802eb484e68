"""Tables of the papers that citizens print at a kiosk; they are stored at the center."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from db.tables.columns import bigint, primary_key


class PrintedLicenceCopy(SQLModel, table=True):
    """A copy of a licence that was sent to a kiosk's printer; its receiver verifies number and code."""

    __tablename__ = "licence_copies"

    number: str = primary_key()
    code: str
    licence: str
    purpose: str  # id of a purpose of the catalogue
    session: str
    node: str  # the kiosk
    made_at: int = bigint()
    expires_at: int = bigint()
    count: int  # of the last print
    printed: int  # of these, those that certainly came out
    prints: int  # times that it was sent to the printer
    outcome: str  # printing | printed | unknown | not_printed


class CodeRequest(SQLModel, table=True):
    """A request at a kiosk that a clerk of the hall confirms the print of a signed code."""

    __tablename__ = "code_requests"
    __table_args__ = (Index("code_requests_hall", "hall", "state", "ends_at"),)

    id: str = primary_key()
    hall: str
    number: str  # short, as the kiosk shows it
    node: str  # the kiosk
    session: str
    licence: str
    state: str  # waiting | confirmed | declined
    asked_at: int = bigint()
    ends_at: int = bigint()
    answered_by: str  # id of the clerk
