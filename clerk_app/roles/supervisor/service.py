"""Service of the supervisor screen: queues of all organs, the hall, release and reassignment of tasks."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.tasks.claims import ReassignTask, TakeBackTask
from clerk_app.catalogue import publication
from clerk_app.locales import _, current_language
from clerk_app.roles.formatting import format_short_age
from clerk_app.roles.objection_view import describe_objection
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.roles.status import read_status
from clerk_app.roles.task_queue import count_due_before, read_task_page
from clerk_app.views import CategoryRow, Level, Option, QueueRow, SupervisorView, TaskPage, WindowRow
from db.engines import Row, Transaction

_MINUTE = 60_000_000  # microseconds


@raises_clerk_errors
class OfficeSupervisor(OfficeStaffService):
    """Implements views.SupervisorService for an office."""

    def read_view(self) -> SupervisorView:
        with self._office.store.read() as tx:
            queues = tuple(self._build_queue_rows(tx))
            waiting = {row["category"]: row for row in tx.query_all("hall.waiting_by_category", hall=self._hall_id)}
            hall = tuple(self._build_category_rows(tx, waiting))
            windows = tuple(self._build_window_rows(tx))
            objections = [
                _("Case {number}: {sentence}").format(number=row["case_number"], sentence=describe_objection(tx, row))
                for row in tx.query_all("cases.objections_to_settle")
            ]
            status = read_status(
                self._office,
                tx,
                place=_("supervisor"),
                person=self._staff["name"],
                waiting=sum(row.waiting for row in hall),
            )
        oldest = min((row["oldest"] for row in waiting.values()), default=None)
        longest = format_short_age(oldest, self._office.now) if oldest is not None else ""
        return SupervisorView(
            status=status,
            queues=queues,
            hall=hall,
            windows=windows,
            longest=longest,
            alerts=(*_build_alerts(queues, hall), *objections),
            message="",
        )

    def list_tasks(self, organ: str, offset: int, limit: int) -> TaskPage:
        return read_task_page(self._office, organ, "all", "", offset, limit)

    def list_officers(self, organ: str) -> tuple[Option, ...]:
        with self._office.store.read() as tx:
            rows = tx.select("staff", order=("number",), organ=organ, active=True)
        return tuple(Option(row["id"], row["name"], row["number"]) for row in rows)

    def release_task(self, task: str, reason: str) -> SupervisorView:
        self._door.perform(TakeBackTask(task=task, reason=reason), self._staff_id)
        return replace(self.read_view(), message=_("The claim was released; the task stands in the queue again."))

    def reassign_task(self, task: str, officer: str, reason: str) -> SupervisorView:
        self._door.perform(ReassignTask(task=task, staff=officer, reason=reason), self._staff_id)
        return replace(self.read_view(), message=_("The task was given to another officer."))

    @property
    def _hall_id(self) -> str:
        return self._office.settings.hall

    def _build_queue_rows(self, tx: Transaction) -> list[QueueRow]:
        now = self._office.now
        due_soon_period = publication.read_policy(tx).supervisor_due_soon_hours * 60 * _MINUTE
        rows: list[QueueRow] = []
        for organ in tx.select("organs", order=("id",)):
            states = {row["state"]: int(row["many"]) for row in tx.query_all("cases.queue_counts", organ=organ["id"])}
            pooled, claimed, returned = (states.get(state, 0) for state in ("pooled", "claimed", "returned"))
            if not pooled + claimed + returned:
                continue
            oldest = tx.query_one("cases.oldest_open_task", organ=organ["id"])
            overdue = count_due_before(tx, organ["id"], now)
            due_soon = count_due_before(tx, organ["id"], now + due_soon_period) - overdue
            level: Level = "bad" if overdue else "warn" if due_soon else "good"
            rows.append(
                QueueRow(
                    organ=organ["id"],
                    name=organ["name_en"] if current_language() == "en" else organ["name_zh"],
                    length=pooled,
                    oldest=format_short_age(oldest["at"], now) if oldest and oldest["at"] is not None else "",
                    due_soon=due_soon,
                    overdue=overdue,
                    claimed=claimed,
                    returned=returned,
                    level=level,
                )
            )
        return rows

    def _build_category_rows(self, tx: Transaction, waiting: dict[str, Row]) -> list[CategoryRow]:
        now = self._office.now
        served = {row["category"]: row["served"] for row in tx.query_all("hall.served_by_category", hall=self._hall_id)}
        rows: list[CategoryRow] = []
        for category in self._office.settings.categories:
            queue = waiting.get(category.letter)
            minutes = (now - queue["oldest"]) // _MINUTE if queue else 0
            rows.append(
                CategoryRow(
                    id=category.letter,
                    name=category.name.localized(),
                    waiting=queue["waiting"] if queue else 0,
                    longest=format_short_age(queue["oldest"], now) if queue else "",
                    served=served.get(category.letter, 0),
                    level=self._wait_level(minutes),
                )
            )
        return rows

    def _wait_level(self, minutes: int) -> Level:
        promise = self._office.settings.promise_minutes
        return "bad" if minutes > promise else "warn" if minutes * 2 > promise else "good"

    def _build_window_rows(self, tx: Transaction) -> list[WindowRow]:
        names = {row["id"]: row["name"] for row in tx.select("staff")}
        tickets = {row["window_id"]: row["number"] for row in tx.query_all("hall.serving_tickets", hall=self._hall_id)}
        state_names = {"open": _("open"), "paused": _("paused"), "closed": _("not manned")}
        return [
            WindowRow(
                id=row["id"],
                name=row["name"],
                state=state_names.get(row["state"], str(row["state"])),
                since=format_short_age(row["since"], self._office.now),
                person=names.get(row["staff"] or "", ""),
                ticket=tickets.get(row["id"], ""),
            )
            for row in tx.select("windows", order=("id",))
        ]


def _build_alerts(queues: tuple[QueueRow, ...], hall: tuple[CategoryRow, ...]) -> list[str]:
    overdue = [
        _("{name}: {count} task(s) overdue").format(name=row.name, count=row.overdue) for row in queues if row.overdue
    ]
    long_waits = [
        _("{name}: waiting for {age}").format(name=row.name, age=row.longest) for row in hall if row.level == "bad"
    ]
    return [*overdue, *long_waits]
