"""What the administrator sees around the staff list."""

from __future__ import annotations

from clerk_app.roles.workstation import open_workstation
from tests.office import SampleOffice
from tests.roles.conftest import NoCamera
from tests.sample_data import PIN


def test_the_staff_list_names_the_windows_in_work_and_this_machine(office: SampleOffice) -> None:
    service = open_workstation(office.office, NoCamera()).sign_in("1004", PIN).admin
    assert service is not None
    day = service.read_view().day
    opened = [row for row in office.select("windows") if row["state"] != "closed"]
    assert len(day.windows) == len(opened) > 0
    assert [machine.value for machine in day.machines] == ["本机"]
