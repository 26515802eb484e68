"""The supervisor's desk: every organ's queue and the hall now, and the two acts that mend a jam."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, col, func, select

from clerk_app.cases.claims import Reassign, TakeBack
from clerk_app.desk import CategoryRow, Choice, Level, QueueRow, SupervisorView, TaskPage, WindowRow
from clerk_app.desks.office import Office
from clerk_app.desks.queue_view import queue_page
from clerk_app.desks.status import status
from clerk_app.desks.words import ago
from clerk_app.locales import _, spoken
from db.engines import Row
from db.tables import Organ, Staff, Task, Ticket, Window

_DUE_SOON = 24 * 3600 * 1_000_000
_MINUTE = 60_000_000


class Supervisor:
    """The desk of a supervisor (desk.SupervisorDesk)."""

    def __init__(self, office: Office, staff: Row) -> None:
        self._office = office
        self._door = office.door
        self._staff = staff

    def look(self) -> SupervisorView:
        with self._office.store.session() as session:
            queues = tuple(self._queues(session))
            hall = tuple(self._hall(session))
            windows = tuple(self._windows(session))
            longest = self._longest(session)
        with self._office.store.read() as look:
            top = status(
                self._office,
                look,
                place=_("supervisor"),
                person=self._staff["name"],
                waiting=sum(row.waiting for row in hall),
            )
        return SupervisorView(
            status=top,
            queues=queues,
            hall=hall,
            windows=windows,
            longest=longest,
            alerts=tuple(_alerts(queues, hall)),
            say="",
        )

    def tasks(self, organ: str, offset: int, limit: int) -> TaskPage:
        return queue_page(self._office, organ, "all", "", offset, limit)

    def officers(self, organ: str) -> tuple[Choice, ...]:
        with self._office.store.session() as session:
            rows = session.exec(
                select(Staff).where(Staff.organ == organ, col(Staff.active).is_(True)).order_by(Staff.number)
            )
            return tuple(Choice(row.id, row.name, row.number) for row in rows)

    def release(self, task: str, reason: str) -> SupervisorView:
        self._door.perform(TakeBack(task=task, reason=reason), self._staff["id"])
        return replace(self.look(), say=_("The claim was released; the task stands in the queue again."))

    def reassign(self, task: str, officer: str, reason: str) -> SupervisorView:
        self._door.perform(Reassign(task=task, staff=officer, reason=reason), self._staff["id"])
        return replace(self.look(), say=_("The task was given to another officer."))

    def _queues(self, session: Session) -> list[QueueRow]:
        now = self._office.now
        rows = session.exec(
            select(Task.organ, Task.state, func.count(), func.min(Task.started_at))
            .where(col(Task.state).in_(("pooled", "claimed", "returned")))
            .group_by(Task.organ, Task.state)
        ).all()
        late = _by_organ(session, now)
        soon = _by_organ(session, now + _DUE_SOON)
        found: list[QueueRow] = []
        for organ in session.exec(select(Organ).order_by(Organ.id)):
            states = {state: (many, oldest) for name, state, many, oldest in rows if name == organ.id}
            if not states:
                continue
            oldest = min(started for _many, started in states.values() if started is not None)
            overdue = late.get(organ.id, 0)
            due_soon = soon.get(organ.id, 0) - overdue
            level: Level = "bad" if overdue else "warn" if due_soon else "good"
            found.append(
                QueueRow(
                    organ=organ.id,
                    name=organ.name_en if spoken() == "en" else organ.name_zh,
                    length=states.get("pooled", (0, 0))[0],
                    oldest=ago(oldest, now),
                    due_soon=due_soon,
                    overdue=overdue,
                    claimed=states.get("claimed", (0, 0))[0],
                    returned=states.get("returned", (0, 0))[0],
                    level=level,
                )
            )
        return found

    def _hall(self, session: Session) -> list[CategoryRow]:
        now, day = self._office.now, self._office.wall().date().isoformat()
        waiting = {
            category: (many, oldest)
            for category, many, oldest in session.exec(
                select(Ticket.category, func.count(), func.min(Ticket.issued_at))
                .where(Ticket.hall == self._office.settings.hall, Ticket.state == "waiting")
                .group_by(Ticket.category)
            )
        }
        served = dict(
            session.exec(
                select(Ticket.category, func.count())
                .where(Ticket.day == day, col(Ticket.state).in_(("serving", "finished")))
                .group_by(Ticket.category)
            ).all()
        )
        rows: list[CategoryRow] = []
        for category in self._office.settings.categories:
            many, oldest = waiting.get(category.letter, (0, now))
            minutes = (now - oldest) // _MINUTE
            rows.append(
                CategoryRow(
                    id=category.letter,
                    name=category.name.say(),
                    waiting=many,
                    longest=ago(oldest, now) if many else "",
                    served=served.get(category.letter, 0),
                    level=self._wait_level(minutes if many else 0),
                )
            )
        return rows

    def _wait_level(self, minutes: int) -> Level:
        promise = self._office.settings.promise_minutes
        return "bad" if minutes > promise else "warn" if minutes * 2 > promise else "good"

    def _windows(self, session: Session) -> list[WindowRow]:
        names = {row.id: row.name for row in session.exec(select(Staff))}
        tickets = {
            row.window_id: row.number
            for row in session.exec(select(Ticket).where(Ticket.state == "serving").order_by(col(Ticket.called_at)))
        }
        words = {"open": _("open"), "paused": _("paused"), "closed": _("not manned")}
        return [
            WindowRow(
                id=row.id,
                name=row.name,
                state=words.get(row.state, row.state),
                since=ago(row.since, self._office.now),
                person=names.get(row.staff or "", ""),
                ticket=tickets.get(row.id, ""),
            )
            for row in session.exec(select(Window).order_by(Window.id))
        ]

    def _longest(self, session: Session) -> str:
        oldest = session.exec(select(func.min(Ticket.issued_at)).where(Ticket.state == "waiting")).one()
        return ago(oldest, self._office.now) if oldest else ""


def _by_organ(session: Session, due_before: int) -> dict[str, int]:
    rows = session.exec(
        select(Task.organ, func.count())
        .where(col(Task.state).in_(("pooled", "claimed")), col(Task.due_at) < due_before)
        .group_by(Task.organ)
    )
    return dict(rows.all())


def _alerts(queues: tuple[QueueRow, ...], hall: tuple[CategoryRow, ...]) -> list[str]:
    late = [
        _("{name}: {count} task(s) overdue").format(name=row.name, count=row.overdue) for row in queues if row.overdue
    ]
    long = [_("{name}: waiting for {age}").format(name=row.name, age=row.longest) for row in hall if row.level == "bad"]
    return [*late, *long]
