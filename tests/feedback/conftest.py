"""The rules of ratings and complaints are tested on both database engines."""

from __future__ import annotations

import pytest

from tests.engines import SQLITE_QUICKLY


@pytest.fixture(params=SQLITE_QUICKLY)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the database engine of the store."""
    return str(request.param)
