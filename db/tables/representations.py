"""Tables of persons who act for an absent party, and of co-signatures."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import WITHOUT_ROWID, added_text, bigint, json_list, personal_data, primary_key


class VisitRepresentation(SQLModel, table=True):
    """An absent person or organisation for whom the person served acts, as the authority has verified in a visit."""

    __tablename__ = "visit_representations"
    __table_args__ = (Index("visit_representations_principal", "principal"), WITHOUT_ROWID)

    visit: str = primary_key()
    principal: str = primary_key()
    agent: str  # the person served
    basis: str  # codes | paper | relation
    relation: str  # kind of the registered relation; empty for another basis
    acts: str = json_list()  # what it allows: apply | consent | collect
    valid_to: str  # of the relation; empty: unlimited
    shown_at: int = bigint()


class Representation(SQLModel, table=True):
    """The person who acted for a party of a case at its acceptance."""

    __tablename__ = "representations"

    case_number: str = primary_key()
    role: str = primary_key()  # of the party who was absent
    agent: str = Field(index=True)  # id of the person; empty if the city does not know them
    agent_name: str | None = personal_data()
    agent_number: str | None = personal_data()
    basis: str  # codes | paper | relation
    relation: str
    acts: str = json_list()
    valid_to: str


class CoSignature(SQLModel, table=True):
    """The signature of a further party under an application, before its acceptance."""

    __tablename__ = "co_signatures"
    __table_args__ = WITHOUT_ROWID

    visit: str = primary_key()
    purpose: str = primary_key()  # one thing
    role: str = primary_key()
    person: str  # id of the party whose code was scanned; empty for a sheet
    how: str  # scan | signed; empty: the sheet was printed
    sheet: str = added_text()  # number of the printed sheet
    signed_at: int = bigint()
    form: str | None = personal_data()  # JSON: what is signed, by key of `clerk_app.cases.signed_form`


class CaseCoSignature(SQLModel, table=True):
    """The signature of a further party, which the acceptance of a case took over; the name is in `parties`."""

    __tablename__ = "case_co_signatures"

    case_number: str = primary_key()
    role: str = primary_key()
    how: str  # scan | signed
    sheet: str  # number of the signed sheet; empty for a scan
    signed_at: int = bigint()
