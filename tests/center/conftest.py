"""A running center over the sample office of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.office import SampleOffice
from tests.sample_node import RunningCenter, run_center


@pytest.fixture
def served(office: SampleOffice) -> Iterator[RunningCenter]:
    """A running center."""
    with run_center(office.office) as running:
        yield running
