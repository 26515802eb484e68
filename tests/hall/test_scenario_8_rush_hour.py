"""Scenario 8 of the field: a rush hour, through the service of the supervisor and the measures of the day."""

from __future__ import annotations

import pytest

from clerk_app.hall.calling_order import explain_category
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.supervisor import SupervisorService, SupervisorView
from tests.engines import sqlite_only
from tests.hall.measured import measure
from tests.office import SampleOffice, find_faults
from tests.roles.conftest import NoCamera
from tests.sample_data import HALL, PIN, SITE, pin_hash

pytestmark = [sqlite_only, pytest.mark.wide, pytest.mark.usefixtures("english")]


@pytest.fixture
def hall(office: SampleOffice) -> SampleOffice:
    """Seven windows: w7 is closed, w1 to w6 serve category A, w6 serves B too."""
    for number in range(3, 8):
        name, clerk = f"w{number}", f"clerk-{number}"
        letters = "AB" if number == 6 else "A"
        office.door.perform(RegisterWindow(id=name, name=name, categories=letters, hall=HALL, site=SITE), SYSTEM)
        staff = RegisterStaff(id=clerk, number=f"90{number}", name=clerk, role="clerk", organ=SITE, pin_hash=pin_hash())
        office.door.perform(staff, SYSTEM)
        if number < 7:
            office.door.perform(SetWindowState(window=name, state="open"), clerk)
    return office


@pytest.fixture
def supervisor(hall: SampleOffice) -> SupervisorService:
    service = open_workstation(hall.office, NoCamera()).sign_in("1002", PIN).supervisor
    assert service is not None
    return service


def level_of(view: SupervisorView, category: str) -> str:
    return next(row.level for row in view.hall if row.id == category)


def test_a_rush_hour_is_worked_off_by_the_acts_of_the_supervisor(
    hall: SampleOffice, supervisor: SupervisorService
) -> None:
    for number in range(40):
        hall.take_ticket("B" if number % 4 == 3 else "A", "elderly" if number % 5 == 4 else "ordinary")
    levels = [level_of(supervisor.read_view(), "A")]
    for minutes in (11, 10):
        hall.clock.advance(minutes=minutes)
        for number in range(1, 7):  # the machines of the windows renew their leases
            hall.door.perform(SetWindowState(window=f"w{number}", state="open"), f"clerk-{number}")
        levels.append(level_of(supervisor.read_view(), "A"))
    assert levels == ["good", "warn", "bad"]

    assert "clerk-7" in [clerk.id for clerk in supervisor.list_clerks("w7")]
    supervisor.open_window("w7", "clerk-7")
    supervisor.set_functions("w3", "AB")
    view = supervisor.pause_window("w5", "meal")
    rows = {row.id: row for row in view.windows}
    assert (rows["w7"].is_open, rows["w3"].letters, rows["w5"].state) == (True, "AB", "paused: Meal")

    absent = hall.call_next("w7", "clerk-7")
    for _call in range(2):
        hall.door.perform(_move(hall, "recall", "w7"), "clerk-7")
    assert hall.door.perform(_move(hall, "no_show", "w7"), "clerk-7").state == "waiting"  # requeued once
    ended = ""
    windows = ("w1", "w2", "w3", "w4", "w6", "w7")
    most_overtaken = 0
    while any(row.waiting for row in supervisor.read_view().hall):
        with hall.store.read() as tx:
            places = [place for letter in "AB" for place in explain_category(tx, HALL, letter)]
        most_overtaken = max(most_overtaken, *(place.overtaken for place in places))
        limit = places[0].limit
        for window in windows:
            if not any(row.waiting for row in supervisor.read_view().hall if row.id in rows[window].letters):
                continue
            called = hall.call_next(window, _clerk(window))
            hall.clock.advance(seconds=20)
            if called == absent:
                for _call in range(2):
                    hall.door.perform(_move(hall, "recall", window), _clerk(window))
                ended = hall.door.perform(_move(hall, "no_show", window), _clerk(window)).state
            else:
                hall.door.perform(_move(hall, "finish", window), _clerk(window))
    assert most_overtaken <= limit
    assert ended == "no_show"

    whole = measure(hall)[""]
    assert (whole.visits, whole.unserved, whole.idle is not None) == (41, 1, True)
    assert (whole.wait.count > 0, whole.service.count > 0) == (True, True)
    assert find_faults(hall.store) == []


def _clerk(window: str) -> str:
    return f"clerk-{window[1:]}"


def _move(hall: SampleOffice, act: str, window: str) -> MoveTicket:
    return MoveTicket(visit=hall.open_visit_at(window), act=act)
