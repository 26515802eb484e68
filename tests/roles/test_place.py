"""The place that the sign-in shows: a window for the counter only."""

from __future__ import annotations

import pytest

from clerk_app.composition.office import Office
from clerk_app.roles.workstation import open_workstation
from tests.roles.conftest import NoCamera


@pytest.mark.parametrize(
    ("role", "place"),
    [("", "Window 1"), ("counter", "Window 1"), ("supervisor", "supervisor"), ("department", "department")],
)
def test_a_store_without_a_center_names_the_place_of_each_role(office: Office, role: str, place: str) -> None:
    assert open_workstation(office, NoCamera()).read_status(role).place == place
