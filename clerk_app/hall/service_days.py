"""Service days of a hall: opened and closed by the authority, on schedule or by a supervisor.

Tickets belong to the service day on which they were issued. Only the tickets of the open service day are called and
counted. A service day begins at the hour of the city's policy and is named by the local date on which it begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from clerk_app.catalogue.publication import load_frame, read_policy
from clerk_app.errors import BadData, Refused
from clerk_app.hall.announcements import remove_announcements_before
from clerk_app.hall.appointments import miss_appointments
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.visit_records import end_visit, mark_visit_changed
from clerk_app.hall.windows import close_window
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.people.permissions import SCHEDULE
from db.engines import Transaction

RULES = RuleSet()

_LONGEST_DAY = 25 * 3_600_000_000  # microseconds; a day that ends later was opened under a clock that was set back
_ROLES = (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.SCHEDULE)


class ServiceDayOpened(CommandDecision, frozen=True, kw_only=True):
    """Local date of the service day, and the time at which the schedule closes it (microseconds UTC).

    `visits` are those of earlier days that are still open: of people served after the closing, without a ticket.
    """

    stored_name: ClassVar[str] = "ServiceDayOpened"
    day: str
    ends_at: int
    visits: tuple[str, ...] = ()


class OpenServiceDay(Command[ServiceDayOpened], frozen=True, kw_only=True):
    """Opens the current service day of a hall; reopens it if it was closed.

    If the open day would end more than a day from now, because the authority's clock was set back, its end is moved.
    """

    stored_name: ClassVar[str] = "OpenServiceDay"
    hall: str


class ServiceDayClosed(CommandDecision, frozen=True, kw_only=True):
    """What ends with the service day: tickets that were not served, and visits with their tickets; windows that close.

    `served` are the tickets of open visits in which a person was identified.
    """

    stored_name: ClassVar[str] = "ServiceDayClosed"
    not_served: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()


class CloseServiceDay(Command[ServiceDayClosed], frozen=True, kw_only=True):
    """Closes the open service day of a hall; `day` is its local date, so that a repeat closes no later day."""

    stored_name: ClassVar[str] = "CloseServiceDay"
    hall: str
    day: str


def list_due_commands(tx: Transaction, hall: str, now: int) -> Iterator[Command[Any]]:
    """Yield the commands by which the schedule brings the service day of a hall up to date; empty without a catalogue.

    A day that a supervisor closed stays closed until the next one begins.
    """
    try:
        day, _ends_at = _service_day_at(tx, now)
    except BadData:
        return
    current = find_open_day(tx, hall)
    if current is not None and now >= current["ends_at"]:
        yield CloseServiceDay(hall=hall, day=current["day"])
    elif current is not None and current["ends_at"] - now <= _LONGEST_DAY:
        return
    row = tx.get("service_days", id=_key(hall, day))
    if row is None or row["state"] == "open" or row["closed_by"] == SCHEDULE:
        yield OpenServiceDay(hall=hall)


def _key(hall: str, day: str) -> str:
    return f"{hall}/{day}"


def _service_day_at(tx: Transaction, now: int) -> tuple[str, int]:
    """Return local date and end of the service day at `now`. Raises BadData if no catalogue was published."""
    hour = read_policy(tx).service_day_begins_hour
    zone = ZoneInfo(load_frame(tx).time_zone)
    local = datetime.fromtimestamp(now / 1_000_000, UTC).astimezone(zone)
    day = local.date() if local.hour >= hour else local.date() - timedelta(days=1)
    end = datetime.combine(day + timedelta(days=1), time(hour), zone)
    return day.isoformat(), int(end.timestamp()) * 1_000_000


def require_own_site(tx: Transaction, hall: str, moment: Moment) -> None:
    """Raise Refused if a supervisor works for none of the service centres that have a window in the hall."""
    sites = {window["organ"] for window in tx.select("windows", hall=hall)}
    if moment.actor.role == Role.SUPERVISOR and sites and not sites & {"", moment.actor.organ}:
        raise Refused("other_site", "This hall belongs to another service centre.")


def _decide_open(tx: Transaction, command: OpenServiceDay, moment: Moment) -> ServiceDayOpened:
    require_own_site(tx, command.hall, moment)
    day, ends_at = _service_day_at(tx, moment.decided_at)
    current = find_open_day(tx, command.hall)
    if current is None:
        begins_at = ends_at - _LONGEST_DAY
        visits = tx.query_all("hall.open_visits_of_hall", hall=command.hall)
        earlier = tuple(visit["id"] for visit in visits if visit["started_at"] < begins_at)
        return ServiceDayOpened(day=day, ends_at=ends_at, visits=earlier)
    if current["ends_at"] - moment.decided_at <= _LONGEST_DAY:
        raise Refused("day_open", "The hall's day {day} is open already.", day=current["day"])
    return ServiceDayOpened(day=current["day"], ends_at=ends_at)


@RULES.register(
    OpenServiceDay,
    ServiceDayOpened,
    permission="hall.day",
    roles=_ROLES,
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Opening of the hall's day"),
    decide=_decide_open,
    stream=lambda command, _: f"hall/{command.hall}",
    documents=("service_day", "visit", "announcement"),
    placement=Placement.REMOTE,
)
def _apply_open(tx: Transaction, entry: Entry[OpenServiceDay, ServiceDayOpened]) -> None:
    hall, day = entry.command.hall, entry.decision.day
    key = _key(hall, day)
    tx.upsert(
        "service_days",
        ("id",),
        id=key,
        hall=hall,
        day=day,
        state="open",
        opened_at=entry.decided_at,
        opened_by=entry.moment.actor.id,
        ends_at=entry.decision.ends_at,
        closed_at=None,
        closed_by="",
    )
    tx.mark_changed(f"hall/{hall}", f"service_day/{key}")
    _end_visits(tx, entry.decision.visits, entry.decided_at)
    remove_announcements_before(tx, hall, day)


def _decide_close(tx: Transaction, command: CloseServiceDay, moment: Moment) -> ServiceDayClosed:
    require_own_site(tx, command.hall, moment)
    row = tx.get_for_update("service_days", id=_key(command.hall, command.day))
    if row is None or row["state"] != "open":
        raise Refused("day_closed", "The hall's day {day} is not open.", day=command.day)
    if moment.actor.id == SCHEDULE and moment.decided_at < row["ends_at"]:
        raise Refused("day_not_over", "The hall's day {day} is not over yet.", day=command.day)
    visits = tx.query_all("hall.open_visits_of_hall", hall=command.hall)
    served = {visit["ticket"] for visit in visits if visit["ticket"] and visit["confirmed"]}
    open_tickets = [ticket["id"] for ticket in tx.query_all("hall.open_tickets", hall=command.hall)]
    return ServiceDayClosed(
        not_served=tuple(ticket for ticket in open_tickets if ticket not in served),
        served=tuple(ticket for ticket in open_tickets if ticket in served),
        visits=tuple(visit["id"] for visit in visits),
        windows=tuple(window["id"] for window in tx.query_all("hall.open_windows", hall=command.hall)),
    )


@RULES.register(
    CloseServiceDay,
    ServiceDayClosed,
    permission="hall.day",
    roles=_ROLES,
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Closing of the hall's day"),
    decide=_decide_close,
    stream=lambda command, _: f"hall/{command.hall}",
    documents=("service_day", "ticket", "visit", "window", "appointment"),
    placement=Placement.REMOTE,
)
def _apply_close(tx: Transaction, entry: Entry[CloseServiceDay, ServiceDayClosed]) -> None:
    hall, at, decision = entry.command.hall, entry.decided_at, entry.decision
    key = _key(hall, entry.command.day)
    tx.update("service_days", {"id": key}, state="closed", closed_at=at, closed_by=entry.moment.actor.id)
    tx.mark_changed(f"hall/{hall}", f"service_day/{key}")
    for state, tickets in (("not_served", decision.not_served), ("finished", decision.served)):
        for ticket in tickets:
            tx.update("tickets", {"id": ticket}, state=state, finished_at=at)
            tx.mark_changed(f"hall/{hall}", f"ticket/{ticket}")
            visit = tx.query_one("hall.last_visit_of_ticket", ticket=ticket)
            if visit is not None:
                mark_visit_changed(tx, visit["id"])  # a window keeps the visit of a held ticket until the ticket ends
    _end_visits(tx, decision.visits, at)
    miss_appointments(tx, hall, entry.command.day)
    for window in decision.windows:
        row = tx.get("windows", id=window)
        close_window(tx, window, row["hall"] if row else hall, entry.moment)


def _end_visits(tx: Transaction, visits: tuple[str, ...], at: int) -> None:
    for visit in visits:
        row = tx.get("visits", id=visit)
        end_visit(tx, visit, at, "finished" if row is not None and row["confirmed"] else "unserved")
