"""What the supervisor reads before a window is closed: whom the closing concerns."""

from __future__ import annotations

import pytest

from clerk_app.roles.workstation import open_workstation
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.roles.conftest import NoCamera
from tests.sample_data import PIN

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


def test_closing_a_window_names_the_person_and_the_ticket_that_waits_again(office: SampleOffice) -> None:
    supervisor = open_workstation(office.office, NoCamera()).sign_in("1002", PIN).supervisor
    assert supervisor is not None
    office.take_ticket()
    number = office.call_next()
    hint = next(act.hint for act in supervisor.read_window("w1").acts if act.id == "close_window")
    assert f"{number} waits again" in hint
    assert hint.startswith("signs ")
