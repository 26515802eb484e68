"""Service of the supervisor screen: queues of all organs, release and reassignment of tasks, the hall and its day."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.states import WAITING_STATES
from clerk_app.cases.tasks.claims import ReassignTask, TakeBackTask
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.service_days import CloseServiceDay, OpenServiceDay
from clerk_app.locales import _
from clerk_app.people.sign_in import EndLockout, list_lockouts
from clerk_app.roles.day_plots import HallPlotReader
from clerk_app.roles.department.task_selection import read_selected_page
from clerk_app.roles.emergency_calls import read_open_calls
from clerk_app.roles.formatting import format_short_age, localize_organ_name
from clerk_app.roles.hall_events import list_events
from clerk_app.roles.promised_waits import read_promises
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.status import read_status
from clerk_app.roles.supervisor.alerts import emergency_alerts, read_alerts
from clerk_app.roles.supervisor.hall_view import describe_category, describe_closing, read_hall
from clerk_app.roles.supervisor.measures import MeasureReader
from clerk_app.roles.supervisor.received_acts import ReceivedActs
from clerk_app.roles.supervisor.reductions import ReductionReader
from clerk_app.roles.supervisor.window_view import HallDayReader, describe_window
from clerk_app.roles.task_queue import count_due_before, count_expired_claims, read_task_page
from clerk_app.roles.wait_estimates import WaitEstimates
from clerk_app.views.department import NO_QUERY, TaskPage, TaskSelection
from clerk_app.views.lists import ListQuery
from clerk_app.views.measures import DayMeasures
from clerk_app.views.reductions import Reductions
from clerk_app.views.shared import Level, Option
from clerk_app.views.supervisor import HallDetails, QueueRow, SupervisorView
from db.engines import Row, Transaction

_MINUTE = 60_000_000  # microseconds


@raises_clerk_errors
class OfficeSupervisor(ReceivedActs):
    """Implements views.SupervisorService for an office."""

    def __init__(self, office: Office, staff: Row) -> None:
        super().__init__(office, staff)
        self._day = HallDayReader()
        self._plots = HallPlotReader(office)
        self._estimates = WaitEstimates(office)
        self._measures = MeasureReader(office, self._staff_id)
        self._reductions = ReductionReader(office, self._staff_id)

    def read_view(self) -> SupervisorView:
        with self._office.store.read() as tx:
            self._day.refresh(tx, self._hall_id)
            queues = tuple(self._build_queue_rows(tx))
            emergencies = read_open_calls(self._office, tx)
            hall = read_hall(self._office, tx, self._day.times)
            waits = self._estimates.read(tx)
            return SupervisorView(
                status=read_status(
                    self._office, tx, place=_("supervisor"), person=self._staff["name"], waiting=hall.waiting
                ),
                queues=queues,
                hall=tuple(replace(row, wait=waits.shown(row.id)) for row in hall.categories),
                windows=hall.windows,
                longest=hall.longest,
                alerts=(*emergency_alerts(emergencies), *read_alerts(self._office, tx, queues, hall)),
                message="",
                day=hall.day,
                events=list_events(self._office, tx, self._day.newest),
                promise_minutes=max(read_promises(self._office, tx), default=0),
                plots=self._plots.read(tx),
                emergencies=emergencies,
            )

    def list_tasks(self, organ: str, offset: int, limit: int, query: ListQuery = NO_QUERY) -> TaskPage:
        if query == NO_QUERY:
            return read_task_page(self._office, organ, "all", "", offset, limit)
        return read_selected_page(self._office, organ, "all", "", offset, limit, TaskSelection(query=query))

    def list_urgent(self, organ: str, limit: int) -> TaskPage:
        return read_task_page(self._office, organ, "open", "", 0, limit)

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

    def read_category(self, category: str) -> HallDetails:
        with self._office.store.read() as tx:
            return describe_category(self._office, tx, category)

    def read_window(self, window: str) -> HallDetails:
        with self._office.store.read() as tx:
            self._day.refresh(tx, self._hall_id)
            return describe_window(self._office, tx, window, self._day.times)

    def read_day(self) -> HallDetails:
        with self._office.store.read() as tx:
            return describe_closing(self._office, tx)

    def list_lockouts(self) -> tuple[Option, ...]:
        with self._office.store.read() as tx:
            locked = list_lockouts(tx, self._office.corrected_now)
        until = _("locked out until {time}")
        return tuple(
            Option(
                row["id"],
                f"{row['name']}  {row['number']}",
                until.format(time=self._office.local_time(end).strftime("%H:%M")),
            )
            for row, end in locked
        )

    def end_lockout(self, person: str) -> SupervisorView:
        self._door.perform(EndLockout(staff=person), self._staff_id)
        return replace(self.read_view(), message=_("This person can sign in again."))

    def close_day(self) -> SupervisorView:
        with self._office.store.read() as tx:
            current = find_open_day(tx, self._hall_id)
        day = current["day"] if current is not None else ""
        closed = self._door.perform(CloseServiceDay(hall=self._hall_id, day=day), self._staff_id)
        words = _("The hall's day was closed. Tickets not served: {count}.").format(count=len(closed.not_served))
        return replace(self.read_view(), message=words)

    def open_day(self) -> SupervisorView:
        opened = self._door.perform(OpenServiceDay(hall=self._hall_id), self._staff_id)
        return replace(self.read_view(), message=_("The hall's day {day} was opened.").format(day=opened.day))

    def read_measures(self, day: str = "") -> DayMeasures:
        return self._measures.read(day)

    def write_measures(self, day: str, file: str) -> str:
        return self._measures.write(day, file)

    def read_reductions(self, period: str = "") -> Reductions:
        return self._reductions.read(period)

    def write_reductions(self, period: str, file: str) -> str:
        return self._reductions.write(period, file)

    @property
    def _hall_id(self) -> str:
        return self._office.settings.hall

    def _build_queue_rows(self, tx: Transaction) -> list[QueueRow]:
        now = self._office.corrected_now
        due_soon_period = publication.read_policy(tx).supervisor_due_soon_hours * 60 * _MINUTE
        rows: list[QueueRow] = []
        for organ in tx.select("organs", order=("id",)):
            states = {row["state"]: int(row["many"]) for row in tx.query_all("cases.queue_counts", organ=organ["id"])}
            pooled, claimed = states.get("pooled", 0), states.get("claimed", 0)
            returned = sum(states.get(state, 0) for state in WAITING_STATES)
            free = count_expired_claims(tx, organ["id"], now)
            if not pooled + claimed + returned:
                continue
            oldest = tx.query_one("cases.oldest_free_task", organ=organ["id"], now=now)
            overdue = count_due_before(tx, organ["id"], now)
            due_soon = count_due_before(tx, organ["id"], now + due_soon_period) - overdue
            level: Level = "bad" if overdue else "warn" if due_soon else "good"
            rows.append(
                QueueRow(
                    organ=organ["id"],
                    name=localize_organ_name(organ),
                    length=pooled + free,
                    oldest=format_short_age(oldest["at"], now) if oldest and oldest["at"] is not None else "",
                    due_soon=due_soon,
                    overdue=overdue,
                    claimed=claimed - free,
                    returned=returned,
                    level=level,
                )
            )
        return rows
