"""Tables of the hall: windows, tickets, visits, announcements, and who was on duty."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    added_bigint,
    added_bool,
    added_integer,
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
    pause_reason: str = added_text()  # code of the reason of a pause
    closes_after: bool = added_bool()  # closes when the visit that is open there ends
    zone: str = added_text()  # part of the hall, as on the signs


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
    priority: str  # class: ordinary | appointment | prechecked | return | elderly | disabled | pregnant | veteran
    state: str  # printing | waiting | serving | held | finished | unserved | no_show | not_served | void
    rank: int = bigint()  # order of calling: the time at which the ticket counts as issued; then by serial
    issued_at: int = bigint()
    called_at: int | None = optional_bigint()
    finished_at: int | None = optional_bigint()
    calls: int
    window_id: str | None = Field(default=None)
    requeued: int
    serial: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # order of issue in its service day
    waiting_since: int = added_bigint()  # when it entered its present queue; 0: when it was issued
    first_called_at: int | None = optional_bigint()
    called_categories: str = json_list(is_added=True)  # categories of the window at the last call
    target_window: str = added_text()  # only this window calls it
    target_staff: str = added_text()  # only this member of staff calls it
    return_to: str = added_text()  # window at which it waits again after the present one
    next_categories: str = json_list(is_added=True)  # categories whose windows it visits after the present one
    estimated_low: int = (
        added_integer()
    )  # estimated wait at the issue in seconds, before the widening of the day; 0: none
    estimated_high: int = added_integer()


class Visit(SQLModel, table=True):
    """One person at one window, from the call to the end."""

    __tablename__ = "visits"
    __table_args__ = (
        Index("visits_window", "window_id", "ended_at"),
        partial_index("visits_shown_licence", "shown_licence", where="shown_licence IS NOT NULL"),
    )

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
    arrived_at: int | None = optional_bigint()  # when the person came to the window
    end_state: str = added_text()  # open | finished | unserved | no_show | held | moved | requeued; empty before 0035
    category: str = added_text()  # of the ticket at the call
    waited: int = added_bigint()  # wait in the queue before this visit, in microseconds
    face: str = added_text()  # last comparison of face and photo: same | other | unsure; empty before one


class TicketPaper(SQLModel, table=True):
    """A paper that the reception scanned for a ticket. It is deleted when the ticket has ended."""

    __tablename__ = "ticket_papers"

    id: str = primary_key()
    ticket: str = Field(index=True)
    number: int  # from 1 within the ticket
    content: str = Field(index=True)  # digest of its file
    media_type: str
    pages: int
    size: int
    source: str  # digest of the file as it came, if it came as one
    taken_at: int = bigint()
    taken_by: str  # id of the member of staff
    node: str  # that scanned it, and sends the file


class VisitCase(SQLModel, table=True):
    """A case for which somebody came: ties a visit to the case, with the cause of the visit."""

    __tablename__ = "visit_cases"

    visit: str = primary_key()
    case_number: str = Field(primary_key=True, index=True)
    cause: str = primary_key()  # a key of CAUSE_NAMES of clerk_app.cases.visit_causes
    at: int = bigint()


class DutyPeriod(SQLModel, table=True):
    """A time in which a member of staff held a window: open or paused. The register of who was on duty where."""

    __tablename__ = "duty_periods"
    __table_args__ = (Index("duty_periods_day", "hall", "day"), Index("duty_periods_window", "window_id", "ended_at"))

    id: str = primary_key()
    hall: str
    day: str  # service day
    window_id: str
    staff: str
    state: str  # open | paused
    reason: str  # code of the reason of a pause; empty if open
    categories: str = json_list()
    began_at: int = bigint()
    ended_at: int | None = optional_bigint()


class Announcement(SQLModel, table=True):
    """A call of a ticket to a window, or a repeated one, as the board shows it. It contains no name."""

    __tablename__ = "announcements"
    __table_args__ = (Index("announcements_hall", "hall", "day", "at"),)

    id: str = primary_key()
    hall: str
    day: str  # service day
    ticket: str
    number: str
    window_id: str
    kind: str  # call | recall
    at: int = bigint()


class Appointment(SQLModel, table=True):
    """An appointment at a hall: the person who presents its code gets a ticket of the class `appointment`."""

    __tablename__ = "appointments"
    __table_args__ = (Index("appointments_code", "hall", "day", "code"),)

    id: str = primary_key()
    hall: str
    day: str
    category: str
    code: str  # digest of the code
    slot_from: int = bigint()
    slot_to: int = bigint()
    state: str  # booked | arrived | cancelled | missed
    ticket: str
    source: str  # where it was booked


class StaffMessage(SQLModel, table=True):
    """A message of a supervisor to the person at a window."""

    __tablename__ = "staff_messages"
    __table_args__ = (Index("staff_messages_window", "window_id", "sent_at"),)

    id: str = primary_key()
    hall: str
    window_id: str
    staff: str
    text: str | None = personal_data()
    sent_by: str
    sent_at: int = bigint()
    read_at: int | None = optional_bigint()


class EmergencyCall(SQLModel, table=True):
    """A call for help from a window, until somebody ends it."""

    __tablename__ = "emergency_calls"
    __table_args__ = (Index("emergency_calls_hall", "hall", "ended_at"),)

    id: str = primary_key()
    hall: str
    window_id: str
    staff: str
    raised_at: int = bigint()
    seen_at: int | None = optional_bigint()
    seen_by: str
    ended_at: int | None = optional_bigint()
    ended_by: str


class KioskCall(SQLModel, table=True):
    """A call of a citizen at a kiosk for a member of staff, and who has answered it."""

    __tablename__ = "kiosk_calls"
    __table_args__ = (Index("kiosk_calls_hall", "hall", "called_at"),)

    id: str = primary_key()
    hall: str
    kiosk: str  # id of its node
    name: str
    called_at: int = bigint()
    seen_at: int | None = optional_bigint()
    seen_by: str
