"""Invariants of the hall: the center knows every printed slip, and leases of absent persons have ended."""

from __future__ import annotations

from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.errors import Refused
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import OFFICERS
from tests.simulation.ground_truth import InvariantViolation

_ENDED_STATES = ("finished", "unserved", "no_show", "not_served", "void")
_DAY = 24 * 3_600_000_000  # microseconds


def check_tickets(city: SimulatedCity) -> None:
    """Check that the center has every printed ticket, and that tickets, visits and service days agree.

    After a restore of the center or of the kiosk, a ticket may be missing; it is served where it is shown.
    """
    tickets = {row["id"]: row for row in city.center.rows("tickets")}
    open_days = {(row["hall"], row["day"]) for row in city.center.rows("service_days", state="open")}
    visits = [row for row in city.center.rows("visits") if row["ended_at"] is None]
    served = {row["ticket"]: row["window_id"] for row in visits if row["ticket"]}
    for slip, kiosk in city.truth.slips.items():
        if not city.truth.copied_nodes.isdisjoint((kiosk, city.center.name)):
            continue  # a restored center or kiosk lacks what was issued since the backup
        row = tickets.get(slip)
        if row is None or row["state"] in ("printing", "void"):
            raise InvariantViolation("no citizen is lost", ticket=slip, state=row and row["state"])
    for ticket, row in tickets.items():
        is_current = (row["hall"], row["day"]) in open_days
        if not is_current and row["state"] not in (*_ENDED_STATES, "printing"):
            raise InvariantViolation("a closed service day has no open tickets", ticket=ticket, state=row["state"])
        if row["state"] == "serving" and served.get(ticket) != row["window_id"]:
            raise InvariantViolation("no citizen is lost", ticket=ticket, window=row["window_id"], visit="none")
        if is_current and ticket in served and row["state"] != "serving":
            raise InvariantViolation("a ticket being served is not called again", ticket=ticket, state=row["state"])
    windows = [row["window_id"] for row in visits]
    for window in windows:
        if windows.count(window) > 1:
            raise InvariantViolation("a window serves one citizen", window=window)


def check_leases(city: SimulatedCity) -> None:
    """Let a day pass with every machine off, and check that no window, visit or task is held any more.

    It changes the center, so it has to be the last check.
    """
    city.time.now += _DAY
    city.run_schedule()
    for row in city.center.rows("windows"):
        if row["state"] != "closed":
            raise InvariantViolation("nobody absent holds a window", window=row["id"], staff=row["staff"])
    for row in city.center.rows("visits"):
        if row["ended_at"] is None:
            raise InvariantViolation("nobody absent holds a visit", visit=row["id"], window=row["window_id"])
    for row in city.center.rows("tasks", state="claimed"):
        officer = next(name for at in range(1, OFFICERS + 1) if (name := f"{row['organ']}-{at}") != row["owner"])
        try:
            city.center.door.perform(ClaimTask(organ=row["organ"], task=row["id"]), officer)
        except Refused as error:
            raise InvariantViolation("nobody absent holds a task", task=row["id"], error=error) from error
