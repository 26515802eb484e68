"""The place that the sign-in of a machine of a center shows."""

from __future__ import annotations

from clerk_app.roles.workstation import open_workstation
from tests.roles.conftest import NoCamera
from tests.sync.city import City


def test_a_machine_is_named_by_what_it_was_enrolled_for(city: City) -> None:
    machines = (
        city.join("d1", organs=("health",), kind="department"),
        city.join("s1", kind="supervisor"),
        city.join("c1", window="w1", kind="counter"),
    )
    places = [open_workstation(machine.office, NoCamera()).read_status().place for machine in machines]
    assert places == ["卫生健康委", "主管", "1号窗口"]
