"""Rows of an organ's queue, for the officers and for the supervisor. Read through SQLModel: people look at them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from clerk_app.cases.dates import local
from clerk_app.cases.life import ENDED_TASK, TASK_NAMES
from clerk_app.catalogue import published
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.published import working_days
from clerk_app.desk import TaskPage, TaskRow
from clerk_app.desks.office import Office
from clerk_app.desks.words import day_of, days_left, say, urgency
from clerk_app.locales import _, translate
from db.tables import Case, Staff, Task

Which = Literal["open", "mine", "overdue", "returned", "all"]


def queue_page(office: Office, organ: str, which: Which, me: str, offset: int, limit: int) -> TaskPage:
    """Some tasks of an organ, most urgent first, and how many there are."""
    rows = _chosen(organ, which, me, office.now)
    with office.store.session() as session, office.store.read() as look:
        total = session.exec(select(func.count()).select_from(rows.subquery())).one()
        tasks = session.exec(rows.order_by(col(Task.rank), col(Task.id)).offset(offset).limit(limit)).all()
        cases = _cases(session, {task.case_number for task in tasks})
        names = _names(session, {task.owner for task in tasks if task.owner})
        today = office.wall().date()
        found: list[TaskRow] = []
        for task in tasks:
            case = cases[task.case_number]
            catalogue = published.load(look, case.catalogue, case.catalogue_version)
            found.append(task_row(task, case, catalogue, names.get(task.owner or "", ""), today))
        return TaskPage(tuple(found), total)


def counts(office: Office, organ: str, me: str) -> dict[Which, int]:
    """How many tasks stand in each view of the queue."""
    views: tuple[Which, ...] = ("open", "mine", "overdue", "returned")
    with office.store.session() as session:
        return {
            which: session.exec(
                select(func.count()).select_from(_chosen(organ, which, me, office.now).subquery())
            ).one()
            for which in views
        }


def task_row(task: Task, case: Case, catalogue: Catalogue, holder: str, today: date) -> TaskRow:
    """One task as a row."""
    days = remaining_days(task, catalogue, today)
    again = _(" (re-check)") if task.recheck_of else ""
    return TaskRow(
        id=task.id,
        number=f"{task.case_number}-{task.id[12:]}",
        matter=say(catalogue.matter(task.matter).name) + again,
        one_thing=say(catalogue.one_thing(case.one_thing).name),
        state=translate(TASK_NAMES[task.state]),
        due=day_of(task.due_at, catalogue.time_zone, expected=task.expected),
        urgency="plain" if days is None else urgency(days),
        remaining=_("clock stands") if days is None else days_left(days),
        holder=holder,
    )


def remaining_days(task: Task, catalogue: Catalogue, today: date) -> int | None:
    """Working days until the promised day, negative when it is over; None while the clock stands."""
    if task.due_at is None or task.state in ENDED_TASK:
        return None
    due = local(task.due_at, catalogue.time_zone).date()
    working = working_days(catalogue)
    return working.between(today, due) if due >= today else -working.between(due, today)


def _chosen(organ: str, which: Which, me: str, now: int) -> SelectOfScalar[Task]:
    rows = select(Task).where(Task.organ == organ)
    if which == "mine":
        return rows.where(Task.state == "claimed", Task.owner == me)
    if which == "returned":
        return rows.where(Task.state == "returned")
    if which == "overdue":
        return rows.where(col(Task.state).in_(("pooled", "claimed")), col(Task.due_at) < now)
    if which == "all":
        return rows.where(col(Task.state).in_(("waiting", "pooled", "claimed", "returned")))
    return rows.where(col(Task.state).in_(("pooled", "claimed")))


def _cases(session: Session, numbers: set[str]) -> dict[str, Case]:
    return {case.number: case for case in session.exec(select(Case).where(col(Case.number).in_(numbers)))}


def _names(session: Session, staff: set[str]) -> dict[str, str]:
    return {one.id: one.name for one in session.exec(select(Staff).where(col(Staff.id).in_(staff)))}
