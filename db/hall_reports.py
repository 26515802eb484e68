"""Rows of a service day of a hall for its measures, read through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from db.engines import Store
from db.tables.hall import DutyPeriod, ServiceDay, Ticket, Visit, VisitCase, Window


@dataclass(frozen=True)
class DayRows:
    """What happened in a hall on a service day. `first_acts` is the time of the first act on a case of each visit."""

    day: ServiceDay
    visits: Sequence[Visit]
    tickets: Sequence[Ticket]
    duty: Sequence[DutyPeriod]
    first_acts: dict[str, int]
    visits_of_cases: dict[str, int]  # number of visits so far of each case that somebody came for on this day


def find_day(store: Store, hall: str, day: str = "") -> ServiceDay | None:
    """Return a service day of a hall, the newest one without `day`; None if there is none."""
    query = select(ServiceDay).where(col(ServiceDay.hall) == hall).order_by(col(ServiceDay.opened_at).desc())
    with store.session() as session:
        return session.exec(query.where(col(ServiceDay.day) == day) if day else query).first()


def read_day(store: Store, day: ServiceDay) -> DayRows:
    """Return the rows of a service day. The visits of a store without halls belong to every hall."""
    until = day.closed_at if day.closed_at is not None else day.ends_at
    of_hall = select(col(Window.id)).where(col(Window.hall).in_((day.hall, "")))
    visits = (
        select(Visit)
        .where(col(Visit.window_id).in_(of_hall), col(Visit.started_at) >= day.opened_at)
        .where(col(Visit.started_at) <= until)
        .order_by(col(Visit.started_at), col(Visit.id))
    )
    tickets = select(Ticket).where(col(Ticket.hall) == day.hall, col(Ticket.day) == day.day)
    tickets = tickets.where(col(Ticket.state).not_in(("printing", "void"))).order_by(col(Ticket.serial))
    duty = select(DutyPeriod).where(col(DutyPeriod.hall).in_((day.hall, "")), col(DutyPeriod.day) == day.day)
    with store.session() as session:
        found = session.exec(visits).all()
        acts = select(col(VisitCase.visit), func.min(col(VisitCase.at))).group_by(col(VisitCase.visit))
        acts = acts.where(col(VisitCase.at) >= day.opened_at)
        today = select(col(VisitCase.case_number)).where(col(VisitCase.at) >= day.opened_at, col(VisitCase.at) <= until)
        cases = (
            select(col(VisitCase.case_number), func.count(func.distinct(col(VisitCase.visit))))
            .where(col(VisitCase.case_number).in_(today))
            .group_by(col(VisitCase.case_number))
        )
        return DayRows(
            day,
            found,
            session.exec(tickets).all(),
            session.exec(duty.order_by(col(DutyPeriod.window_id), col(DutyPeriod.began_at))).all(),
            dict(session.exec(acts).all()),
            dict(session.exec(cases).all()),
        )
