"""Table of the printed lists by which the parties of an application agree to the use of what the city holds."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from db.tables.columns import WITHOUT_ROWID, bigint, json_list, optional_bigint, primary_key


class ConsentListRecord(SQLModel, table=True):
    """The list of one party in a visit; one that was signed elsewhere has a row in the visit that took it in too."""

    __tablename__ = "consent_lists"
    __table_args__ = (
        Index("consent_lists_number", "number"),
        Index("consent_lists_person", "person"),
        WITHOUT_ROWID,
    )

    visit: str = primary_key()
    number: str = primary_key()  # on the paper, also as a code
    purpose: str  # one thing
    person: str  # id of the party
    role: str  # of the party in the application
    materials: str = json_list()  # of the list of an absent party; empty where `consents` names the licences
    printed_at: int = bigint()
    signed_at: int | None = optional_bigint()  # when the signature was recorded
    signed_by: str  # id of the staff member who recorded it; empty before
