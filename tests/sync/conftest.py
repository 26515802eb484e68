"""A center with windows in one process, and a center over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.commands import Command
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from tests.office import SampleOffice
from tests.sample_data import HALL
from tests.sample_node import RunningCenter, run_center
from tests.sync.city import City, SampleWindow


@pytest.fixture
def city(office_template: Path, tmp_path: Path) -> Iterator[City]:
    """A center for windows to enrol with."""
    made = City.create(SampleOffice.open_copy(office_template, tmp_path / "center"), tmp_path)
    yield made
    for office in (*made.windows.values(), made.center):
        office.close()


@pytest.fixture
def counter(city: City) -> SampleWindow:
    """The window w1, enrolled as node n1, which gives out tickets too."""
    return city.join("n1", window="w1", kind="window,kiosk")


@pytest.fixture
def served(office: SampleOffice) -> Iterator[RunningCenter]:
    """A running center."""
    with run_center(office.office) as running:
        yield running


def register_other_site(center: SampleOffice) -> None:
    """Register another service centre with its window w5 and its clerk."""
    commands: list[Command[Any]] = [
        RegisterOrgan(id="centre-2", name_zh="第二中心", name_en="Second centre", level="street"),
        RegisterStaff(id="clerk-5", number="0005", name="周明", role="clerk", pin_hash="", organ="centre-2"),
        RegisterWindow(id="w5", name="5", categories="A", hall=HALL, site="centre-2"),
    ]
    for command in commands:
        center.door.perform(command, SYSTEM)


@pytest.fixture
def remote(city: City) -> SampleWindow:
    """A window of another site, with its clerk."""
    register_other_site(city.center)
    return city.join("n5", window="w5", organs=("centre-2",))
