from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.licences.issuing_city import IssuingCity


@pytest.fixture(scope="session")
def city() -> IssuingCity:
    return IssuingCity()


@pytest.fixture(scope="session")
def third_party() -> Path:
    """The folder of third-party vectors, which are not part of the project."""
    default = Path(__file__).parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("CLERK_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip("no third-party test data here (CLERK_TEST_DATA)")
    return folder
