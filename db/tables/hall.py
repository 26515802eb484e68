"""Tables of the hall: windows, tickets and visits."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    added_text,
    bigint,
    json_list,
    optional_bigint,
    partial_index,
    personal_data,
    primary_key,
)


class Window(SQLModel, table=True):
    """A counter window: who works there, and since when it has its state."""

    __tablename__ = "windows"

    id: str = primary_key()
    name: str
    state: str  # closed | open | paused
    since: int = bigint()
    staff: str | None = Field(default=None)
    categories: str = json_list()  # letters of the categories it serves
    hall: str = added_text()
    organ: str = added_text()  # the service centre that it accepts cases for
    lease_until: int | None = optional_bigint()  # until when the person holds the open window


class ServiceDay(SQLModel, table=True):
    """A service day of a hall. At most one service day of a hall is open."""

    __tablename__ = "service_days"
    __table_args__ = (Index("service_days_hall", "hall", "state"),)

    id: str = primary_key()  # hall/day
    hall: str
    day: str  # local date on which it began
    state: str  # open | closed
    opened_at: int = bigint()
    opened_by: str  # id of the actor
    ends_at: int = bigint()  # when the schedule closes it
    closed_at: int | None = optional_bigint(index=True)
    closed_by: str = Field(default="")  # id of the actor; empty while it is open


class Ticket(SQLModel, table=True):
    """A ticket of the hall's queue. In state `printing` it is not in the queue yet, because its slip is not printed."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_waiting", "hall", "day", "state", "rank", "id"),
        Index("tickets_number", "hall", "day", "number", unique=True),
        Index("tickets_serial", "hall", "day", "serial"),
        partial_index("tickets_serving", "window_id", where="state = 'serving'"),
    )

    id: str = primary_key()  # hall/day/number
    hall: str
    day: str  # local date of its service day
    category: str
    number: str  # A023
    priority: str  # ordinary | appointment | prechecked | elderly | return
    state: str  # printing | waiting | serving | held | finished | unserved | no_show | not_served | void
    rank: int = bigint()  # order of calling: the time at which the ticket counts as issued; then by serial
    issued_at: int = bigint()
    called_at: int | None = optional_bigint()
    finished_at: int | None = optional_bigint()
    calls: int
    window_id: str | None = Field(default=None)
    requeued: int
    serial: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # order of issue in its service day


class Visit(SQLModel, table=True):
    """One person at one window, from the call to the end."""

    __tablename__ = "visits"
    __table_args__ = (Index("visits_window", "window_id", "ended_at"),)

    id: str = primary_key()
    ticket: str | None = Field(default=None, index=True)
    window_id: str
    staff: str
    person: str | None = Field(default=None, index=True)
    shown_name: str | None = personal_data()  # from the code
    shown_number: str | None = personal_data()
    shown_licence: str | None = personal_data()  # number of the licence
    check_result: str  # "" | green | amber
    check_notes: str = json_list()  # findings of the check, and other windows that have the code
    code_key: str | None = Field(default=None, index=True)  # identifies the code: its cti, or its digest
    confirmed: bool
    started_at: int = bigint()
    ended_at: int | None = optional_bigint()
