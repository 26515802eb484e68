"""Rows of a service day of a hall for its measures, selected from the table classes. They have no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import col, func, select

from db.engines import Row, Transaction
from db.tables.hall import DutyPeriod, ServiceDay, Ticket, Visit, VisitCase, Window


class ReportedDay(NamedTuple):
    """A service day of a hall; `until` is its end so far. Times are in microseconds UTC, as in the other rows."""

    hall: str
    day: str
    state: str
    opened_at: int
    closed_at: int | None
    ends_at: int

    @property
    def until(self) -> int:
        """When the day was closed, or when the schedule will close it."""
        return self.closed_at if self.closed_at is not None else self.ends_at


class ReportedVisit(NamedTuple):
    """A visit of the day; `waited` is in microseconds."""

    id: str
    ticket: str | None
    window_id: str
    staff: str
    category: str
    started_at: int
    arrived_at: int | None
    ended_at: int | None
    end_state: str
    waited: int


class ReportedTicket(NamedTuple):
    """A ticket that was issued on the day."""

    category: str
    state: str


class ReportedDuty(NamedTuple):
    """A time in which a window was open or paused on the day."""

    window_id: str
    state: str
    began_at: int
    ended_at: int | None


class ReportedCause(NamedTuple):
    """A cause for which a visit came for a case; `at` is the first act on the case with this cause."""

    visit: str
    case_number: str
    cause: str
    at: int


@dataclass(frozen=True)
class DayRows:
    """What happened in a hall on a service day. `first_acts` is the time of the first act on a case of each visit.

    `causes` has all visits so far of the cases that somebody came for on this day.
    """

    day: ReportedDay
    visits: Sequence[ReportedVisit]
    tickets: Sequence[ReportedTicket]
    duty: Sequence[ReportedDuty]
    first_acts: dict[str, int]
    causes: Sequence[ReportedCause]


def list_days(tx: Transaction, hall: str, many: int, day: str = "") -> list[ReportedDay]:
    """Return the newest service days of a hall, at most `many`, the newest first; only `day` if it is named."""
    query = _columns(ServiceDay, ReportedDay).where(col(ServiceDay.hall) == hall)
    query = query.where(col(ServiceDay.day) == day) if day else query
    return [ReportedDay(**row) for row in tx.run_query(query.order_by(col(ServiceDay.opened_at).desc()).limit(many))]


def read_day(tx: Transaction, day: ReportedDay) -> DayRows:
    """Return the rows of a service day. The visits of a store without halls belong to every hall."""
    of_hall = select(col(Window.id)).where(col(Window.hall).in_((day.hall, "")))
    visits = (
        _columns(Visit, ReportedVisit)
        .where(col(Visit.window_id).in_(of_hall), col(Visit.started_at) >= day.opened_at)
        .where(col(Visit.started_at) <= day.until)
        .order_by(col(Visit.started_at), col(Visit.id))
    )
    tickets = _columns(Ticket, ReportedTicket).where(col(Ticket.hall) == day.hall, col(Ticket.day) == day.day)
    tickets = tickets.where(col(Ticket.state).not_in(("printing", "void"))).order_by(col(Ticket.serial))
    duty = _columns(DutyPeriod, ReportedDuty).where(
        col(DutyPeriod.hall).in_((day.hall, "")), col(DutyPeriod.day) == day.day
    )
    acts = select(col(VisitCase.visit), func.min(col(VisitCase.at)).label("at")).group_by(col(VisitCase.visit))
    within = (col(VisitCase.at) >= day.opened_at, col(VisitCase.at) <= day.until)
    of_day = col(VisitCase.case_number).in_(select(col(VisitCase.case_number)).where(*within))
    causes = _columns(VisitCase, ReportedCause).where(of_day)
    found: list[Row] = tx.run_query(acts.where(col(VisitCase.at) >= day.opened_at))
    return DayRows(
        day,
        [ReportedVisit(**row) for row in tx.run_query(visits)],
        [ReportedTicket(**row) for row in tx.run_query(tickets)],
        [
            ReportedDuty(**row)
            for row in tx.run_query(duty.order_by(col(DutyPeriod.window_id), col(DutyPeriod.began_at)))
        ],
        {row["visit"]: row["at"] for row in found},
        [
            ReportedCause(**row)
            for row in tx.run_query(causes.order_by(col(VisitCase.at), col(VisitCase.visit), col(VisitCase.cause)))
        ],
    )


def _columns(table: type[Any], row: type[Any]) -> Any:
    """Return a select of the columns of a table class that a NamedTuple has."""
    return select(*(col(getattr(table, name)) for name in row._fields))
