"""A window is free as soon as its clerk leaves it, also if the clerk may not do anything any more."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.window_release import ReleaseWindow
from clerk_app.ledger.commands import Command
from clerk_app.ledger.entries import seal
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.people.permissions import SYSTEM
from clerk_app.people.staff import ChangeStaff, SetStaffState
from clerk_app.roles.workstation import open_workstation
from tests.office import find_faults
from tests.roles.conftest import NoCamera
from tests.sample_data import PIN
from tests.sync.city import City

DISMISSED = SetStaffState(staff="clerk-1", state="dismissed", reason="x")


@pytest.mark.many_cases
@pytest.mark.parametrize("leave", ["sign_out", "lock"])
@pytest.mark.parametrize(
    ("change", "is_offline"),
    [
        (DISMISSED, True),
        pytest.param(DISMISSED, False, marks=pytest.mark.wide),
        pytest.param(SetStaffState(staff="clerk-1", state="suspended", reason="x"), True, marks=pytest.mark.wide),
        pytest.param(ChangeStaff(staff="clerk-1", name="x", role="auditor"), False, marks=pytest.mark.wide),
    ],
)
def test_a_removed_clerk_gives_the_window_back(
    city: City, change: Command[Any], *, is_offline: bool, leave: str
) -> None:
    window = city.join("n1", window="w1")
    window.use_machine_key(city)
    workstation = open_workstation(window.office, NoCamera())
    workstation.sign_in("1000", PIN)
    visit = window.serve("mother")
    city.exchange_all()
    city.center.door.perform(change, "admin")
    city.exchange_all()
    window.transport.down = is_offline
    assert workstation.is_session_over()
    getattr(workstation, leave)()
    assert [row["staff"] for row in window.select("windows", id="w1")] == [None]
    window.transport.down = False
    city.exchange_all()
    for store in (window, city.center):
        assert [(row["state"], row["staff"]) for row in store.select("windows", id="w1")] == [("closed", None)]
        assert [row["ended_at"] for row in store.select("visits", id=visit) if row["ended_at"] is None] == []
    assert window.select("refusals") == []
    assert set(find_faults(city.center.store)) <= {"node_keys", "nodes"}  # the test gave the machine its key


@pytest.mark.wide
def test_a_machine_releases_no_window_but_its_own(city: City) -> None:
    first = city.join("n1", window="w1")
    city.join("n2", window="w2")
    release = ReleaseWindow(window="w2", staff="clerk-2")
    with pytest.raises(Refused, match=r"own window|本机"):
        first.door.perform(release, SYSTEM)
    sealed = seal(release)
    key = ("n1", 1, first.select("ledger_entries", node="n1", order=("number",)).__len__() + 1)
    with pytest.raises(Refused):
        city.center.door.receive(RemoteCommand(key, sealed, SYSTEM, first.office.now, first.office.now))
    assert [row["state"] for row in city.center.select("windows", id="w2")] == ["open"]
