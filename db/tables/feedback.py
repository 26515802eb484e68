"""Tables of ratings and complaints of citizens, which are stored at the center."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import bigint, json_list, optional_bigint, partial_index, personal_data, primary_key


class Rating(SQLModel, table=True):
    """The rating of a visit. A visit has at most one."""

    __tablename__ = "ratings"
    __table_args__ = (
        Index("ratings_visit", "visit", unique=True),
        partial_index("ratings_to_erase", "changed_at", "id", where="erased_at IS NULL"),
    )

    id: str = primary_key()
    visit: str  # id of the visit; case/NUMBER if the case has none
    hall: str  # of the kiosk
    ticket: str  # id; '' without one
    case_number: str
    window_id: str
    score: int  # 1 is very bad, 5 very good
    reasons: str = json_list()  # ids of reasons of the catalogue
    given_at: int = bigint()
    changed_at: int = bigint()
    node: str  # at which it was given or changed last
    person: str | None = personal_data()  # only if the citizen agrees
    erased_at: int | None = optional_bigint()


class Complaint(SQLModel, table=True):
    """A complaint of a citizen."""

    __tablename__ = "complaints"
    __table_args__ = (
        partial_index("complaints_open", "hall", "due_at", "number", where="state = 'open'"),
        partial_index("complaints_to_erase", "due_at", "number", where="erased_at IS NULL"),
    )

    number: str = primary_key()
    hall: str
    category: str  # id of a category of the catalogue
    case_number: str  # that the citizen stated; not checked
    ticket: str  # number that the citizen stated; not checked
    text: str | None = personal_data()
    contact: str | None = personal_data()
    person: str | None = personal_data()  # only if the citizen agrees
    state: str  # open
    filed_at: int = bigint()
    due_at: int = bigint()
    due_expected: bool = Field(default=False)  # the date is beyond the published calendar
    node: str  # the kiosk
    erased_at: int | None = optional_bigint()
