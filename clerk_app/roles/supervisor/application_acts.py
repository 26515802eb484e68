"""Acts of a supervisor on applications from outside that wait: which are late, and to which window one is given."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from clerk_app.cases.applications.assignment import AssignApplication
from clerk_app.cases.applications.content import NO_APPLICATION
from clerk_app.cases.applications.queries import describe_waiting, list_waiting
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.staff_messages import MessageText, SendMessage
from clerk_app.locales import _, localize_name, plural_form
from clerk_app.roles.application_rows import build_application_row, describe_consequence
from clerk_app.roles.hall_names import state_names
from clerk_app.roles.supervisor.ticket_acts import TicketActs
from clerk_app.views.applications import ApplicationList, ApplicationRow
from clerk_app.views.shared import Level, Option
from clerk_app.views.supervisor import Alert, HallAct, HallDetails, SupervisorView
from db.engines import Row, Transaction

_DAY = 86_400_000_000  # microseconds


def application_alerts(office: Office, tx: Transaction) -> Iterable[Alert]:
    """Yield the alert of the applications whose period has ended, and that of those whose last day is today."""
    now = office.corrected_now
    levels: tuple[tuple[Level, int, int], ...] = (("bad", 0, now), ("warn", now, now + _DAY))
    for level, since, before in levels:
        row = tx.query_one("applications.due_before", since=since, before=before)
        count = int(row["many"]) if row is not None else 0
        if row is None or not count:
            continue
        late = plural_form(
            count,
            _("{count} application not answered in its period: by law it counts as accepted"),
            _("{count} applications not answered in their period: by law they count as accepted"),
        )
        due = plural_form(
            count, _("{count} application to be answered today"), _("{count} applications to be answered today")
        )
        yield Alert(level, (late if level == "bad" else due).format(count=count), "applications", row["number"])


def _describe_window(row: Row, clerk: Row | None) -> str:
    state = state_names().get(str(row["state"]), str(row["state"]))
    return "  ".join((state, clerk["name"])) if clerk is not None else state


class ApplicationActs(TicketActs):
    """Acts on applications from outside. The content of an application is at the window that opened it only."""

    def list_applications(self) -> ApplicationList:
        with self._office.store.read() as tx:
            listed = list_waiting(tx)
            rows = tuple(build_application_row(tx, found, self._office.corrected_now) for found in listed.applications)
        return ApplicationList(rows, listed.total)

    def read_application(self, number: str) -> HallDetails:
        row = self._read_application_row(number)
        lines = [
            f"{row.one_thing}, {row.source}",
            _("Received {day}, {age}").format(day=row.received, age=row.age),
            _("To be answered until {day}").format(day=row.due),
            _("State: {state}").format(state=row.state),
            row.assigned,
            _("Missing or wrong on arrival: {count}").format(count=row.findings) if row.findings else "",
            describe_consequence(row.received, is_overdue=row.is_overdue),
        ]
        act = HallAct("assign_application", _("Give it to a window"), _("first in its list (F8 50)"))
        title = _("Application {number}").format(number=number)
        return HallDetails(title, tuple(filter(None, lines)), (act,))

    def list_windows_for_applications(self) -> tuple[Option, ...]:
        with self._office.store.read() as tx:
            windows = tx.select("windows", order=("id",), hall=self._office.settings.hall)
            clerks = {row["id"]: tx.get("staff", id=row["staff"]) if row["staff"] else None for row in windows}
        own = [row for row in windows if row["organ"] in ("", self._staff["organ"])]
        open_first = sorted(own, key=lambda row: row["state"] != "open")
        return tuple(
            Option(row["id"], localize_name(row["name"]), _describe_window(row, clerks[row["id"]]))
            for row in open_first
        )

    def assign_application(self, number: str, window: str) -> SupervisorView:
        self._door.perform(AssignApplication(application=number, window=window), self._staff_id)
        row = self._read_application_row(number)
        text = _("Application {number}: to be answered until {day}. F8 50 opens it.").format(number=number, day=row.due)
        with suppress(Refused):  # nobody works there now: it is first in the list of the window
            self._door.perform(SendMessage(window=window, personal=MessageText(text=text)), self._staff_id)
        name = localize_name(self._get_window(window)["name"])
        return self._view_with(_("Application {number} was given to {window}.").format(number=number, window=name))

    def _read_application_row(self, number: str) -> ApplicationRow:
        with self._office.store.read() as tx:
            row = tx.get("applications", number=number)
            if row is None:
                raise Refused(NO_APPLICATION, "There is no application {number}. Check the number.", number=number)
            return build_application_row(tx, describe_waiting(row), self._office.corrected_now)
