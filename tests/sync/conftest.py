"""A center with windows in one process, and a center over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import SampleOffice
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
    """The window w1, enrolled as node n1."""
    return city.join("n1", window="w1")


@pytest.fixture
def served(office: SampleOffice) -> Iterator[RunningCenter]:
    """A running center."""
    with run_center(office.office) as running:
        yield running
