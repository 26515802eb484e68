"""A center that listens, for windows that join it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.center.speaker import Served, serving
from tests.office import SampleOffice


@pytest.fixture
def served(office: SampleOffice) -> Iterator[Served]:
    """A running center."""
    with serving(office.office) as running:
        yield running
