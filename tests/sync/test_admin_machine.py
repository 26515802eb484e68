"""The administrator's service: at a machine of the kind admin it changes the staff list of the center."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.admin.service import OfficeAdmin
from clerk_app.roles.workstation import open_workstation
from tests.roles.conftest import NoCamera
from tests.sample_data import PIN, SITE
from tests.sync.city import City, SampleWindow


def admin_at(window: SampleWindow, city: City) -> OfficeAdmin:
    (row,) = city.center.select("staff", id="admin")
    return OfficeAdmin(window.office, row)


def test_an_admin_machine_changes_the_staff_list_of_the_center_and_keeps_no_hash(city: City) -> None:
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "admin"}, organ=SITE)
        tx.mark_changed(f"organ/{SITE}", "staff/admin")
    machine = city.join("a1", kind="admin")
    service = admin_at(machine, city)
    view = service.add_person("3001", "吴刚", "clerk", SITE, "739461")
    assert [row.state != "" for row in view.staff if row.number == "3001"] == [True]  # the PIN is due
    assert view.status.waiting is None  # tickets and tasks are of other roles
    service.set_badge("3001", "B-1")
    service.set_state("clerk-2", "suspend", "enquiry")
    rows = {row["number"]: row for row in city.center.select("staff")}
    assert (rows["3001"]["name"], rows["3001"]["pin_due"], rows["1001"]["active"]) == ("吴刚", 1, 0)
    assert b"$argon2id$" not in b"".join(
        path.read_bytes() for path in machine.office.folder.rglob("*") if path.is_file()
    )
    counter = city.join("n1", window="w1")
    workstation = open_workstation(counter.office, NoCamera())
    assert workstation.sign_in("B-1", "739461").pin_due
    workstation.change_pin("3001", "739461", "846193")
    assert workstation.sign_in("3001", "846193").counter is not None
    with pytest.raises(Refused):
        workstation.sign_in("1001", PIN)


@pytest.mark.wide
def test_a_counter_window_cannot_change_the_staff_list(city: City) -> None:
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "admin"}, organ=SITE)
        tx.mark_changed(f"organ/{SITE}", "staff/admin")
    counter = city.join("n1", window="w1", kind="counter")
    with pytest.raises(Refused):
        admin_at(counter, city).add_person("3001", "吴刚", "administrator", SITE, "739461")
    register = RegisterStaff(id="x", number="x", name="x", role="administrator", pin_hash="", organ=SITE)
    for actor in ("system", "nobody", "supervisor"):
        with pytest.raises(Refused):
            counter.door.perform(register, actor)
    assert not [row for row in city.center.select("staff") if row["number"] in ("3001", "x")]
