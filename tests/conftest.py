"""What all rooms' tests share: a furnished office, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import SampleOffice, build_template


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a furnished office that nobody has open."""
    return build_template(tmp_path_factory.mktemp("office"))


@pytest.fixture
def office(office_template: Path, tmp_path: Path) -> Iterator[SampleOffice]:
    """A furnished office of its own, on a Wednesday morning."""
    opened = SampleOffice.opened(office_template, tmp_path / "office")
    yield opened
    opened.close()
