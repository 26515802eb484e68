"""Work of the hours since a backup comes back to a restored center, in every order in which machines reconnect."""

from __future__ import annotations

from pathlib import Path
from time import time_ns
from typing import Any

import pytest

from clerk_app.composition.office import open_office
from clerk_app.demo.sample_city import build_sample_city
from clerk_app.errors import Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.window_leases import list_ended_leases
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.audit import verify_log
from clerk_app.ledger.commands import Command
from clerk_app.ledger.nodes import ShutNode
from clerk_app.ledger.recovery_wait import EndWait
from clerk_app.licences.identity_proof import ProveIdentity, ScannedCode
from clerk_app.people import SYSTEM
from clerk_app.people.permissions import SCHEDULE
from clerk_app.roles.kiosk.service import OfficeKiosk
from tests.clock import Clock
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS, sample_city
from tests.sync.city import City, SampleWindow


def back_up(city: City, folder: Path) -> Path:
    """Back the center's store up."""
    backup = folder / "backup.db"
    city.center.store.backend.copy_to(backup)
    return backup


def serve_ticket(city: City, window: SampleWindow, name: str = "w1", **changed: str) -> str:
    """Call the next ticket, scan, list, consent, accept, print, and finish; return the case number."""
    OfficeKiosk(city.windows["n4"].office).take_ticket("A")
    city.windows["n4"].client.flush()
    window.client.flush()
    window.call_next(name)
    return window.accept_birth(name, visit=window.open_visit_at(name), **changed)


def rejected(city: City) -> list[tuple[str, str, str]]:
    """Everything that the center or a machine rejected."""
    at_center = [
        (row["node"], row["kind"], row["decision"].decode())
        for row in city.center.select("ledger_entries", outcome="refused", order=("position",))
    ]
    at_machines = [
        (node, row["reason"], row["sentence"]) for node, each in city.windows.items() for row in each.select("refusals")
    ]
    return at_center + at_machines


def finish_case(counter: SampleWindow, health: SampleWindow, number: str) -> None:
    """Decide all tasks of a case, issue its results and hand them over."""
    for machine in (counter, health):
        machine.client.flush()
    while pooled := [row for row in health.tasks(number) if row["state"] == "pooled"]:
        for task in pooled:
            health.decide(health.claim(task["organ"], task["id"]), "approved")
            health.client.flush()
    counter.client.flush()
    counter.issue(number)
    counter.hand_over(number)


ORGANS = tuple(organ.id for organ in sample_city().organs)


@pytest.mark.parametrize(
    "order",
    [
        "n3 n2 n1 n4",  # the department first, then the windows, then the kiosk
        pytest.param("n1 n2 n3 n4", marks=pytest.mark.wide),
        pytest.param("n4 n2 n3 n1", marks=pytest.mark.wide),
    ],
)
def test_work_of_the_hours_since_the_backup_comes_back(
    city: City, counter: SampleWindow, tmp_path: Path, order: str
) -> None:
    second = city.join("n2", window="w2")
    health = city.join("n3", organs=ORGANS)
    city.join("n4", kind="kiosk")
    backup = back_up(city, tmp_path)
    number = serve_ticket(city, counter)
    other = serve_ticket(city, second, "w2", child_name="李二诺")
    finish_case(counter, health, number)
    running = counter.serve("mother")
    counter.fetch_licences(running, "birth")
    counter.client.flush()
    city.restore_center(backup)
    for turn in range(5):
        for node in order.split():
            city.windows[node].client.flush()
        if turn == 0:  # each is back hours after the one before
            end_leases(city)
    assert rejected(city) == []
    assert city.center.case(number)["state"] == "delivered"
    assert city.center.case(other)["state"] == "accepted"
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    counter.move_ticket("finish")
    counter.door.perform(SetWindowState(window="w1", state="closed"), CLERKS[0])
    city.exchange_all()
    assert rejected(city) == []
    assert city.center.select("visits", ended_at=None) == []


@pytest.mark.wide
def test_a_window_that_is_back_hours_later_loses_nothing(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    kiosk = city.join("n4", kind="kiosk")
    backup = back_up(city, tmp_path)
    number = serve_ticket(city, counter)
    counter.client.flush()
    city.restore_center(backup)
    kiosk.client.flush()
    city.center.clock.advance(hours=5)
    end_leases(city)
    assert city.center.select("windows", id="w1")[0]["state"] == "closed"
    city.exchange_all()
    assert rejected(city) == []
    assert city.center.case(number)["state"] == "accepted"
    assert city.center.select("visits", ended_at=None) == []
    assert find_faults(city.center.store) == []
    assert [row["state"] for row in city.center.select("tickets")] == ["finished"]


@pytest.mark.wide
def test_a_decision_waits_for_its_case_at_most_a_working_day(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    health = city.join("n3", organs=ORGANS)
    backup = back_up(city, tmp_path)
    number = counter.accept_birth()
    counter.client.flush()
    health.client.flush()
    health.decide(health.claim("health"), "approved")
    health.client.flush()
    city.restore_center(backup)
    counter.transport.down = True
    health.client.flush()
    assert rejected(city) == []
    assert health.tasks(number)[0]["state"] == "approved"  # the officer still sees the case
    city.center.clock.advance(hours=9)
    health.client.flush()
    assert [row["reason"] for row in health.select("refusals")] == ["no_task"]
    counter.transport.down = False
    city.exchange_all()
    assert city.center.case(number)["state"] == "accepted"
    assert health.tasks(number)[0]["state"] == "pooled"
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
@pytest.mark.parametrize(
    "end",
    [
        EndWait(node="n1", reason="its disk is lost"),
        pytest.param(ShutNode(node="n1", reason="it was stolen"), marks=pytest.mark.wide),
    ],
    ids=["end-wait", "shut"],
)
def test_an_administrator_ends_the_wait_for_a_lost_machine(
    city: City, counter: SampleWindow, tmp_path: Path, end: Command[Any]
) -> None:
    health = city.join("n3", organs=ORGANS)
    backup = back_up(city, tmp_path)
    number = counter.accept_birth()
    counter.client.flush()
    health.client.flush()
    task = health.claim("health")
    health.decide(task, "approved")
    health.client.flush()
    with pytest.raises(Refused, match="n1"):
        city.center.door.perform(EndWait(node="n1", reason="nothing was restored"), SYSTEM)
    city.restore_center(backup)
    counter.transport.down = True
    health.client.flush()
    assert health.select("refusals") == []  # it waits for the counter
    city.center.clock.advance(minutes=30)
    for wrong in (EndWait(node="n1", reason=" "), EndWait(node="n2", reason="x")):
        with pytest.raises(Refused):
            city.center.door.perform(wrong, SYSTEM)
    city.center.door.perform(end, SYSTEM)
    with pytest.raises(Refused):
        city.center.door.perform(EndWait(node="n1", reason="again"), SYSTEM)
    health.client.flush()
    assert [row["reason"] for row in health.select("refusals")] == ["no_task"]  # work for its officer
    if isinstance(end, EndWait):  # it was not lost after all
        counter.transport.down = False
        city.exchange_all()
        assert city.center.case(number)["state"] == "accepted"
        assert health.tasks(number)[0]["state"] == "pooled"
        health.decide(health.claim("health"), "approved")
        city.exchange_all()
        assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_visit_ends_although_its_consent_cannot_be_restored(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    backup = back_up(city, tmp_path)
    visit = counter.serve("mother")
    counter.fetch_licences(visit, "birth")
    with counter.store.write() as tx:  # as of a program that kept no copy of its call
        tx.delete("ledger_entries", kind="FetchMaterials")
    counter.move_ticket("finish")
    counter.client.flush()
    city.restore_center(backup)
    city.exchange_all()
    assert [row["reason"] for row in counter.select("refusals")] == ["not_offered"]
    assert city.center.select("visits", ended_at=None) == counter.select("visits", ended_at=None) == []
    counter.serve("mother")
    city.exchange_all()
    assert len(rejected(city)) == 2  # the consent, in both logs
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_verified_code_that_the_window_did_not_keep_is_no_error_of_the_log(tmp_path: Path) -> None:
    build_sample_city(tmp_path / "center").store.close()
    clock = Clock()
    clock.now = time_ns() // 1000
    city = City.create(SampleOffice(open_office(tmp_path / "center", clock=clock), clock), tmp_path)
    window = city.join("n1", window="w1")
    backup = back_up(city, tmp_path)
    window.door.perform(SetWindowState(window="w1", state="open"), "1001")
    visit = window.door.perform(ServeWalkIn(window="w1"), "1001").visit
    code = ScannedCode(text=(tmp_path / "center/codes/mother.txt").read_text().strip())
    window.door.perform(ProveIdentity(visit=visit, personal=code), "1001")
    window.client.flush()
    city.restore_center(backup)
    city.exchange_all()
    assert rejected(city) == []
    (entry,) = city.center.select("ledger_entries", kind="ProveIdentity")
    assert entry["personal"] is None
    assert verify_log(city.center.store)[1] == []
    window.close()
    city.center.close()


def end_leases(city: City) -> None:
    """End the leases of windows whose time is over, as the center does."""
    with city.center.store.read() as tx:
        due = list(list_ended_leases(tx, city.center.clock()))
    for command in due:
        city.center.door.perform(command, SCHEDULE)
