"""Tables of persons, organisations, organs and staff."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    WITHOUT_ROWID,
    added_bigint,
    added_bool,
    added_text,
    bigint,
    optional_bigint,
    personal_data,
    primary_key,
)


class Person(SQLModel, table=True):
    """A citizen known to the city. `id` is not derived from personal data."""

    __tablename__ = "persons"

    id: str = primary_key()
    name: str | None = personal_data()
    id_kind: str
    id_number: str | None = Field(default=None, index=True, sa_column_kwargs={"info": {"personal": True}})
    born: str | None = Field(default=None, index=True, sa_column_kwargs={"info": {"personal": True}})
    phone: str | None = personal_data()
    address: str | None = personal_data()
    registered_at: int = bigint()


class Organisation(SQLModel, table=True):
    """An enterprise or other body with a unified social credit code."""

    __tablename__ = "organisations"

    id: str = primary_key()
    name: str = Field(index=True)
    credit_code: str = Field(index=True)
    address: str
    registered_at: int = bigint()


class Organ(SQLModel, table=True):
    """A department of a service centre or district, or the service centre itself; it has queues and a feed scope."""

    __tablename__ = "organs"

    id: str = primary_key()
    name_zh: str
    name_en: str
    level: str
    parent: str | None = Field(default=None)


class Staff(SQLModel, table=True):
    """A person who signs in. `pin_hash` is argon2id."""

    __tablename__ = "staff"
    __table_args__ = (Index("staff_number", "number", unique=True),)

    id: str = primary_key()
    number: str
    name: str
    role: str  # clerk | officer | supervisor | kiosk | administrator | auditor | issuer
    organ: str | None = Field(default=None)
    pin_hash: str
    active: bool
    failures: int  # wrong PINs of earlier versions, which counted for all machines together; see `PinTries`
    locked_until: int | None = optional_bigint()
    state: str = added_text()  # active (also ''), suspended, dismissed
    pin_due: bool = added_bool()  # the PIN has to be changed at the next sign-in
    person: str = added_text()  # id of the natural person; '' if this is their only account
    revoked_at: int = added_bigint()  # when a new PIN, a suspension or a dismissal last ended the person's tickets
    head: bool = added_bool()  # head of the organ, who answers for its overdue tasks
    badge: str = added_text()  # SHA-256 of the code of the person's badge; empty without one


class PinTries(SQLModel, table=True):
    """Wrong PINs in a row of a person at a machine, and the end of the lock-out that they caused."""

    __tablename__ = "pin_tries"
    __table_args__ = WITHOUT_ROWID

    staff: str = primary_key()
    machine: str = primary_key()  # id of a node
    failures: int
    until: int | None = optional_bigint()
